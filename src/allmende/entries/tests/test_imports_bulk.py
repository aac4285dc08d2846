"""create_published() makes the same rows as create() and publish(); only one line of the log instead of two."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from allmende.core.calendars import DateSet
from allmende.core.models import LogEntry
from allmende.entries.actions import create, publish
from allmende.entries.actions.bulk import NewEntry, create_published
from allmende.entries.models import Entry, Topic
from allmende.entries.signals import entry_published
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.events.dates import dated
from allmende.modules.events.models import Event
from allmende.regions.actions import switch_module

# What two entries never share, and moments of the writing itself.
OWN = {
    "id", "entry_ptr_id", "foreign_id", "link_key", "created_at", "updated_at", "published_at", "confirmed_at",
    "checked_at", "lat", "lon", "cell",
}  # fmt: skip


def event_values(region):
    sport, culture = Topic.objects.order_by("pk")
    start = datetime(2027, 5, 1, 17, tzinfo=UTC)
    dates = DateSet.of(start, start.replace(hour=19), region.zone)
    return {
        "title": "Maifest", "body": "Tanz", "place_text": "Markt", "target_groups": ["families"], "main_topic": sport,
        "topics": [culture], **dated(dates),
    }  # fmt: skip


def columns_of(entry):
    fresh = type(entry).objects.get(pk=entry.pk)
    columns = {field.attname: getattr(fresh, field.attname) for field in fresh._meta.concrete_fields}
    return {name: value for name, value in columns.items() if name not in OWN}


def rows_of(entry):
    return {
        "spans": list(entry.spans.values("starts_at", "until", "listed", "kind", "region_id")),
        "topics": [
            {**row, "published_at": row["published_at"] is not None}
            for row in entry.topic_rows.order_by("topic_id").values(
                "topic_id", "main", "kind", "district_id", "published_at"
            )
        ],
        "facets": sorted(entry.facet_rows.values_list("token", "kind", "region_id")),
        "moves": list(entry.moves.values_list("field", "before", "after", "by_name")),
    }


def one_by_one(model, values, region):
    entry = create(model, values, region=region, by=None, source="probe", foreign_id="one")
    publish(entry, by=None)
    return entry


def at_once(model, values, region):
    (entry,) = create_published(
        model, [NewEntry(values, None, {"source": "probe", "foreign_id": "many"})], region=region, by=None
    )
    return entry


def test_an_event_has_the_same_columns(region):
    values = event_values(region)

    assert columns_of(at_once(Event, values, region)) == columns_of(one_by_one(Event, values, region))


def test_an_event_has_the_same_rows(region):
    values = event_values(region)

    assert rows_of(at_once(Event, values, region)) == rows_of(one_by_one(Event, values, region))


@pytest.mark.parametrize("private", [True, False])
def test_an_organisation_has_the_same_columns_and_rows(region, private):
    exact = {"street": "Am Markt 1", "lat": 49.98, "lon": 11.6, "private": private}
    values = {"title": "Chor", "exact": exact, "district": region.districts.first()}

    many, one = at_once(OrganisationProfile, values, region), one_by_one(OrganisationProfile, values, region)

    assert columns_of(many) == columns_of(one)
    assert rows_of(many) == rows_of(one)
    assert hasattr(many, "exact_place") == hasattr(one, "exact_place") == private


def test_what_belongs_to_a_module_that_is_off_is_not_listed(region):
    switch_module(region, "events", on=False, position=20, options={}, by=None)

    many, one = at_once(Event, event_values(region), region), one_by_one(Event, event_values(region), region)

    assert columns_of(many)["listed"] is False
    assert columns_of(many) == columns_of(one)
    assert [span["listed"] for span in rows_of(many)["spans"]] == [False]
    assert rows_of(many)["moves"] == rows_of(one)["moves"]


def test_each_is_logged_by_name(region, editor):
    rows = [NewEntry({"title": title}) for title in ("Chor", "Orchester")]

    create_published(OrganisationProfile, rows, region=region, by=editor)

    logged = LogEntry.objects.filter(verb="created").order_by("id")
    assert [(entry.new["title"], entry.actor) for entry in logged] == [("Chor", "Editor"), ("Orchester", "Editor")]


def test_it_is_told_once_it_is_there(region, django_capture_on_commit_callbacks):
    told = []
    entry_published.connect(
        lambda sender, entry, **_: told.append((sender, entry.title)), weak=False, dispatch_uid="probe"
    )

    with django_capture_on_commit_callbacks(execute=True):
        at_once(Event, event_values(region), region)

    entry_published.disconnect(dispatch_uid="probe")
    assert told == [(Event, "Maifest")]


def test_only_editors_may(region, alice):
    with pytest.raises(PermissionDenied):
        create_published(OrganisationProfile, [NewEntry({"title": "Chor"})], region=region, by=alice)

    assert Entry.objects.count() == 0
