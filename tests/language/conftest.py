# ruff: noqa: F811  (a fixture asks for others by their names)
"""The test town of the apps, for the tests of whole pages."""

import pytest

from allmende.conftest import (  # noqa: F401  # fixtures are used by their names
    _fresh_cache,
    admin,
    alice,
    bob,
    charlie,
    editor,
    make_event,
    make_profile,
    moderator,
    region,
    sign_in,
    tsv,
)
from allmende.correspondence.actions import write_to_organisation
from allmende.entries import actions
from allmende.entries.models import Entry, TopicScheme
from allmende.moderation.actions import flag
from allmende.moderation.models import Flag


@pytest.fixture
def town(region, tsv, alice, bob, editor, make_profile, make_event):
    """Two organisations and three events whose names are the same in both languages."""
    TopicScheme.objects.update(name="Scheme")
    profile = make_profile("TSV Lindach", organisation=tsv, summary="Summary", phone="09999 1")
    make_profile("Kino", summary="Summary")
    make_event("Festival", organisation=tsv, by=alice, summary="Summary", place_text="Park")
    make_event("Concert", days=40, all_day=True)
    make_event("Draft", organisation=tsv, by=alice, public=False)
    waiting = make_event("Waiting", organisation=tsv, by=alice, public=False)
    actions.wait_for_check(waiting)
    flag(Entry.objects.get(pk=profile.pk), reason=Flag.Reason.values[0], text="Text", by=bob)
    write_to_organisation(
        tsv,
        region=region,
        relay="",
        name="TSV Lindach",
        subject="Subject",
        body="Body",
        about=f"entry:{profile.pk}",
        by=bob,
    )
    return region
