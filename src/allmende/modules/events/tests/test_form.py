"""When it happens: what people write about days and hours, and what becomes of it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from allmende.accounts.actions import found_organisation
from allmende.entries.models import Span
from allmende.entries.tests.filling import shown
from allmende.modules.events.forms import EventForm
from allmende.modules.events.models import Event

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
NEW = "/veranstaltungen/neu/"


@pytest.fixture
def fill(region, charlie):
    """A form as charlie sends it, with some fields changed."""

    def fill(**changes) -> EventForm:
        empty = EventForm(region=region, person=charlie)
        return EventForm(
            shown(empty, title="Sommerfest", start_day="2030-06-01", **changes), region=region, person=charlie
        )

    return fill


def test_it_begins_with_an_organisation_that_is_in_the_directory(region, alice, tsv, make_profile):
    bees, waiting = found_organisation("Bienenfreunde", by=alice), found_organisation("Astronomen", by=alice)
    make_profile("Astronomen", organisation=waiting, public=False)
    before = EventForm(region=region, person=alice)["acting_as"]
    make_profile("TSV Lindach", organisation=tsv)

    names = EventForm(region=region, person=alice)["acting_as"]

    assert before.initial == "me"
    assert names.initial == str(tsv.pk)
    assert [key for key, _name in names.field.choices] == [str(tsv.pk), str(waiting.pk), str(bees.pk), "me"]


def saved(form, by) -> Event:
    assert form.errors == {}
    form.save(by=by)
    return Event.objects.get()


def spans() -> list[tuple[str, str]]:
    return [(f"{s.starts_at:%Y-%m-%dT%H:%M}", f"{s.until:%Y-%m-%dT%H:%M}") for s in Span.objects.all()]


@pytest.mark.parametrize(
    ("fields", "span", "end_known"),
    [
        ({"start_time": "19:00", "end_time": "21:30"}, ("2030-06-01T17:00", "2030-06-01T19:30"), True),
        ({"start_time": "19:00"}, ("2030-06-01T17:00", "2030-06-01T17:00"), False),
        (
            {"start_time": "22:00", "end_day": "2030-06-02", "end_time": "02:00"},
            ("2030-06-01T20:00", "2030-06-02T00:00"),
            True,
        ),
        ({"all_day": "on"}, ("2030-05-31T22:00", "2030-06-01T22:00"), True),
        ({"all_day": "on", "end_day": "2030-06-03"}, ("2030-05-31T22:00", "2030-06-03T22:00"), True),
        ({"all_day": "on", "start_time": "19:00"}, ("2030-05-31T22:00", "2030-06-01T22:00"), True),
    ],
)
def test_days_and_hours_become_a_span(fill, charlie, fields, span, end_known):
    event = saved(fill(**fields), charlie)

    assert spans() == [span]
    assert (event.ends_at is not None, event.all_day) == (end_known, "all_day" in fields)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "start_time"),
        ({"start_time": "19:00", "end_time": "18:00"}, "end_time"),
        ({"start_time": "19:00", "end_time": "19:00"}, "end_time"),
        ({"start_time": "19:00", "end_day": "2030-06-02"}, "end_time"),
        ({"start_time": "19:00", "end_day": "2030-05-31", "end_time": "20:00"}, "end_time"),
        ({"start_time": "19:00", "end_day": "2031-06-03", "end_time": "20:00"}, "end_time"),
        ({"all_day": "on", "end_day": "2030-05-31"}, "end_day"),
        ({"all_day": "on", "end_day": "2032-01-01"}, "end_day"),
        ({"start_day": "", "start_time": "19:00"}, "start_day"),
        ({"start_day": "31.02.2030", "start_time": "19:00"}, "start_day"),
        ({"start_day": "9999-12-31", "start_time": "19:00"}, "start_day"),
        ({"start_day": "0001-01-01", "start_time": "19:00"}, "start_day"),
        ({"start_day": "1899-12-31", "start_time": "19:00"}, "start_day"),
        ({"start_day": "2201-01-01", "start_time": "19:00"}, "start_day"),
        ({"start_day": "-1", "start_time": "19:00"}, "start_day"),
        ({"start_time": "25:00"}, "start_time"),
        ({"start_time": "19:00", "end_time": "abends"}, "end_time"),
        ({"start_day": "2030-03-31", "start_time": "02:30"}, "start_time"),
        ({"start_day": "2030-03-30", "start_time": "22:00", "end_day": "2030-03-31", "end_time": "02:30"}, "end_time"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(fill, fields, field):
    changes = {"start_day": "2030-06-01", **fields}

    form = fill(**{name: value for name, value in changes.items() if name != "start_day"})
    form.data["start_day"] = changes["start_day"]

    assert list(form.errors) == [field]


def test_the_missing_hour_says_what_to_write_instead(fill):
    form = fill(start_time="02:30")
    form.data["start_day"] = "2030-03-31"

    assert form.errors["start_time"] == [
        (
            "Am 31.03.2030 gibt es 02:30 Uhr nicht: In dieser Nacht wird die Uhr vorgestellt. "
            "Bitte wählen Sie eine andere Uhrzeit, zum Beispiel 03:30 Uhr."
        )
    ]


def test_the_doubled_hour_means_the_first(fill, charlie):
    form = fill(start_time="02:30", end_time="04:00")
    form.data["start_day"] = "2030-10-27"

    saved(form, charlie)

    assert spans() == [("2030-10-27T00:30", "2030-10-27T03:00")]


def test_a_night_of_clock_change_may_end_in_the_doubled_hour(fill, charlie):
    form = fill(start_time="23:00", end_day="2030-10-27", end_time="02:15")
    form.data["start_day"] = "2030-10-26"

    saved(form, charlie)

    assert spans() == [("2030-10-26T21:00", "2030-10-27T00:15")]


@pytest.mark.parametrize("day", ["1900-01-01", "1900-01-02", "2200-12-30"])
@pytest.mark.parametrize(
    "fields",
    [{"all_day": "on"}, {"start_time": "00:00"}, {"start_time": "23:59"}, {"start_time": "00:00", "end_time": "23:59"}],
)
def test_the_first_and_the_last_day_of_all_can_be_written(fill, charlie, day, fields):
    form = fill(**fields)
    form.data["start_day"] = day

    event = saved(form, charlie)

    assert event.starts_at.astimezone(BERLIN).date() == date.fromisoformat(day)
    assert len(spans()) == 1


@pytest.mark.parametrize(("fields", "field"), [({}, "start_day"), ({"end_day": "2200-12-31"}, "end_day")])
def test_a_whole_day_whose_end_lies_beyond_is_refused(fill, fields, field):
    form = fill(all_day="on", **fields)
    form.data["start_day"] = "2200-12-31"

    assert form.errors == {field: ["Bitte geben Sie ein Jahr von 1900 bis 2200 an."]}


@pytest.mark.parametrize("typed", ["1.6.2030", "01.06.2030", "01. 06. 2030", "2030-06-01"])
def test_days_are_read_as_people_write_them(fill, charlie, typed):
    form = fill(start_time="19 Uhr")
    form.data["start_day"] = typed

    assert saved(form, charlie).starts_at == datetime(2030, 6, 1, 17, tzinfo=UTC)


@pytest.mark.parametrize("values", [{"all_day": True}, {"all_day": False}, {"end": None}])
def test_the_form_of_an_edit_shows_and_keeps_what_is_there(sign_in, make_event, tsv, alice, values):
    from datetime import timedelta

    from allmende.core.calendars import DateSet
    from allmende.modules.events.dates import dated

    start = datetime(2030, 10, 26, 23, 30, tzinfo=BERLIN)
    if values.get("all_day"):
        dates = DateSet(start.date(), start.date() + timedelta(days=2), BERLIN)
    else:
        dates = DateSet.of(start, None if "end" in values else start + timedelta(hours=3), BERLIN)
    event = make_event("Fest", organisation=tsv, **dated(dates))
    before, browser, url = spans(), sign_in(alice), f"/veranstaltungen/{event.pk}/bearbeiten/"
    page = browser.get(url)

    answer = browser.post(url, shown(page.context["form"], title="Fest 2", form_token="a"))

    assert answer.status_code == 302
    assert (Event.objects.get().title, Event.objects.get().all_day, spans()) == (
        "Fest 2",
        bool(values.get("all_day")),
        before,
    )


def test_an_event_from_the_form_to_the_list(sign_in, client, region, charlie, editor):
    browser = sign_in(charlie)
    page = browser.get(NEW)
    data = shown(
        page.context["form"],
        title="Kleidertausch",
        start_day="2030-06-01",
        start_time="15:00",
        end_time="18:00",
        form_token="a",
    )
    draft = browser.post(NEW, data)
    browser.post(f"/veranstaltungen/{Event.objects.get().pk}/einreichen/", {"form_token": "b"})
    sign_in(editor).post(f"/veranstaltungen/{Event.objects.get().pk}/freigeben/", {"form_token": "c"})

    cards = sign_in(None).get("/veranstaltungen/?from=2030-06-01").context["cards"]

    assert draft.status_code == 302
    assert [(card["title"], card["when"]) for card in cards] == [
        ("Kleidertausch", "Sa, 01.06.2030, 15:00 bis 18:00 Uhr")
    ]


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ("2030-06-01 19:00", "2030-06-01 21:00", "Sa, 01.06.2030, 19:00 bis 21:00 Uhr"),
        ("2030-06-01 19:00", None, "Sa, 01.06.2030, 19:00 Uhr"),
        ("2030-06-01 22:00", "2030-06-02 02:00", "Sa, 01.06.2030, 22:00 Uhr bis So, 02.06.2030, 02:00 Uhr"),
        ("2030-10-27 02:30", "2030-10-27 03:30", "So, 27.10.2030, 02:30 bis 03:30 Uhr"),
    ],
)
def test_the_date_as_people_say_it(client, make_event, start, end, text):
    from allmende.core.calendars import DateSet
    from allmende.modules.events.dates import dated

    begin, finish = (when and datetime.fromisoformat(when).replace(tzinfo=BERLIN) for when in (start, end))
    event = make_event("Fest", **dated(DateSet.of(begin, finish, BERLIN)))

    assert client.get(f"/veranstaltungen/{event.pk}/").context["card"]["when"] == text


def test_an_english_reader_gets_english_days(client, make_event):
    event = make_event("Fest", start=datetime(2030, 6, 1, 19, tzinfo=BERLIN))

    when = client.get(f"/veranstaltungen/{event.pk}/", HTTP_ACCEPT_LANGUAGE="en").context["card"]["when"]

    assert when == "Sat, 1 Jun 2030, 19:00 to 21:00"
