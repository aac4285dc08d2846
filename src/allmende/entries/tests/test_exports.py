"""What goes out: only what everybody may read, under the filters of the list, streamed, and safe in a spreadsheet."""

import csv
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest
from icalendar import Calendar

from allmende.core.calendars import DateSet
from allmende.entries.actions import hide
from allmende.entries.models import Entry
from allmende.modules.events.actions import cancel
from allmende.modules.events.dates import dated

SECRETS = ("Geheimweg 5", "geheim@verein.example", "49.987654", "11.654321")


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows(response):
    return list(csv.DictReader(io.StringIO(body(response).decode("utf-8-sig")), delimiter=";"))


def titles(response):
    return [row["Titel"] for row in rows(response)]


@pytest.fixture
def secret(make_profile):
    return make_profile(
        "Chor",
        relay_mail="geheim@verein.example",
        private_address=True,
        exact={"street": "Geheimweg 5", "lat": 49.987654, "lon": 11.654321, "private": True},
    )


@pytest.mark.parametrize("who", [None, "alice", "editor", "admin"])
@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_what_is_private_is_in_no_export(request, sign_in, secret, who, ending):
    answer = sign_in(request.getfixturevalue(who) if who else None).get(f"/verzeichnis/export.{ending}")

    content = body(answer)
    if ending == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        content = "\n".join(str(cell) for row in sheet.values for cell in row).encode()
    assert b"Chor" in content
    assert [word for word in SECRETS if word.encode() in content] == []
    assert b"privat" not in content.lower()


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("json", "application/json"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_files_are_named_and_typed(client, make_profile, ending, kind):
    make_profile("Chor")

    answer = client.get(f"/verzeichnis/export.{ending}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="verzeichnis-lindach-20')
    body(answer)


def test_formulas_are_protected(client, make_profile):
    make_profile("=1+1", summary="@SUM(A1)")

    assert b"'=1+1" in body(client.get("/verzeichnis/export.csv"))
    assert json.loads(body(client.get("/verzeichnis/export.json")))["entries"][0]["title"] == "=1+1"


def test_pages_are_whole_addresses(client, make_profile, other_region):
    profile = make_profile("Chor")

    (row,) = rows(client.get("/verzeichnis/export.csv"))

    assert row["Seite auf dieser Plattform"] == f"http://testserver/verzeichnis/{profile.pk}/"


def test_hidden_and_waiting_entries_are_in_no_export(client, make_profile, editor, region):
    hide(make_profile("Verborgen"), by=editor, note="Nein")
    make_profile("Entwurf", public=False)
    make_profile("Chor")

    assert [row["Name der Organisation"] for row in rows(client.get("/verzeichnis/export.csv"))] == ["Chor"]


def test_filters_hold(client, make_event, region):
    make_event("Nah", district=region.districts.get(slug="altstadt"), target_groups=["families"])
    make_event("Fern", district=region.districts.get(slug="auendorf"))

    assert titles(client.get("/veranstaltungen/export.csv?district=altstadt")) == ["Nah"]
    assert titles(client.get("/veranstaltungen/export.csv?target_group=families")) == ["Nah"]
    assert titles(client.get("/veranstaltungen/export.csv?q=fer")) == ["Fern"]


def test_days_hold_and_without_them_all_times_count(client, make_event):
    make_event("Damals", start=datetime(2020, 5, 1, 17, tzinfo=UTC))
    make_event("Dann", start=datetime(2030, 5, 1, 17, tzinfo=UTC))

    assert sorted(titles(client.get("/veranstaltungen/export.csv"))) == ["Damals", "Dann"]
    assert titles(client.get("/veranstaltungen/export.csv?from=2029-01-01")) == ["Dann"]
    assert titles(client.get("/veranstaltungen/export.csv?to=2029-01-01")) == ["Damals"]
    assert titles(client.get("/veranstaltungen/export.csv?from=2021-01-01&to=2022-01-01")) == []


@pytest.mark.parametrize("query", ["from=gestern", "district=nirgends", "topic=quatsch", "page=-1"])
@pytest.mark.parametrize("page", ["export.csv", "kalender.ics"])
def test_filters_that_mean_nothing_are_refused(client, region, query, page):
    assert client.get(f"/veranstaltungen/{page}?{query}").status_code == 400


def test_a_format_that_is_none(client, region):
    assert client.get("/verzeichnis/export.pdf").status_code == 404


def test_an_empty_list_is_an_empty_table(client, region):
    assert rows(client.get("/verzeichnis/export.csv")) == []
    assert json.loads(body(client.get("/verzeichnis/export.json")))["entries"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_an_export_costs_the_same_for_one_and_for_three(client, make_event, count, django_assert_num_queries):
    for number in range(count):
        make_event(f"Fest {number}")
    body(client.get("/veranstaltungen/export.csv"))

    with django_assert_num_queries(11):
        body(client.get("/veranstaltungen/export.csv"))


def test_many_entries_are_read_in_lots(client, make_event, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr("allmende.entries.queries.lots.LOT", 2)
    for number in range(5):
        make_event(f"Fest {number}")

    found = titles(client.get("/veranstaltungen/export.csv"))

    assert sorted(found) == [f"Fest {number}" for number in range(5)]


def test_headings_are_in_the_readers_language(client, make_profile):
    make_profile("Chor")

    answer = client.get("/verzeichnis/export.csv", headers={"Accept-Language": "de"})

    assert body(answer).decode("utf-8-sig").startswith("Kennung;Name der Organisation;Art;")


# Calendars


def calendar(response):
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(body(response))


def test_the_feed_has_what_the_filters_show(client, make_event, region):
    make_event("Nah", district=region.districts.get(slug="altstadt"))
    make_event("Fern", district=region.districts.get(slug="auendorf"))
    make_event("Damals", start=datetime(2020, 5, 1, 17, tzinfo=UTC))

    assert sorted(str(each["SUMMARY"]) for each in calendar(client.get("/veranstaltungen/kalender.ics")).events) == [
        "Damals",
        "Fern",
        "Nah",
    ]
    near = calendar(client.get("/veranstaltungen/kalender.ics?district=altstadt"))
    assert [str(each["SUMMARY"]) for each in near.events] == ["Nah"]


def test_an_event_in_a_calendar(client, make_event, tsv, region):
    start = datetime(2027, 5, 1, 17, tzinfo=UTC)
    found = make_event(
        "Maifest",
        start=start,
        organisation=tsv,
        place_text="Markt",
        summary="Tanz",
        body="**Viel** Musik",
        category="Fest",
    )

    (event,) = calendar(client.get(f"/veranstaltungen/{found.pk}/termin.ics")).events

    assert str(event["UID"]) == f"{found.pk}@testserver"
    assert (event.start, event.end) == (start, start.replace(hour=19))
    assert str(event["URL"]) == f"http://testserver/veranstaltungen/{found.pk}/"
    assert str(event["DESCRIPTION"]) == "Tanz\n\nViel Musik\n\nVeranstalter: TSV Lindach"
    assert (str(event["LOCATION"]), str(event["STATUS"])) == ("Markt", "CONFIRMED")
    assert event["LAST-MODIFIED"].dt == Entry.objects.get(pk=found.pk).updated_at.replace(microsecond=0)
    assert event["CATEGORIES"].to_ical() == b"Fest"


def test_a_cancelled_event_says_so_and_when(client, make_event, editor):
    found = make_event("Maifest")
    Entry.objects.update(updated_at=datetime(2026, 1, 1, tzinfo=UTC))
    found.refresh_from_db()
    cancel(found, by=editor)

    (event,) = calendar(client.get("/veranstaltungen/kalender.ics")).events

    assert str(event["STATUS"]) == "CANCELLED"
    assert event["LAST-MODIFIED"].dt > datetime(2026, 1, 2, tzinfo=UTC)


def test_whole_days_are_days(client, make_event, region):
    day = datetime(2027, 5, 1, tzinfo=UTC).date()
    make_event("Markt", **dated(DateSet(day, day.replace(day=3), region.zone)))

    (event,) = calendar(client.get("/veranstaltungen/kalender.ics")).events

    assert (event.start, event.end) == (day, day.replace(day=3))


def test_the_feed_of_a_region_under_a_path_has_its_addresses(client, other_region, region):
    from allmende.entries.actions import create, publish
    from allmende.modules.events.models import Event

    dates = DateSet.of(datetime(2027, 5, 1, 17, tzinfo=UTC), None, other_region.zone)
    event = create(Event, {"title": "Fest", **dated(dates)}, region=other_region, by=None)
    publish(event, by=None)

    (found,) = calendar(client.get("/auenstedt/veranstaltungen/kalender.ics")).events

    assert str(found["URL"]) == f"http://testserver/auenstedt/veranstaltungen/{event.pk}/"
    assert calendar(client.get("/veranstaltungen/kalender.ics")).events == []


@pytest.mark.parametrize("who", [None, "charlie"])
def test_the_date_of_an_entry_that_nobody_may_see_is_not_there(request, sign_in, make_event, who):
    draft = make_event("Geheim", public=False)
    client = sign_in(request.getfixturevalue(who) if who else None)

    assert client.get(f"/veranstaltungen/{draft.pk}/termin.ics").status_code == 404
    assert calendar(client.get("/veranstaltungen/kalender.ics")).events == []


def test_kinds_without_dates_have_no_calendar(client, region):
    assert client.get("/verzeichnis/kalender.ics").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_feed_costs_the_same_for_one_and_for_three(client, make_event, count, django_assert_num_queries):
    for number in range(count):
        make_event(f"Fest {number}")
    body(client.get("/veranstaltungen/kalender.ics"))

    with django_assert_num_queries(9):
        body(client.get("/veranstaltungen/kalender.ics"))
