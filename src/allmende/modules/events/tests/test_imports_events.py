"""How rows become events: times, places, organisers, calendars; and what is wrong with them."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from allmende.core.calendars import DateSet
from allmende.entries.imports import actions, go_on
from allmende.entries.imports.queries import counts_of
from allmende.entries.models import Entry, ImportRun, Span
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.events.actions import cancel
from allmende.modules.events.imports import place_of, without_organiser
from allmende.modules.events.models import Event

MISSING_HOUR = (
    "Am 28.03.2027 gibt es 02:30 Uhr nicht: In dieser Nacht wird die Uhr vorgestellt. "
    "Bitte wählen Sie eine andere Uhrzeit, zum Beispiel 03:30 Uhr."
)
SERIES = "Das ist eine Veranstaltung, die sich wiederholt. Solche können wir noch nicht übernehmen."
HEAD = "Titel;Beginn: Tag;Beginn: Uhrzeit;Ende: Tag;Ende: Uhrzeit\n"


def counts(run):
    assert run.state == ImportRun.State.DONE, run.message
    return tuple(counts_of(run).values())


def message(run):
    return run.lines.get(result="refused").message


def calendar(*events, end="END:VCALENDAR"):
    blocks = ["\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"]) for lines in events]
    return "\r\n".join(["BEGIN:VCALENDAR", *blocks, end, ""])


def event(*lines, uid="1", start="DTSTART;TZID=Europe/Berlin:20270501T190000"):
    return [f"UID:{uid}", "SUMMARY:Maifest", start, *lines]


# Times


@pytest.mark.parametrize(
    ("cells", "starts", "ends"),
    [
        ("01.05.2027;19:00;01.05.2027;21:30", "2027-05-01T19:00:00", "2027-05-01T21:30:00"),
        ("2027-05-01;19 Uhr;;21.30 Uhr", "2027-05-01T19:00:00", "2027-05-01T21:30:00"),
        ("01.05.2027 19:00;;01.05.2027 21:30;", "2027-05-01T19:00:00", "2027-05-01T21:30:00"),
        ("01.05.2027;22:00;;01:00", "2027-05-01T22:00:00", "2027-05-02T01:00:00"),
        ("01.05.2027;19:00;03.05.2027;", "2027-05-01T19:00:00", "2027-05-03T23:59:00"),
        ("01.05.2027;19:00;;", "2027-05-01T19:00:00", None),
        ("01.05.2027;19:00;01.05.2027;", "2027-05-01T19:00:00", None),
        ("01.05.2027;19:00;01.05.2027;19:00", "2027-05-01T19:00:00", None),
        ("01.05.2027;;;", "2027-05-01", "2027-05-02"),
        ("01.05.2027;;03.05.2027;", "2027-05-01", "2027-05-04"),
        ("31.10.2027;02:30;;03:30", "2027-10-31T02:30:00", "2027-10-31T03:30:00"),
    ],
)
def test_times_of_a_table(bring_in, cells, starts, ends):
    assert counts(bring_in("event", f"{HEAD}Maifest;{cells}\n")) == (1, 0, 0, 0)

    dates = DateSet.parse(Event.objects.get().dates)
    assert (dates.starts.isoformat(), dates.ends and dates.ends.isoformat()) == (starts, ends)
    assert dates.zone.key == "Europe/Berlin"


def test_spans_follow_from_the_set(bring_in):
    bring_in("event", f"{HEAD}Maifest;01.05.2027;19:00;;21:00\n")

    (span,) = Span.objects.all()
    assert (span.starts_at, span.until) == (datetime(2027, 5, 1, 17, tzinfo=UTC), datetime(2027, 5, 1, 19, tzinfo=UTC))
    assert (span.listed, Event.objects.get().starts_at) == (True, span.starts_at)


def test_the_second_half_past_two_is_the_first(bring_in):
    bring_in("event", f"{HEAD}Nacht;31.10.2027;02:30;;\n")

    assert Event.objects.get().starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (";;;", "Der Tag des Beginns fehlt."),
        ("01.05.0001;;;", "Beginn: Tag: Bitte geben Sie ein Jahr von 1900 bis 2200 an."),
        ("9999-12-31;;;", "Beginn: Tag: Bitte geben Sie ein Jahr von 1900 bis 2200 an."),
        ("02.05.2027;19:00;01.05.2027;20:00", "Das Ende liegt vor dem Beginn."),
        ("02.05.2027;;01.05.2027;", "Das Ende liegt vor dem Beginn."),
        ("02.05.2027;20:00;02.05.2027;19:00", "Das Ende liegt vor dem Beginn."),
        ("02.05.2027;;02.05.2029;", "Das Ende liegt mehr als ein Jahr nach dem Beginn."),
        ("28.03.2027;02:30;;", MISSING_HOUR),
        ("bald;;;", "Beginn: Tag: Diesen Tag gibt es nicht. Bitte schreiben Sie das Datum so: 24.12.2026."),
    ],
)
def test_times_that_cannot_be(bring_in, cells, text):
    run = bring_in("event", f"{HEAD}Gut;01.05.2027;;;\nMaifest;{cells}\n")

    assert counts(run) == (1, 0, 0, 1)
    assert message(run) == text


@pytest.mark.parametrize("title", ["", " ", "\u200b\u2060", "\u202e"])
def test_a_title_that_nobody_sees_is_none(bring_in, title):
    run = bring_in("event", f"{HEAD}{title};01.05.2027;;;\n")

    assert message(run) == "Der Titel fehlt."


# Identity


def test_without_an_id_title_start_and_place_are_the_identity(bring_in):
    rows = "Titel;Beginn;Ort;Kosten\n"
    bring_in("event", rows + "Maifest;01.05.2027;Markt;\n")

    run = bring_in("event", rows + "MAIFEST;01.05.2027;markt;frei\nMaifest;02.05.2027;Markt;\nMaifest;01.05.2027;Au;\n")

    assert counts(run) == (2, 1, 0, 0)


def test_two_rows_without_an_id_that_say_the_same(bring_in):
    run = bring_in("event", f"{HEAD}Maifest;01.05.2027;;;\nMaifest;01.05.2027;;;\n")

    assert message(run) == "Doppelt: Dasselbe steht schon in Zeile 2."


def test_two_events_with_ids_may_look_alike(bring_in):
    run = bring_in("event", "id;Titel;Beginn\n1;Kurs;01.05.2027\n2;Kurs;01.05.2027\n")

    assert counts(run) == (2, 0, 0, 0)


def test_an_event_that_moved_keeps_its_page(bring_in):
    bring_in("event", "id;Titel;Beginn\n1;Kurs;01.05.2027\n")
    pk = Event.objects.get().pk

    run = bring_in("event", "id;Titel;Beginn\n1;Kurs;02.05.2027\n")

    assert counts(run) == (0, 1, 0, 0)
    assert [(span.entry_id, span.starts_at.day) for span in Span.objects.all()] == [(pk, 1)]  # midnight, in UTC


def test_undo_brings_the_old_dates_back(bring_in):
    bring_in("event", "id;Titel;Beginn;Ort\n1;Kurs;01.05.2027;Markt\n")
    before = Event.objects.values("dates", "starts_at", "ends_at", "place_text").get()
    run = bring_in("event", "id;Titel;Beginn;Ort\n1;Kurs;03.05.2027 19:00;Au\n")

    actions.begin_undo(run, by=None)
    go_on(run)

    assert Event.objects.values("dates", "starts_at", "ends_at", "place_text").get() == before
    assert [span.starts_at for span in Span.objects.all()] == [before["starts_at"]]


# Places


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        (["Kita", "Weg 8, Coerde", "Coerde"], "Kita, Weg 8, Coerde"),
        (["AWO", "Straße 8, 48157 Coerde", "Coerde"], "AWO, Straße 8, 48157 Coerde"),
        (["Haus", "", "Coerde"], "Haus, Coerde"),
        (["", "", ""], ""),
        (["Haus A", "haus a", "HAUS A"], "Haus A"),
    ],
)
def test_parts_of_a_place_are_told_once(parts, place):
    assert place_of(parts) == place


def test_a_place_that_is_too_long_is_refused():
    with pytest.raises(ValidationError):
        place_of(["x" * 150, "y" * 150])


def test_a_place_that_is_written_otherwise_here_stays(bring_in, make_event):
    make_event("Maifest", start=datetime(2027, 5, 1, 17, tzinfo=UTC), place_text="Markt,Brunnen")

    run = bring_in(
        "event", "Titel;Beginn;Beginn: Uhrzeit;Ende: Uhrzeit;Ort\nMaifest;01.05.2027;19:00;21:00;Markt, Brunnen\n"
    )

    assert counts(run) == (0, 0, 1, 0)


def test_another_place_has_no_old_point(bring_in):
    bring_in("event", "id;Titel;Beginn;Ort\n1;Kurs;01.05.2027;Markt\n")
    Entry.objects.update(lat=49.98, lon=11.6, precision="exact", cell=1)

    bring_in("event", "id;Titel;Beginn;Ort\n1;Kurs;01.05.2027;Au\n")

    assert Entry.objects.values_list("lat", "lon", "precision", "cell").get() == (None, None, "", None)


# Organisers


@pytest.mark.parametrize(
    ("description", "text", "organiser"),
    [
        ("Tanz\nVeranstalter: Chor\nQuelle: https://x.example/", "Tanz", "Chor"),
        ("Veranstalter: A\nTanz\nVeranstalter: B", "Veranstalter: A\nTanz", "B"),
        ("Wir danken. Veranstalter: Chor", "Wir danken. Veranstalter: Chor", ""),
        ("Quelle: Chronik", "Quelle: Chronik", ""),
        ("", "", ""),
    ],
)
def test_the_organiser_of_a_description(description, text, organiser):
    assert without_organiser(description) == (text, organiser)


def test_a_known_organiser_is_linked(bring_in, make_profile):
    profile = make_profile("Chor Harmonie")

    bring_in("event", "Titel;Beginn;Veranstalter\nKonzert;01.05.2027;Chor Harmonie e.V.\n")

    event = Event.objects.get()
    assert (event.organisation_id, event.organiser) == (profile.organisation_id, "Chor Harmonie e.V.")
    assert OrganisationProfile.objects.count() == 1


def test_a_doubtful_organiser_stays_a_text(bring_in, make_profile):
    make_profile("Chor Harmonie Lindach")

    bring_in("event", "Titel;Beginn;Veranstalter\nKonzert;01.05.2027;Chor Harmonie\n")

    event = Event.objects.get()
    assert (event.organisation_id, event.organiser) == (None, "Chor Harmonie")
    assert OrganisationProfile.objects.count() == 1


@pytest.mark.parametrize("answer", ["link", "new", "text"])
def test_what_was_decided_about_a_doubtful_organiser_holds(bring_in, make_profile, editor, answer):
    profile = make_profile("Chor Harmonie Lindach")
    decision = {"do": answer, "organisation": profile.organisation_id} if answer == "link" else {"do": answer}

    def decide(run):
        actions.answer(run, {"Chor Harmonie": decision}, by=editor)
        go_on(run)

    bring_in("event", "Titel;Beginn;Veranstalter\nKonzert;01.05.2027;Chor Harmonie\n", by=editor, before_run=decide)

    linked = Event.objects.get().organisation
    names = {"link": "Chor Harmonie Lindach", "new": "Chor Harmonie", "text": None}
    assert (linked and linked.name) == names[answer]


def test_a_link_that_an_editor_set_stays(bring_in, make_profile):
    profile = make_profile("Gesangverein")
    rows = "id;Titel;Beginn;Veranstalter\n1;Konzert;01.05.2027;Chor\n"
    bring_in("event", rows, organisers="ignore")
    Entry.objects.filter(kind="event").update(organisation=profile.organisation)

    assert counts(bring_in("event", rows)) == (0, 0, 1, 0)
    assert Event.objects.get().organisation_id == profile.organisation_id


def test_another_organiser_is_another_link(bring_in):
    bring_in("event", "id;Titel;Beginn;Veranstalter\n1;Konzert;01.05.2027;Chor\n")

    bring_in("event", "id;Titel;Beginn;Veranstalter\n1;Konzert;01.05.2027;Orchester\n")

    assert Event.objects.get().organisation.name == "Orchester"


def test_undo_takes_proposals_back_that_nobody_looked_at(bring_in, editor):
    from allmende.entries.actions import release

    run = bring_in("event", "Titel;Beginn;Veranstalter\nA;01.05.2027;Chor\nB;01.05.2027;Orchester\n")
    release(OrganisationProfile.objects.get(title="Chor"), by=editor)

    actions.begin_undo(run, by=editor)
    go_on(run)

    assert list(Entry.objects.values_list("title", flat=True)) == ["Chor"]


# State


def test_a_cancelled_event_is_marked(bring_in):
    bring_in("event", "id;Titel;Beginn;Status\n1;A;01.05.2027;abgesagt\n2;B;01.05.2027;scheduled\n")

    assert dict(Event.objects.values_list("title", "state")) == {"A": "cancelled", "B": ""}


def test_a_cancellation_comes_with_the_next_file(bring_in):
    bring_in("event", "id;Titel;Beginn;Status\n1;A;01.05.2027;\n")

    run = bring_in("event", "id;Titel;Beginn;Status\n1;A;01.05.2027;Abgesagt\n")

    assert counts(run) == (0, 1, 0, 0)
    assert Event.objects.get().moves.last().after == "cancelled"


def test_a_file_without_a_status_leaves_a_cancellation_alone(bring_in, editor):
    bring_in("event", "id;Titel;Beginn\n1;A;01.05.2027\n")
    cancel(Event.objects.get(), by=editor)

    assert counts(bring_in("event", "id;Titel;Beginn\n1;A;01.05.2027\n")) == (0, 0, 1, 0)
    assert Event.objects.get().state == "cancelled"


# Calendars


def test_an_event_of_a_calendar(bring_in):
    lines = ["DTEND:20270501T190000Z", "LOCATION:Markt\\, Lindach", "DESCRIPTION:Tanz\\nVeranstalter: Chor"]
    lines += ["CATEGORIES:Fest,Tanz", "URL:https://fest.example/", "STATUS:CANCELLED"]

    assert counts(bring_in("event", calendar(event(*lines, uid="7@probe")))) == (1, 0, 0, 0)

    found = Event.objects.get()
    assert (found.foreign_id, found.title, found.place_text, found.body) == ("7", "Maifest", "Markt, Lindach", "Tanz")
    assert (found.category, found.link, found.state, found.organiser) == (
        "Fest, Tanz",
        "https://fest.example/",
        "cancelled",
        "Chor",
    )
    assert DateSet.parse(found.dates).ends == datetime(2027, 5, 1, 21)  # on the clock of the zone


def test_a_moment_of_another_zone_is_told_on_our_clocks(bring_in):
    bring_in("event", calendar(event(start="DTSTART;TZID=America/New_York:20270501T130000")))

    assert Event.objects.get().dates == "DTSTART;TZID=Europe/Berlin:20270501T190000"


def test_a_clock_that_spring_leaves_out_means_an_hour_later(bring_in):
    bring_in("event", calendar(event(start="DTSTART;TZID=Europe/Berlin:20270328T023000")))

    assert Event.objects.get().dates == "DTSTART;TZID=Europe/Berlin:20270328T033000"


def days(start, end):
    return [f"DTSTART;VALUE=DATE:{start}", f"DTEND;VALUE=DATE:{end}"]


def test_days_end_the_day_before_by_the_norm(bring_in):
    bring_in("event", calendar(["UID:1", "SUMMARY:A", *days("20270501", "20270503")]))

    assert DateSet.parse(Event.objects.get().dates).ends.isoformat() == "2027-05-03"


def test_days_end_with_the_last_one_if_the_file_gives_it_away(bring_in):
    first = ["UID:1", "SUMMARY:A", *days("20270501", "20270503")]
    second = ["UID:2", "SUMMARY:B", *days("20270510", "20270510")]

    bring_in("event", calendar(first, second))

    ends = {event.title: DateSet.parse(event.dates).ends.isoformat() for event in Event.objects.all()}
    assert ends == {"A": "2027-05-04", "B": "2027-05-11"}


def test_what_no_event_of_the_file_has_is_left_alone(bring_in):
    bring_in("event", calendar(event("LOCATION:Markt", "CATEGORIES:Fest"), event("LOCATION:Au", uid="2")))

    run = bring_in("event", calendar(event("LOCATION:Markt"), event(uid="2")))

    assert counts(run) == (0, 1, 1, 0)
    assert sorted(Event.objects.values_list("category", "place_text")) == [("", ""), ("Fest", "Markt")]


def test_a_stamp_is_not_needed(bring_in):
    assert counts(bring_in("event", calendar(event(), event("DTSTAMP:20260101T000000Z", uid="2")))) == (2, 0, 0, 0)


def test_an_event_without_a_uid_is_known_by_title_start_and_place(bring_in):
    lines = event()[1:]

    assert counts(bring_in("event", calendar(lines))) == (1, 0, 0, 0)
    assert counts(bring_in("event", calendar(lines))) == (0, 0, 1, 0)


def test_a_file_that_breaks_off_gives_what_is_whole(bring_in):
    content = calendar(event(), event(uid="2"), event(uid="3"))

    run = bring_in("event", content[: content.rindex("DTSTART") + 20])

    assert counts(run) == (2, 0, 0, 1)
    assert message(run) == (
        "Die Datei bricht mitten in dieser Veranstaltung ab. Bitte laden Sie sie noch einmal herunter."
    )


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["RRULE:FREQ=WEEKLY;COUNT=3"], SERIES),
        (["RECURRENCE-ID:20270501"], SERIES),
        (["DTEND;TZID=Europe/Berlin:20270430T190000"], "Das Ende liegt vor dem Beginn."),
    ],
)
def test_what_is_wrong_with_an_event_costs_it_alone(bring_in, lines, text):
    run = bring_in("event", calendar(event(uid="0"), event(*lines)))

    assert counts(run) == (1, 0, 0, 1)
    assert message(run) == text


@pytest.mark.parametrize(
    "start",
    ["DTSTART:00010101T000000", "DTSTART:99991231T235959Z", "DTSTART:soon", "DTSTART;TZID=Mond:20270501T190000"],
)
def test_starts_that_cannot_be_cost_their_event_alone(bring_in, start):
    assert counts(bring_in("event", calendar(event(uid="0"), event(start=start)))) == (1, 0, 0, 1)


def test_a_title_of_a_calendar_that_nobody_sees_is_none(bring_in):
    lines = ["UID:1", "SUMMARY:\u200b", "DTSTART:20270501T190000"]

    assert message(bring_in("event", calendar(lines))) == "Der Titel fehlt."


def test_the_same_uid_twice_is_refused(bring_in):
    run = bring_in("event", calendar(event(), event()))

    assert counts(run) == (1, 0, 0, 1)
    assert message(run) == "Doppelt: Dasselbe steht schon in Zeile 2."
