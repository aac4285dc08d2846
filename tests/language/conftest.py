"""The test town of the apps, for the tests of whole pages."""

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
