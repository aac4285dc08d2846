# ruff: noqa: F811  (a fixture asks for others by their names)
"""The test town of the apps, and one filled entry of any kind."""

import pytest
from contract import samples

from allmende.accounts.actions import found_organisation
from allmende.conftest import (  # noqa: F401  # fixtures are used by their names
    _fresh_cache,
    admin,
    alice,
    bob,
    charlie,
    editor,
    make_event,
    make_person,
    make_profile,
    moderator,
    other_region,
    platform,
    region,
    sign_in,
    tsv,
)


@pytest.fixture(autouse=True)
def _no_limits(settings):
    """A test asks more in a minute than any person."""
    settings.WRITE_LIMITS = ()


@pytest.fixture
def make_entry(region, alice):
    """A public entry of a kind, filled in by its own form, of an organisation of alice's."""

    def make(kind: str, title: str, **more):
        holder = found_organisation(f"Träger von {title.rsplit(maxsplit=1)[-1]}", by=alice)
        return samples.make(kind, title, region=region, by=alice, organisation=holder, **more)

    return make
