"""The 143 events of Coerde, the same data in three formats."""

import csv
import json
from pathlib import Path

import pytest

from allmende.accounts.models import Organisation
from allmende.core.calendars import DateSet
from allmende.core.models import Mail
from allmende.entries.imports import actions, go_on, look_through
from allmende.entries.imports.queries import counts_of
from allmende.entries.models import Entry, ImportRun, Span, Status
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.events.models import Event

COERDE = Path(__file__).parents[5] / "tests" / "data" / "coerde"
FORMATS = ("csv", "json", "ics")
SOURCE = "coerde-events"
# What every format has; the set of dates holds the start and, where it is known, the end.
SHARED = (
    "foreign_id",
    "title",
    "dates",
    "all_day",
    "place_text",
    "category",
    "organiser",
    "organisation_id",
    "link",
    "state",
)


def bring_in(region, ending, *, content=None, organisers="propose", source=SOURCE):
    content = (COERDE / f"events.{ending}").read_bytes() if content is None else content
    run = actions.begin_upload(
        region, "event", name=f"events.{ending}", content=content, source=source, by=None, organisers=organisers
    )
    actions.choose_columns(run, run.columns, by=None)
    look_through(run)
    assert run.message == ""
    actions.begin(run, by=None)
    go_on(run)
    return run


def counts(run):
    assert run.state == ImportRun.State.DONE, run.message
    return tuple(counts_of(run).values())


def events(names):
    return {event.foreign_id: {name: getattr(event, name) for name in names} for event in Event.objects.all()}


def rows():
    with (COERDE / "events.csv").open(newline="") as file:
        return {row["event_id"]: row for row in csv.DictReader(file)}


def texts():
    content = json.loads((COERDE / "events.json").read_text())
    return {row["event_id"]: row["short_description"] for row in content["events"]}


@pytest.mark.parametrize("ending", FORMATS)
def test_all_of_them_come_in(region, ending):
    run = bring_in(region, ending)

    assert counts(run) == (143, 0, 0, 0)
    assert Event.objects.filter(listed=True).count() == 143


@pytest.mark.parametrize("other", ["json", "ics"])
def test_formats_agree_field_by_field(region, other_region, other):
    bring_in(region, "csv")
    first = events(SHARED)
    Entry.objects.all().delete()
    Organisation.objects.all().delete()

    bring_in(region, other)

    again = events(SHARED)
    assert first.keys() == again.keys()
    by_id = {organisation.pk: organisation.name for organisation in Organisation.objects.all()}
    differing = {
        (key, name)
        for key in first
        for name in SHARED
        if name != "organisation_id" and first[key][name] != again[key][name]
    }
    assert differing == set()
    assert {key: by_id[facts["organisation_id"]] for key, facts in again.items()} == {
        key: facts["organiser"] for key, facts in again.items()
    }


@pytest.mark.parametrize("ending", ["json", "ics"])
def test_descriptions_agree_where_a_format_has_them(region, ending):
    bring_in(region, ending)

    assert {key: facts["body"] for key, facts in events(["body"]).items()} == texts()


def test_fields_are_those_of_the_table(region):
    bring_in(region, "ics")

    for key, row in rows().items():
        event = Event.objects.get(foreign_id=key)
        dates = DateSet.parse(event.dates)
        assert event.title == row["title"]
        assert event.organiser == row["organizer"]
        assert event.category == row["category"]
        assert event.link == row["source_url"]
        assert f"{dates.starts:%Y-%m-%d}" == row["start_date"]
        assert (f"{dates.starts:%H:%M}" if row["start_time"] else dates.all_day) == (row["start_time"] or True)
        assert event.source == SOURCE
        assert (event.lat, event.lon) == (None, None)


def test_places_are_told_once(region):
    bring_in(region, "csv")

    assert sorted(set(Event.objects.values_list("place_text", flat=True)))[:4] == [
        "AWO Coerde mittendrin, Königsberger Straße 8, 48157 Münster-Coerde",
        "Andreaskirche, Münster-Coerde",
        "Begegnungszentrum Meerwiese, An der Meerwiese 25, 48157, Münster, Münster-Coerde",
        "Begegnungszentrum und Theater in der Meerwiese, An der Meerwiese 25, Münster-Coerde",
    ]


@pytest.mark.parametrize("ending", FORMATS)
def test_ends_that_nobody_knows(region, ending):
    bring_in(region, ending)

    unknown = set(Event.objects.filter(ends_at=None).values_list("foreign_id", flat=True))
    assert unknown == {key for key, row in rows().items() if row["start_time"] and not row["end_time"]}
    assert len(unknown) == 13


