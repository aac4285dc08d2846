"""Editors and moderators of a single district."""

import pytest
from django.core.exceptions import PermissionDenied

from allmende.core.models import Mail
from allmende.entries import actions
from allmende.entries.queries import edited_since_check, visible_entries, waiting_entries
from allmende.regions.actions import give_role
from allmende.regions.models import Role
from allmende.regions.permissions import can_edit_content


@pytest.fixture
def altstadt(region):
    return region.districts.get(slug="altstadt")


@pytest.fixture
def auendorf(region):
    return region.districts.get(slug="auendorf")


@pytest.fixture
def head(region, charlie, admin, altstadt):
    """Looks after the entries of the Altstadt."""
    give_role(charlie, Role.Name.EDITOR, region=region, by=admin, district=altstadt)
    return charlie


@pytest.fixture
def waiting(make_event, altstadt, auendorf, alice):
    """Three entries that wait: in the Altstadt, in Auendorf, and in no district."""
    places = (altstadt, auendorf, None)
    events = [make_event(str(place or "überall"), by=alice, public=False, district=place) for place in places]
    for event in events:
        actions.wait_for_check(event)
        event.refresh_from_db()
    return events


def test_the_queue_is_that_of_the_district(region, head, waiting):
    assert [entry.title for entry in waiting_entries(region, head)] == ["Altstadt"]


def test_what_lies_elsewhere_is_not_released(head, waiting):
    here, elsewhere, nowhere = waiting

    actions.release(here, by=head)

    for entry in (elsewhere, nowhere):
        with pytest.raises(PermissionDenied):
            actions.release(entry, by=head)


def test_what_waits_elsewhere_is_not_even_seen(region, head, waiting):
    assert [entry.title for entry in visible_entries(region, head)] == ["Altstadt"]


def test_edits_elsewhere_are_not_listed(region, head, make_event, altstadt, auendorf):
    for place in (altstadt, auendorf):
        actions.edit(make_event(place.name, district=place), {"title": f"{place.name} neu"}, by=None)

    assert [entry.title for entry in edited_since_check(region, head)] == ["Altstadt neu"]


def test_the_desk_opens_but_not_what_is_for_the_whole_region(sign_in, region, head):
    browser = sign_in(head)

    answers = {
        path: browser.get(path).status_code for path in ("/amt/", "/amt/pruefen/", "/amt/import/", "/amt/protokoll/")
    }

    assert answers == {"/amt/": 200, "/amt/pruefen/": 200, "/amt/import/": 404, "/amt/protokoll/": 404}
    assert not can_edit_content(head, region)


def test_new_entries_of_the_district_are_told(region, head, alice, tsv, make_profile, altstadt):
    profile = make_profile("Chor", public=False, organisation=tsv, district=altstadt)

    actions.submit(profile, by=alice)

    assert head.email in {mail.to for mail in Mail.objects.all()}


def test_data_protection_reads_the_log_alone(sign_in, region, admin, bob):
    give_role(bob, Role.Name.DATA_PROTECTION, region=region, by=admin)
    browser = sign_in(bob)

    answers = {path: browser.get(path).status_code for path in ("/amt/protokoll/", "/amt/pruefen/", "/amt/meldungen/")}

    assert answers == {"/amt/protokoll/": 200, "/amt/pruefen/": 404, "/amt/meldungen/": 404}
