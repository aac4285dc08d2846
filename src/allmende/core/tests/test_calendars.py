import io
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from allmende.core.calendars import CalendarEvent, DateSet, occurrences, read_calendar, write_calendar
from allmende.core.calendars.reading import MAX_BYTES

BERLIN = ZoneInfo("Europe/Berlin")
COERDE = (Path(__file__).parents[4] / "tests" / "data" / "coerde" / "events.ics").read_bytes()
WHOLE = read_calendar(COERDE, BERLIN).events
START = "DTSTART;TZID=Europe/Berlin:20260821T093000"
ALL_TIME = (datetime(1900, 1, 2, tzinfo=UTC), datetime(2200, 12, 30, tzinfo=UTC))


def wall(text):
    return datetime.fromisoformat(text)


def calendar_of(*lines, before=()):
    return "\r\n".join(["BEGIN:VCALENDAR", *before, "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def read_one(*lines, before=()):
    calendar = read_calendar(calendar_of(*lines, before=before), BERLIN)
    assert calendar.problems == []
    (event,) = calendar.events
    return event


def problem_of(*lines, before=()):
    (problem,) = read_calendar(calendar_of(*lines, before=before), BERLIN).problems
    return problem.error.code


# Reading


def test_the_events_of_coerde_are_read():
    calendar = read_calendar(COERDE, BERLIN)

    assert len(calendar.events) == 143
    assert calendar.problems == []
    assert len({event.uid for event in calendar.events}) == 143


def test_an_event_of_coerde_is_read_whole():
    event = read_calendar(COERDE, BERLIN).events[2]

    assert event.line == 45
    assert event.title == "Gemeinsam sichtbar & stark – Mädchen aus Coerde (GSMC) (wöchentlich)"
    assert event.dates == DateSet(wall("2026-08-21T16:30"), wall("2026-08-21T18:00"), BERLIN)
    assert event.place == "coerde mittendrin, Königsberger Straße 8, 48157 Münster, Münster-Coerde"
    assert event.description.splitlines()[1] == "Veranstalter: Iriba-Brunnen e.V."
    assert event.categories == ("Stadtteil / Begegnung / Engagement",)
    assert event.status == "CONFIRMED"


def test_ends_of_coerde_are_unknown_where_they_are_the_start():
    events = read_calendar(COERDE, BERLIN).events

    assert sum(event.dates.ends is None for event in events if not event.dates.all_day) == 13


def test_days_of_coerde_are_given_as_they_stand():
    days = [event.dates for event in read_calendar(COERDE, BERLIN).events if event.dates.all_day]

    assert [(dates.starts, dates.ends) for dates in days] == [
        (date(2026, 9, 19), date(2026, 9, 19)),
        (date(2026, 10, 25), date(2026, 11, 1)),
    ]


@pytest.mark.parametrize(
    ("start", "starts", "zone"),
    [
        ("DTSTART;TZID=Europe/Berlin:20260821T093000", "2026-08-21T09:30", "Europe/Berlin"),
        ("DTSTART;TZID=W. Europe Standard Time:20260821T093000", "2026-08-21T09:30", "Europe/Berlin"),
        ("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Lisbon:20260821T093000", "2026-08-21T09:30", "Europe/Lisbon"),
        ('DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin":20260821T093000', "2026-08-21T09:30", "Europe/Berlin"),
        ("DTSTART:20260821T093000", "2026-08-21T09:30", "Europe/Berlin"),
        ("DTSTART:20260821T073000Z", "2026-08-21T07:30", "UTC"),
        ("dtstart;tzid=America/New_York:20260821T033000", "2026-08-21T03:30", "America/New_York"),
    ],
)
def test_the_zone_of_a_start(start, starts, zone):
    dates = read_one(start).dates

    assert (dates.starts, dates.zone.key) == (wall(starts), zone)


def test_a_zone_of_their_own_with_our_offsets_is_ours():
    definition = ["BEGIN:VTIMEZONE", "TZID:Amtszeit", "BEGIN:STANDARD", "TZOFFSETTO:+0100", "END:STANDARD"]
    definition += ["BEGIN:DAYLIGHT", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE"]

    event = read_one("DTSTART;TZID=Amtszeit:20260821T093000", before=definition)

    assert event.dates.zone == BERLIN


def test_an_end_in_another_zone_is_told_on_the_clock_of_the_start():
    dates = read_one(START, "DTEND:20260821T083000Z").dates

    assert dates.ends == wall("2026-08-21T10:30")


def test_a_duration_gives_the_end():
    assert read_one(START, "DURATION:PT1H30M").dates.ends == wall("2026-08-21T11:00")


def test_without_an_end_it_is_unknown():
    assert read_one(START).dates.ends is None


def test_an_event_needs_no_stamp():
    assert read_one("UID:1", START, "SUMMARY:Fest").title == "Fest"


def test_texts_are_unescaped_and_cleaned():
    event = read_one(
        START,
        "SUMMARY;LANGUAGE=de:Fest\\, Spiel\\; Tanz \u202e",
        "DESCRIPTION:eins\\nzwei\\\\n",
        "CATEGORIES:Musik,Kunst\\, Bau",
        "CATEGORIES:Tanz",
        'ORGANIZER;CN="Verein, Lindach":mailto:info@verein.example',
        "URL:javascript:alert(1)",
    )

    assert event.title == "Fest, Spiel; Tanz"
    assert event.description == "eins\nzwei\\n"
    assert event.categories == ("Musik", "Kunst, Bau", "Tanz")
    assert event.organiser == "Verein, Lindach"
    assert event.url == ""


def test_rules_are_kept_with_zones_that_we_know():
    event = read_one(
        START,
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;TZID=W. Europe Standard Time:20260828T093000",
        "RECURRENCE-ID:20260821",
    )

    assert event.dates.rules == ("RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20260828T093000")
    assert event.replaces == "20260821"


def test_an_alarm_is_not_the_event():
    alarm = ["BEGIN:VALARM", "DESCRIPTION:Wecker", "DTSTART:19700101T000000", "END:VALARM"]

    event = read_one(*alarm, START, "DESCRIPTION:Fest")

    assert (event.description, event.dates.starts) == ("Fest", wall("2026-08-21T09:30"))


def test_a_line_that_is_none_is_left_out():
    assert read_one("WHAT IS THIS", ";;=:", START, "SUMMARY:Fest").title == "Fest"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["SUMMARY:Fest"], "no_start"),
        (["DTSTART:morgen"], "no_date"),
        (["DTSTART:20260230T100000"], "no_date"),
        (["DTSTART:20260821T250000"], "no_date"),
        (["DTSTART:00010101T000000"], "range"),
        (["DTSTART:99991231T235959Z"], "range"),
        ([START, "DTEND;TZID=Europe/Berlin:20260820T093000"], "ends_first"),
        ([START, "DURATION:bald"], "duration"),
        ([START, "DURATION:P99999999999D"], "duration"),
        (["DTSTART;TZID=Mond/Krater:20260821T093000"], "zone"),
        (["DTSTART;TZID=../../etc/passwd:20260821T093000"], "zone"),
        ([START, "SUMMARY:a\0b"], "nul"),
        ([START, "RRULE:FREQ=SECONDLY"], "rule"),
        ([START, "RRULE:FREQ=DAILY;INTERVAL=0"], "rule"),
        ([START, "RRULE:FREQ=DAILY;BYHOUR=1,2,3"], "rule"),
        ([START, "RRULE:FREQ=DAILY;COUNT=-1"], "rule"),
        ([START, "RRULE:COUNT=3"], "rule"),
        ([START, "RRULE:garbage"], "rule"),
        ([START, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "rule"),
        ([START, "RDATE:soon"], "rule"),
        ([START, "EXDATE;TZID=Mond/Krater:20260828T093000"], "zone"),
    ],
)
def test_what_is_wrong_with_an_event(lines, code):
    assert problem_of(*lines) == code


def test_a_broken_event_does_not_cost_the_others():
    data = COERDE.replace(b"DTSTART;TZID=Europe/Berlin:20260821T100000", b"DTSTART:soon", 1)

    calendar = read_calendar(data, BERLIN)

    assert len(calendar.events) == 142
    assert [(problem.line, problem.title) for problem in calendar.problems] == [(29, "Mütter-Treff Coerde")]


def test_a_truncated_file_gives_what_is_whole():
    calendar = read_calendar(COERDE[: len(COERDE) // 2], BERLIN)

    whole = COERDE[: len(COERDE) // 2].count(b"END:VEVENT")
    assert len(calendar.events) == whole > 50
    assert [problem.error.code for problem in calendar.problems] == ["broken_off"]


@given(st.integers(0, len(COERDE)))
@settings(max_examples=50, deadline=None)
def test_wherever_a_file_breaks_off_the_rest_is_read(length):
    if length < 17:
        with pytest.raises(ValidationError):
            read_calendar(COERDE[:length], BERLIN)
    else:
        calendar = read_calendar(COERDE[:length], BERLIN)
        assert calendar.events == WHOLE[: len(calendar.events)]
        assert len(calendar.events) + len(calendar.problems) == COERDE[:length].count(b"BEGIN:VEVENT")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(noise):
    calendar = read_calendar(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + noise + b"\r\nEND:VEVENT\r\n", BERLIN)

    assert len(calendar.events) + len(calendar.problems) >= 1


@given(
    st.lists(
        st.sampled_from(["DTSTART", "DTEND", "DURATION", "RRULE", ";TZID=", ":", "2026", "T10", "Z", "\r\n", "P1D"])
    )
)
def test_no_lines_break_the_reader(pieces):
    calendar = read_calendar(calendar_of("".join(pieces)), BERLIN)

    assert len(calendar.events) + len(calendar.problems) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "calendar_type"),
        (b"<html>", "calendar_type"),
        (b"\xff\xfe", "calendar_type"),
        (b"BEGIN:VCARD\r\nEND:VCARD\r\n", "calendar_type"),
        (b"BEGIN:VCALENDAR\r\n" + b" " * MAX_BYTES, "calendar_too_big"),
    ],
)
def test_what_is_no_calendar(data, code):
    with pytest.raises(ValidationError) as refused:
        read_calendar(data, BERLIN)

    assert refused.value.code == code


def test_fifty_megabytes_are_refused_at_once():
    data = b"BEGIN:VCALENDAR\r\n" * 3_000_000
    before = clock.process_time()

    with pytest.raises(ValidationError):
        read_calendar(data, BERLIN)

    assert clock.process_time() - before < 0.5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_calendar_in_another_encoding_is_read(encoding):
    data = calendar_of(START, "SUMMARY:Bürgerfest").decode().encode(encoding)

    assert read_calendar(data, BERLIN).events[0].title == "Bürgerfest"


# Dates


def test_a_date_is_stored_on_the_clock_of_its_zone():
    dates = DateSet.of(datetime(2026, 8, 21, 7, 30, tzinfo=UTC), datetime(2026, 8, 21, 12, tzinfo=UTC), BERLIN)

    assert dates.text == "DTSTART;TZID=Europe/Berlin:20260821T093000\nDTEND;TZID=Europe/Berlin:20260821T140000"


def test_days_are_stored_with_their_zone():
    dates = DateSet.of(date(2026, 10, 24), date(2026, 10, 26), BERLIN)

    assert dates.text == (
        "DTSTART;VALUE=DATE;X-TZID=Europe/Berlin:20261024\nDTEND;VALUE=DATE;X-TZID=Europe/Berlin:20261026"
    )


zones = st.sampled_from(["Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata"]).map(ZoneInfo)
moments = st.datetimes(wall("1950-01-02"), wall("2190-12-30"), timezones=st.just(UTC))
lengths = st.one_of(st.none(), st.timedeltas(timedelta(minutes=1), timedelta(days=10)))


@given(moments, lengths, zones)
@settings(deadline=None)
def test_what_is_stored_comes_back(starts, length, zone):
    dates = DateSet.of(starts, None if length is None else starts + length, zone)

    assert DateSet.parse(dates.text) == dates


@given(moments, zones)
@settings(deadline=None)
def test_a_single_date_happens_once(starts, zone):
    starts = starts.replace(microsecond=0)
    local = starts.astimezone(zone)
    first = local.replace(fold=0).astimezone(UTC)  # a wall clock that comes twice means the first

    assert occurrences(DateSet.of(starts, None, zone).text, *ALL_TIME) == [(first, None)]


def test_two_days_are_forty_nine_hours_long_when_clocks_go_back():
    (once,) = occurrences(DateSet.of(date(2026, 10, 24), date(2026, 10, 26), BERLIN).text, *ALL_TIME)

    assert once == (datetime(2026, 10, 23, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))


@pytest.mark.parametrize("ends", [None, date(2026, 9, 19), date(2026, 9, 20)])
def test_a_day_ends_with_itself(ends):
    (once,) = occurrences(DateSet(date(2026, 9, 19), ends, BERLIN).text, *ALL_TIME)

    assert once == (datetime(2026, 9, 18, 22, tzinfo=UTC), datetime(2026, 9, 19, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [("07:30", "08:00", 1), ("07:00", "07:30", 0), ("08:00", "09:00", 1), ("09:00", "10:00", 0), ("08:59", "10:00", 1)],
)
def test_times_are_half_open(start, end, found):
    text = DateSet(wall("2026-08-21T09:30"), wall("2026-08-21T11:00"), BERLIN).text
    during = [datetime.combine(date(2026, 8, 21), time.fromisoformat(each), UTC) for each in (start, end)]

    assert len(occurrences(text, *during)) == found


def test_a_series_keeps_to_the_clock_of_its_zone():
    dates = DateSet(wall("2026-10-23T18:00"), wall("2026-10-23T19:00"), BERLIN, ("RRULE:FREQ=WEEKLY;COUNT=2",))

    assert occurrences(dates.text, *ALL_TIME) == [
        (datetime(2026, 10, 23, 16, tzinfo=UTC), datetime(2026, 10, 23, 17, tzinfo=UTC)),
        (datetime(2026, 10, 30, 17, tzinfo=UTC), datetime(2026, 10, 30, 18, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        (["RRULE:FREQ=MONTHLY;BYDAY=+1TH;COUNT=3"], [1, 5, 3]),
        (["RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261101T000000Z"], [1, 15, 29]),
        (["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Berlin:20261002T180000"], [1, 3]),
        (["RDATE;TZID=Europe/Berlin:20261010T180000,20261012T180000"], [1, 10, 12]),
    ],
)
def test_rules_are_followed(rules, days):
    text = DateSet(wall("2026-10-01T18:00"), None, BERLIN, tuple(rules)).text

    found = [once.starts.astimezone(BERLIN).day for once in occurrences(text, *ALL_TIME)]

    assert found == days


def test_a_rule_that_cannot_be_followed_is_refused():
    text = DateSet(wall("2026-10-01T18:00"), None, BERLIN, ("RRULE:FREQ=YEARLY;BYMONTHDAY=1;BYSETPOS=400",)).text

    with pytest.raises(ValidationError) as refused:
        occurrences(text, *ALL_TIME)

    assert refused.value.code == "rule"


@pytest.mark.parametrize("text", ["", "DTSTART:bald", "SUMMARY:x", "DTSTART;TZID=Mond:20260821T093000", "\0"])
def test_what_is_no_set_of_dates(text):
    with pytest.raises(ValidationError) as refused:
        DateSet.parse(text)

    assert refused.value.code == "dates"


# Writing


def given_out(**fields):
    start = DateSet(wall("2026-08-21T09:30"), None, BERLIN).text
    event = {"uid": "1@lindach.example", "title": "Fest", "dates": start, "changed": datetime(2026, 1, 1, tzinfo=UTC)}
    return CalendarEvent(**(event | fields))


def written(*events):
    return b"".join(write_calendar("Lindach", events))


def test_a_calendar_is_written_as_subscribers_need_it():
    data = written(given_out(), given_out(uid="2@lindach.example"))

    calendar = Calendar.from_ical(data)
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert str(calendar["X-WR-CALNAME"]) == "Lindach"
    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE", "VEVENT", "VEVENT"]
    assert calendar.events[0].start == datetime(2026, 8, 21, 9, 30, tzinfo=BERLIN)
    assert datetime(2026, 1, 1, tzinfo=UTC) == calendar.events[0].DTSTAMP


def test_an_empty_calendar_is_a_calendar():
    assert Calendar.from_ical(written()).events == []


def test_lines_are_folded_and_escaped():
    data = written(given_out(description="Lang, länger; \n" * 40))

    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    assert read_calendar(data, BERLIN).events[0].description == ("Lang, länger; \n" * 40).strip()


@given(st.text(st.characters(exclude_categories=["C"]) | st.sampled_from("\\\\\\;,\n"), max_size=400))
def test_texts_come_back_and_no_line_tears_a_character_or_an_escape(text):
    data = written(given_out(description=f"x{text}"))

    lines = data.removesuffix(b"\r\n").split(b"\r\n")
    assert [len(line) > 75 for line in lines] == [False] * len(lines)
    assert [(len(line) - len(line.decode().rstrip("\\").encode())) % 2 for line in lines] == [0] * len(lines)
    assert str(Calendar.from_ical(data).events[0]["DESCRIPTION"]) == f"x{text}"


def test_no_text_adds_a_line():
    data = written(
        given_out(title="Fest\r\nATTACH:file:///etc/passwd", place="\nATTACH:x", url="https://x\r\nATTACH:y")
    )

    assert b"\r\nATTACH" not in data


def test_a_cancelled_event_says_so():
    assert b"\r\nSTATUS:CANCELLED\r\n" in written(given_out(cancelled=True))


def test_days_are_written_without_our_own_parameter():
    data = written(given_out(dates=DateSet(date(2026, 10, 24), date(2026, 10, 26), BERLIN).text))

    assert b"\r\nDTSTART;VALUE=DATE:20261024\r\n" in data
    assert b"X-TZID" not in data


def telling(year, zone):
    """Each Monday at noon, and each hour of the days on which clocks change; none that comes twice or is left out."""
    days = [datetime(year, 1, 2, tzinfo=zone) + timedelta(days=number) for number in range(363)]
    noons = [day.replace(hour=12) for day in days if day.weekday() == 0]
    changing = [day for day in days if day.utcoffset() != (day + timedelta(days=1)).utcoffset()]
    hours = [day.replace(hour=hour, minute=30) for day in changing for hour in range(24)]
    return [moment for moment in noons + hours if moment.utcoffset() == moment.replace(fold=1).utcoffset()]


@pytest.mark.parametrize(
    "zone",
    [
        *("Europe/Berlin", "Europe/London", "Europe/Dublin", "America/New_York", "America/Nuuk", "Africa/Casablanca"),
        *("Asia/Gaza", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"),
    ],
)
def test_programs_that_know_no_zones_read_the_same_clock(zone):
    start = DateSet(wall("2026-08-21T09:30"), None, ZoneInfo(zone)).text
    read = tzical(io.StringIO(written(given_out(dates=start)).decode().replace("\r\n ", "")))
    moments = [moment for year in (1980, 1995, 2026, 2038, 2099) for moment in telling(year, ZoneInfo(zone))]

    found = [(moment, moment.replace(tzinfo=read.get(zone)).utcoffset()) for moment in moments]

    assert found == [(moment, moment.utcoffset()) for moment in moments]


def test_our_clock_is_told_by_rules_without_an_end():
    data = written(given_out()).decode()

    assert [line for line in data.splitlines() if "RRULE" in line] == [
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]
    assert len(data) < 1500


def test_the_calendar_of_coerde_comes_back():
    events = read_calendar(COERDE, BERLIN).events
    data = written(
        *(
            given_out(
                uid=event.uid,
                title=event.title,
                dates=event.dates.text,
                description=event.description,
                place=event.place,
                url=event.url,
                categories=event.categories,
            )
            for event in events
        )
    )

    again = read_calendar(data, BERLIN).events

    assert [(each.uid, each.title, each.dates, each.description, each.place, each.url) for each in again] == [
        (each.uid, each.title, each.dates, each.description, each.place, each.url) for each in events
    ]