@pytest.mark.parametrize("ending", FORMATS)
def test_whole_days_end_on_the_last_day_of_the_table(region, ending):
    bring_in(region, ending)

    found = {event.foreign_id: DateSet.parse(event.dates).text for event in Event.objects.filter(all_day=True)}
    assert sorted(found.values()) == [
        "DTSTART;VALUE=DATE;X-TZID=Europe/Berlin:20260919\nDTEND;VALUE=DATE;X-TZID=Europe/Berlin:20260920",
        "DTSTART;VALUE=DATE;X-TZID=Europe/Berlin:20261025\nDTEND;VALUE=DATE;X-TZID=Europe/Berlin:20261102",
    ]


def test_words_inside_a_sentence_are_no_organiser(region):
    bring_in(region, "ics")

    told = Event.objects.filter(body__contains="Veranstalter:")
    assert sorted(set(told.values_list("organiser", flat=True))) == ["Stadt Münster Veranstaltungskalender"]
    assert [
        body.endswith("Veranstalter: Arbeitskreis Kinderzirkus Coerdini")
        for body in told.values_list("body", flat=True)
    ] == [
        True,
        True,
    ]


def test_all_three_in_turn_leave_143(region):
    done = [counts(bring_in(region, ending)) for ending in ("ics", "csv", "json")]

    assert done == [(143, 0, 0, 0), (0, 0, 143, 0), (0, 0, 143, 0)]
    assert Event.objects.count() == 143


def test_the_table_leaves_descriptions_alone_and_others_bring_them(region):
    bring_in(region, "csv")

    assert counts(bring_in(region, "json")) == (0, 143, 0, 0)
    assert counts(bring_in(region, "csv")) == (0, 0, 143, 0)
    assert {key: facts["body"] for key, facts in events(["body"]).items()} == texts()


@pytest.mark.parametrize("ending", FORMATS)
def test_a_second_run_changes_nothing(region, ending):
    bring_in(region, ending)
    versions = list(Entry.objects.order_by("pk").values_list("pk", "version", "updated_at"))

    run = bring_in(region, ending)

    assert counts(run) == (0, 0, 143, 0)
    assert list(Entry.objects.order_by("pk").values_list("pk", "version", "updated_at")) == versions


def test_a_shortened_file_deletes_nothing(region):
    bring_in(region, "json")
    content = json.loads((COERDE / "events.json").read_text())
    content["events"] = content["events"][:100]

    run = bring_in(region, "json", content=json.dumps(content).encode())

    assert counts(run) == (0, 0, 100, 0)
    assert Event.objects.filter(listed=True).count() == 143


def test_a_changed_event_is_changed(region):
    bring_in(region, "csv")
    content = (COERDE / "events.csv").read_text().replace("Coerde,2026-08-21,10:00", "Coerde,2026-08-21,11:00", 1)

    run = bring_in(region, "csv", content=content.encode())

    assert counts(run) == (0, 1, 142, 0)
    (line,) = run.lines.filter(result="changed")
    assert f"{Span.objects.get(entry=line.entry_id).starts_at:%H:%M}" == "09:00"  # in UTC


def test_their_twelve_organisers_wait_for_an_editor(region):
    bring_in(region, "csv")

    profiles = OrganisationProfile.objects.all()
    assert sorted(profile.title for profile in profiles) == sorted({row["organizer"] for row in rows().values()})
    assert profiles.count() == 12
    assert {(one.status, one.district_id, one.relay_mail, one.user_id, one.source) for one in profiles} == {
        (Status.WAITING, None, "", None, SOURCE)
    }


def test_nobody_is_written_to(region, editor):
    bring_in(region, "csv")

    assert Mail.objects.count() == 0


@pytest.mark.parametrize("organisers", ["match", "ignore"])
def test_organisers_may_stay_texts(region, organisers):
    bring_in(region, "csv", organisers=organisers)

    assert OrganisationProfile.objects.count() == 0
    assert set(Event.objects.values_list("organisation", flat=True)) == {None}
    assert Event.objects.exclude(organiser="").count() == 143


def test_another_source_is_another_identity(region):
    bring_in(region, "csv")

    assert counts(bring_in(region, "csv", source="elsewhere")) == (143, 0, 0, 0)


def test_another_region_has_its_own(region, other_region):
    bring_in(region, "csv")

    assert counts(bring_in(other_region, "csv")) == (143, 0, 0, 0)
    assert OrganisationProfile.objects.filter(region=other_region).count() == 12
