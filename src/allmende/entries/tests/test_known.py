"""Feeds, exports and points: nobody is given twice what they have, nobody what others see, nobody without end."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from allmende.accounts.models import Organisation
from allmende.entries import actions
from allmende.entries.models import Entry, Topic
from allmende.modules.events.actions import cancel, reinstate
from allmende.modules.events.models import Event
from allmende.regions.actions import switch_module, update_region
from allmende.regions.models import District

FEED, TABLE, SHEET, DATA, POINTS = (
    "/veranstaltungen/kalender.ics",
    "/veranstaltungen/export.csv",
    "/veranstaltungen/export.xlsx",
    "/veranstaltungen/export.json",
    "/veranstaltungen/karte/punkte.json",
)
PLACE = {"street": "Hauptstraße 1", "lat": 49.98, "lon": 11.6, "private": False}


def get(browser, page, tag="", **headers):
    answer = browser.get(page, headers={**headers, **({"if-none-match": tag} if tag else {})})
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def tag_of(browser, page, **headers):
    answer = get(browser, page, **headers)
    assert answer.status_code == 200
    return answer.headers["ETag"]


@pytest.fixture
def events(make_event, tsv):
    """Two that everybody sees, and one that nobody does."""
    shared = {"organisation": tsv, "exact": PLACE}
    topic, district = Topic.objects.get(slug="sport"), District.objects.get(slug="altstadt")
    first = make_event("Fest", main_topic=topic, district=district, **shared)
    return first, make_event("Markt", **shared), make_event("Entwurf", public=False, **shared)


@pytest.mark.parametrize("page", [FEED, TABLE, SHEET, DATA, POINTS, f"{FEED}?topic=sport", f"{POINTS}?z=12"])
def test_who_has_the_answer_is_told_so(client, events, page):
    tag = tag_of(client, page)

    again = get(client, page, tag)

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert get(client, page, 'W/"other"').status_code == 200


def test_the_date_of_one_event_is_not_given_twice_either(client, events):
    page = f"/veranstaltungen/{events[0].pk}/termin.ics"
    tag = tag_of(client, page)

    again = get(client, page, tag).status_code
    actions.edit(events[0], {"title": "Ball"}, by=None)

    assert (again, get(client, page, tag).status_code) == (304, 200)


# What changes the answer changes its mark


def edited(first, other, draft, by):
    actions.edit(first, {"summary": "Neu"}, by=None)


def topics_changed(first, other, draft, by):
    actions.edit(first, {"main_topic": Topic.objects.get(slug="kultur")}, by=None)


def hidden(first, other, draft, by):
    actions.hide(first, by=by, note="Nein")


def hidden_and_another_published(first, other, draft, by):
    """The number is the same, and so is the newest change."""
    Entry.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    actions.hide(first, by=by, note="Nein")
    actions.publish(Event.objects.get(pk=draft.pk), by=None)


def cancelled(first, other, draft, by):
    cancel(first, by=by)


def cancelled_and_reinstated(first, other, draft, by):
    cancel(first, by=by)
    reinstate(Event.objects.get(pk=first.pk), by=by)


def organisation_renamed(first, other, draft, by):
    Organisation.objects.update(name="TSV Neu")


def district_renamed(first, other, draft, by):
    District.objects.filter(slug="altstadt").update(name="Alte Stadt")


def deleted(first, other, draft, by):
    Entry.objects.get(pk=other.pk).delete()


@pytest.mark.parametrize(
    "change",
    [
        *(edited, topics_changed, hidden, hidden_and_another_published, cancelled, cancelled_and_reinstated),
        *(organisation_renamed, district_renamed, deleted),
    ],
)
@pytest.mark.parametrize("page", [FEED, TABLE])
def test_every_change_is_a_new_answer(client, events, editor, page, change):
    if change is hidden_and_another_published:
        Entry.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    tag = tag_of(client, page)

    change(*events, editor)

    assert get(client, page, tag).status_code == 200


@pytest.mark.parametrize("page", [FEED, TABLE, POINTS])
def test_the_name_of_the_region_and_the_language_are_in_the_answer(client, region, admin, events, page):
    german = tag_of(client, page, **{"accept-language": "de"})
    english = tag_of(client, page, **{"accept-language": "en"})
    update_region(region, {"name": "Neustadt"}, by=admin)

    assert german != english
    assert get(client, page, german, **{"accept-language": "de"}).status_code == 200


def test_a_topic_with_a_new_name_is_a_new_table(client, events):
    tag = tag_of(client, TABLE)

    Topic.objects.filter(slug="sport").update(name="Bewegung")

    assert get(client, TABLE, tag).status_code == 200


def test_what_has_happened_leaves_the_map_and_makes_it_new(client, events, time_machine):
    tag = tag_of(client, POINTS)

    time_machine.move_to(timezone.now() + timedelta(days=10))

    assert get(client, POINTS, tag).status_code == 200


def test_what_nobody_sees_changes_nothing(client, events, editor, make_profile):
    tags = {page: tag_of(client, page) for page in (FEED, TABLE, POINTS)}

    actions.edit(events[2], {"summary": "Noch nicht fertig"}, by=None)
    actions.mark_checked(events[0], by=editor)
    make_profile("Chor")

    assert {page: get(client, page, tag).status_code for page, tag in tags.items()} == dict.fromkeys(tags, 304)


def test_a_module_that_is_off_is_not_known_either(client, region, events):
    tag = tag_of(client, FEED)

    switch_module(region, "events", on=False, position=1, options={}, by=None)

    assert get(client, FEED, tag).status_code == 404


# For whom


@pytest.mark.parametrize("page", [FEED, TABLE, SHEET, POINTS])
def test_a_guests_answer_may_be_kept_by_caches_and_nobody_elses(sign_in, events, charlie, page):
    shared = get(sign_in(None), page).headers
    own = get(sign_in(charlie), page).headers

    assert shared["Cache-Control"] == f"public, max-age={60 if page == POINTS else 300}"
    assert own["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Accept-Language"} <= set(shared["Vary"].split(", "))
    assert "Cookie" in own["Vary"]


def test_a_guest_with_a_session_keeps_their_answer(client, events):
    client.post("/sprache/", {"language": "en"})

    assert get(client, FEED).headers["Cache-Control"] == "private, no-cache"


def test_who_sees_more_has_another_answer(sign_in, events, charlie):
    tag = tag_of(sign_in(None), FEED)
    same = get(sign_in(charlie), FEED, tag).status_code
    actions.edit(events[1], {"visibility": "signed_in"}, by=None)

    less = tag_of(sign_in(None), FEED)

    assert same == 304
    assert get(sign_in(charlie), FEED, less).status_code == 200


def test_an_event_behind_a_link_stays_in_no_cache(client, events):
    event = actions.edit(events[1], {"visibility": "link"}, by=None)

    secret = get(client, f"/veranstaltungen/{event.pk}/termin.ics?key={event.link_key}")
    public = get(client, f"/veranstaltungen/{events[0].pk}/termin.ics")

    assert (secret.status_code, secret.headers["Cache-Control"]) == (200, "private, no-cache")
    assert public.headers["Cache-Control"] == "public, max-age=300"


# How often


@pytest.fixture
def _two_answers(monkeypatch, time_machine):
    time_machine.move_to(timezone.now().replace(minute=1, second=0, microsecond=0), tick=False)
    for view in ("calendar", "export"):
        monkeypatch.setattr(f"allmende.entries.views.{view}.WHOLE", "2/10m")
    monkeypatch.setattr("allmende.entries.views.browse.POINTS", "2/10m")


@pytest.mark.usefixtures("_two_answers")
def test_whole_answers_are_counted_and_what_is_known_is_not(sign_in, events, charlie):
    guest = sign_in(None)
    tag = tag_of(guest, FEED)
    known = [get(guest, FEED, tag).status_code for _ in range(3)]

    statuses = [get(guest, page).status_code for page in (TABLE, SHEET, FEED, TABLE)]

    assert (known, statuses) == ([304] * 3, [200, 429, 429, 429])
    assert get(guest, FEED, tag).status_code == 304
    assert get(sign_in(charlie), FEED).status_code == 200


@pytest.mark.usefixtures("_two_answers")
def test_the_refusal_says_how_long(client, events):
    for _ in range(2):
        get(client, TABLE)

    refused = get(client, TABLE)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "540")
    assert "Bitte versuchen Sie es in etwa 9 Minuten noch einmal." in refused.content.decode()


@pytest.mark.usefixtures("_two_answers")
def test_points_are_counted_by_themselves(client, events):
    statuses = [get(client, POINTS).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert get(client, FEED).status_code == 200
