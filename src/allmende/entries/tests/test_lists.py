"""Lists: what they show, in which order, page by page, and what they answer to nonsense."""

from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from allmende.core.calendars import DateSet
from allmende.entries import actions
from allmende.entries.models import Accessible, Entry, EntryTopic, Facet, Span, Topic
from allmende.entries.queries import Criteria, coming, counts_by_kind, filtered, is_key, page_of, related, specific
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.events.dates import dated
from allmende.modules.events.models import Event
from allmende.regions.models import District

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def titles(answer) -> list[str]:
    return [card["title"] for card in answer.context["cards"]]


def shown(client, query: str = "", kind: str = "verzeichnis") -> list[str]:
    answer = client.get(f"/{kind}/{query}")
    assert answer.status_code == 200
    return titles(answer)


@pytest.fixture
def at(make_event):
    """An event at a wall-clock time in Berlin, e.g. at("2027-03-28 19:00", "21:00"); without an end it is unknown."""

    def make(start: str, end: str | None = None, title: str = "Fest") -> Event:
        begins = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
        ends = end and datetime.fromisoformat(end if "-" in end else f"{start[:10]} {end}").replace(tzinfo=BERLIN)
        return make_event(title, **dated(DateSet.of(begins, ends, BERLIN)))

    return make


# Orders


NAMES = [
    "Zitherclub",
    "Ärzteverein",
    "Arbeiterwohlfahrt",
    "Oldtimer",
    "Ölmühle",
    "ohne Namen",
    "Straßenfest",
    "Strassenbau",
    "1. FC",
    "éclair",
    "eclair 2",
]
IN_ORDER = [
    "1. FC",
    "Ärzteverein",
    "Arbeiterwohlfahrt",
    "éclair",
    "eclair 2",
    "Ölmühle",
    "ohne Namen",
    "Oldtimer",
    "Strassenbau",
    "Straßenfest",
    "Zitherclub",
]


def test_names_stand_in_one_order_on_every_database(client, make_profile):
    for name in NAMES:
        make_profile(name)

    assert shown(client) == IN_ORDER


def test_equal_names_stand_in_the_order_in_which_they_came(client, make_profile):
    first, second = make_profile("TSV"), make_profile("TSV")

    answer = client.get("/verzeichnis/")

    assert [int(card["id"]) for card in answer.context["cards"]] == [first.pk, second.pk]


def test_the_newest_first(client, make_profile):
    for name in ("Alt", "Mittel", "Neu"):
        make_profile(name)

    assert shown(client, "?sort=newest") == ["Neu", "Mittel", "Alt"]


def test_events_stand_in_the_order_of_their_dates(client, make_event):
    for title, days in (("Übermorgen", 2), ("Gestern", -1), ("Morgen", 1), ("Nächste Woche", 7)):
        make_event(title, days=days)

    assert shown(client, kind="veranstaltungen") == ["Morgen", "Übermorgen", "Nächste Woche"]


def test_events_at_the_same_time_stand_in_the_order_in_which_they_came(client, at):
    for title in ("Eins", "Zwei", "Drei"):
        at("2030-05-01 10:00", title=title)

    assert shown(client, kind="veranstaltungen") == ["Eins", "Zwei", "Drei"]


# Pages


@pytest.mark.parametrize("sort", ["", "sort=newest"])
def test_paging_by_key_shows_each_entry_once_and_ends(client, make_profile, sort):
    for number in range(45):
        make_profile(f"Verein {number % 7}")

    seen, url, pages = [], f"/verzeichnis/?{sort}", 0
    while url:
        answer = client.get(url)
        seen += [int(card["id"]) for card in answer.context["cards"]]
        url, pages = answer.context["next_url"], pages + 1

    assert pages == 3
    assert seen == [
        entry.pk for entry in Entry.objects.order_by(*(["-published_at", "-id"] if sort else ["sort_key", "id"]))
    ]


def test_paging_by_key_goes_through_equal_dates(client, at):
    for number in range(43):
        at("2030-05-01 10:00" if number % 2 else "2030-05-02 10:00", title=f"Fest {number}")

    seen, url = [], "/veranstaltungen/"
    while url:
        answer = client.get(url)
        seen += [int(card["id"]) for card in answer.context["cards"]]
        url = answer.context["next_url"]

    assert seen == list(Span.objects.order_by("starts_at", "entry_id").values_list("entry_id", flat=True))


def test_what_comes_in_meanwhile_moves_nothing(client, make_profile):
    for number in range(25):
        make_profile(f"Verein {number:02}")
    following = client.get("/verzeichnis/").context["next_url"]
    make_profile("Aaa")

    assert titles(client.get(following)) == [f"Verein {number:02}" for number in range(20, 25)]


def test_pages_by_number_show_the_same(client, make_profile):
    for number in range(25):
        make_profile(f"Verein {number:02}")

    assert shown(client, "?page=2") == [f"Verein {number:02}" for number in range(20, 25)]
    assert shown(client, "?page=3") == shown(client, "?page=200") == []


def test_twenty_entries_have_no_second_page(client, make_profile):
    for number in range(20):
        make_profile(f"Verein {number:02}")

    assert client.get("/verzeichnis/").context["next_url"] == ""


def test_the_next_page_keeps_the_filters(client, make_profile):
    for number in range(21):
        make_profile(f"Verein {number:02}", target_groups=["seniors"])
    make_profile("Verein 99")

    following = client.get("/verzeichnis/?target_group=seniors&q=verein").context["next_url"]

    assert "target_group=seniors" in following
    assert titles(client.get(following)) == ["Verein 20"]


def test_counts_are_exact_up_to_a_thousand(region, monkeypatch, make_profile):
    from allmende.entries.queries import lists

    monkeypatch.setattr(lists, "MAX_COUNT", 2)
    for number in range(3):
        make_profile(f"Verein {number}")

    pages = [
        page_of(Entry.objects.filter(pk__lte=pk), order="newest")
        for pk in sorted(Entry.objects.values_list("pk", flat=True))[1:]
    ]

    assert [(page.count, page.count_is_minimum) for page in pages] == [(2, False), (2, True)]


# Nonsense in the address


def key(text: str) -> str:
    return urlsafe_b64encode(text.encode(errors="surrogatepass")).decode().rstrip("=")


WRONG = [
    "page=-1", "page=0", "page=201", "page=x", "page=1e3", f"page={10**40}", "page=%C2%B2",
    "sort=xyz", "sort=date;drop", "topic=unbekannt", "topic=1", "district=unbekannt", "target_group=alle", "accessible=no",
    "next=garbage", "next=%25", "next=%E2%82%AC", "next=e30", f"next={key('[1,2]')}", f"next={key('[null,1]')}", f"next={key(chr(34))}",
    f"next={key('[' * 3000)}", f"next={'a' * 401}", f"next={key('{}')}", f"next={key('[[],[]]')}",
    "next=" + key('["0001-01-01T00:00:00+14:00",1]'), "next=" + key('["a\\u0000b",1]'), "next=" + key('["\\ud800",1]'),
    "next=" + key('["verein",-1]'), "next=" + key(f'["verein",{2**63}]'), "next=" + key('["2026-01-01T00:00:00",1]'),
    "organisation=0", "organisation=x", f"organisation={2**63}", f"q={'a' * 81}",
]  # fmt: skip
WRONG_DATES = [
    "from=9999-01-01",
    "from=0001-01-01",
    "to=2201-01-01",
    "from=x",
    "to=2026-02-30",
    "from=2026-05-02&to=2026-05-01",
    "from=%00",
]


@pytest.mark.parametrize("query", WRONG)
@pytest.mark.parametrize("page", ["", "karte/", "karte/punkte.json", "export.csv"])
def test_what_a_list_cannot_mean_is_refused_with_a_word(client, make_profile, page, query):
    make_profile()

    answer = client.get(f"/verzeichnis/{page}?{query}")

    assert answer.status_code == 400
    if page in {"", "karte/"}:
        assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("query", [*WRONG_DATES, *WRONG[:8], "free=1&page=x"])
@pytest.mark.parametrize("page", ["", "karte/", "karte/punkte.json", "export.csv", "kalender.ics", "kalender/"])
def test_what_a_calendar_cannot_mean_is_refused_with_a_word(client, make_event, page, query):
    make_event()

    assert client.get(f"/veranstaltungen/{page}?{query}").status_code == 400


def test_the_word_is_a_clear_one(client, region):
    page = client.get("/verzeichnis/?page=201").content.decode()

    assert "Diese Seite der Liste gibt es nicht." in page


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ed%a0%80", "topic=%00", "next=%00", "district=%ff", "page=%00", "unbekannt=%00"]
)
@pytest.mark.parametrize(
    "path", ["/verzeichnis/", "/veranstaltungen/kalender/", "/verzeichnis/karte/punkte.json", "/suche/", "/"]
)
def test_broken_text_in_the_address_is_refused_everywhere(client, region, path, query):
    assert client.get(f"{path}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "unbekannt=1",
        "q=",
        "topic=&district=&page=",
        "q=%F0%9F%8C%BB",
        "q=%25",
        "q=_",
        "q=%27%22%3B--",
        "q=..%2F..",
        "q=%E2%80%AE",
        "page=1&page=2",
        "sort=name",
    ],
)
def test_what_means_nothing_but_harms_nobody_is_answered(client, make_profile, query):
    make_profile()

    assert client.get(f"/verzeichnis/?{query}").status_code == 200


@pytest.mark.parametrize("pk", ["0", str(2**63 - 1), str(2**63), "9" * 60])
@pytest.mark.parametrize("page", ["", "vorschau/", "bearbeiten/", "nachricht/", "mitglieder/", "verbergen/"])
def test_numbers_that_no_entry_has_are_not_found(sign_in, alice, pk, page):
    assert sign_in(alice).get(f"/verzeichnis/{pk}/{page}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,nan,nan,nan",
        "bbox=-inf,-inf,inf,inf",
        "z=x",
        "z=-1",
        "z=99",
        "z=%C2%B2",
        f"z={9**99}",
        f"z={'9' * 5000}",
        "bbox=1e999,1,1,1",
    ],
)
def test_a_map_part_that_is_none_gives_an_answer_all_the_same(client, make_profile, query):
    make_profile(exact={"street": "Hauptstraße 1", "lat": 49.98, "lon": 11.6, "private": False})

    assert client.get(f"/verzeichnis/karte/punkte.json?{query}").status_code == 200


def test_only_our_own_keys_are_keys(client, make_profile):
    for number in range(21):
        make_profile(f"Verein {number:02}")
    own = client.get("/verzeichnis/").context["next_url"].partition("next=")[2]

    assert is_key(own)
    assert not is_key(own[:-3])


def test_a_key_of_another_order_begins_at_the_beginning(client, make_profile):
    for number in range(21):
        make_profile(f"Verein {number:02}")
    by_name = client.get("/verzeichnis/").context["next_url"].partition("next=")[2]

    assert shown(client, f"?sort=newest&next={by_name}")[0] == "Verein 20"


# Filters


EVERY_NAME = {"TSV Lindach", "Müller & Söhne", "Stadtbücherei"}


@pytest.fixture
def three(region, make_profile, tsv):
    """Three profiles that differ in everything that can be filtered."""
    sport, culture = Topic.objects.get(slug="sport"), Topic.objects.get(slug="kultur")
    town = District.objects.get(slug="altstadt")
    make_profile(
        "TSV Lindach",
        organisation=tsv,
        summary="Turnen für alle",
        main_topic=sport,
        topics=[culture],
        district=town,
        target_groups=["children", "seniors"],
        form="association",
        accessible=Accessible.YES,
    )
    make_profile(
        "Müller & Söhne",
        summary="Baugeschäft",
        main_topic=culture,
        topics=[],
        form="company",
        accessible=Accessible.PARTLY,
    )
    make_profile("Stadtbücherei", target_groups=["everyone"], form="office", accessible=Accessible.NO)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Müller & Söhne", "Stadtbücherei", "TSV Lindach"]),
        ("q=lindach", ["TSV Lindach"]),
        ("q=TURNEN", ["TSV Lindach"]),
        ("q=mueller", ["Müller & Söhne"]),
        ("q=muller", []),
        ("q=Söhne+Müller", ["Müller & Söhne"]),
        ("q=baugeschaeft", ["Müller & Söhne"]),
        ("q=l", ["Müller & Söhne", "TSV Lindach"]),
        ("topic=sport", ["TSV Lindach"]),
        ("topic=kultur", ["Müller & Söhne", "TSV Lindach"]),
        ("district=altstadt", ["TSV Lindach"]),
        ("district=auendorf", []),
        ("target_group=seniors", ["TSV Lindach"]),
        ("target_group=youth", []),
        ("kind=company", ["Müller & Söhne"]),
        ("accessible=yes", ["TSV Lindach"]),
        ("accessible=partly", ["Müller & Söhne", "TSV Lindach"]),
        ("topic=kultur&accessible=yes&target_group=children&kind=association&district=altstadt&q=tsv", ["TSV Lindach"]),
        ("topic=sport&kind=company", []),
    ],
)
def test_filters(client, three, query, found):
    assert shown(client, f"?{query}") == found


@pytest.mark.parametrize(
    "query",
    ["topic=kultur", "q=lindach", "target_group=seniors", "kind=company", "accessible=partly", "district=altstadt"],
)
def test_map_points_and_export_follow_the_same_filters(client, three, query):
    import csv
    from io import StringIO

    Entry.objects.update(lat=49.98, lon=11.6, cell=1)
    wanted = shown(client, f"?{query}")

    points = client.get(f"/verzeichnis/karte/punkte.json?{query}").json()["points"]
    table = b"".join(client.get(f"/verzeichnis/export.csv?{query}").streaming_content).decode("utf-8-sig")

    assert sorted(point["title"] for point in points) == sorted(wanted)
    assert titles(client.get(f"/verzeichnis/karte/?{query}")) == wanted
    rows = list(csv.reader(StringIO(table), delimiter=";"))[1:]
    assert sorted(cell for row in rows for cell in row if cell in EVERY_NAME) == sorted(wanted)


def test_an_organisation_as_filter(client, three, tsv, make_event):
    make_event("Turnfest", organisation=tsv)
    make_event("Anderes")

    assert shown(client, f"?organisation={tsv.pk}", "veranstaltungen") == ["Turnfest"]
    assert shown(client, "?organisation=999999", "veranstaltungen") == []


def test_only_what_is_free(client, make_event):
    make_event("Frei", free_of_charge=True)
    make_event("Teuer", free_of_charge=False)
    make_event("Ungesagt")

    assert shown(client, "?free=on", "veranstaltungen") == ["Frei"]


def test_each_chip_takes_its_own_filter_away(client, three):
    answer = client.get("/verzeichnis/?topic=kultur&q=lindach&page=1&next=")

    assert [(str(label), url) for label, url in answer.context["active_filters"]] == [
        ("lindach", "/verzeichnis/?topic=kultur"),
        ("Kultur", "/verzeichnis/?q=lindach"),
    ]


# Dates


def test_an_event_that_has_ended_is_past_and_one_that_runs_is_not(client, at, time_machine):
    at("2030-05-01 10:00", "12:00", "Vormittag")
    at("2030-05-01 12:00", "14:00", "Mittag")
    time_machine.move_to(datetime(2030, 5, 1, 12, 0, tzinfo=BERLIN), tick=False)

    assert shown(client, kind="veranstaltungen") == ["Mittag"]


def test_an_event_without_an_end_counts_by_its_beginning(client, at, time_machine):
    at("2030-05-01 12:00", None, "Ohne Ende")
    found = []

    for minute in (0, 1):
        time_machine.move_to(datetime(2030, 5, 1, 12, minute, tzinfo=BERLIN), tick=False)
        found.append(shown(client, kind="veranstaltungen"))

    assert found == [["Ohne Ende"], []]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from=2030-05-02&to=2030-05-02", ["Über Nacht", "Mitternacht", "Tag"]),
        ("from=2030-05-01&to=2030-05-01", ["Abend", "Über Nacht"]),
        ("from=2030-05-03&to=2030-05-03", ["Danach"]),
        ("from=2030-05-03", ["Danach"]),
        ("from=2030-05-01", ["Abend", "Über Nacht", "Mitternacht", "Tag", "Danach"]),
        ("from=2030-05-04&to=2030-05-30", []),
    ],
)
def test_days_are_whole_and_half_open(client, at, query, found):
    at("2030-05-01 20:00", "2030-05-02 00:00", "Abend")
    at("2030-05-01 22:00", "2030-05-02 02:00", "Über Nacht")
    at("2030-05-02 00:00", None, "Mitternacht")
    at("2030-05-02 10:00", "12:00", "Tag")
    at("2030-05-03 00:00", "01:00", "Danach")

    assert shown(client, f"?{query}", "veranstaltungen") == found


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2030-03-31", "2030-03-30T23:00", "2030-03-31T22:00"), ("2030-10-27", "2030-10-26T22:00", "2030-10-27T23:00")],
)
def test_a_day_of_clock_change_is_as_long_as_it_is(region, day, first, last):
    from allmende.entries.forms import DatedFilter

    form = DatedFilter({"from": day, "to": day}, region=region)
    form.is_valid()

    assert [f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" for moment in form.window()] == [first, last]


def test_an_event_at_midnight_in_winter_is_on_its_day(client, at):
    at("2030-01-05 00:00", "00:30", "Neujahrslauf")

    assert shown(client, "?from=2030-01-05&to=2030-01-05", "veranstaltungen") == ["Neujahrslauf"]
    assert shown(client, "?from=2030-01-04&to=2030-01-04", "veranstaltungen") == []


def test_an_event_with_several_dates_appears_once_with_the_next_one(client, make_event, time_machine):
    make_event("Kurs")
    days = [datetime(2030, 5, day, 19, tzinfo=BERLIN) for day in (1, 8, 15)]
    actions.edit(Event.objects.get(), {"spans": [(day, day + timedelta(hours=2)) for day in days]}, by=None)
    found = []

    for query in ("?from=2030-05-01", "?from=2030-05-02", "?from=2030-05-09&to=2030-05-20", "?from=2030-05-16"):
        answer = client.get(f"/veranstaltungen/{query}")
        found.append([f"{card['day']:%d.%m.}" for card in answer.context["cards"]])

    assert found == [["01.05."], ["08.05."], ["15.05."], []]


@pytest.mark.parametrize(
    ("query", "found"),
    [("monat=2030-05", ["Maifest"]), ("monat=2030-04", []), ("monat=2030-06", []), ("monat=2030-05&q=herbst", [])],
)
def test_a_month_shows_its_days(client, at, query, found):
    at("2030-05-18 10:00", "12:00", "Maifest")

    weeks = client.get(f"/veranstaltungen/kalender/?{query}").context["weeks"]

    assert [item["title"] for week in weeks for day in week for item in day["items"]] == found


@pytest.mark.parametrize(
    "month",
    ["", "x", "2030-13", "1899-12", "1900-12", "2200-01", "2199-13", "9999-12", "0001-01", "2030-5-1", "%C2%B2030-05"],
)
def test_a_month_that_is_none_is_the_present_one(client, region, month):
    answer = client.get(f"/veranstaltungen/kalender/?monat={month}")

    today = timezone.localdate(timezone=region.zone)
    assert answer.status_code == 200
    assert [day["date"] for week in answer.context["weeks"] for day in week if day["is_today"]] == [today]


@pytest.mark.parametrize("month", ["1901-01", "2199-12"])
def test_the_first_and_the_last_month(client, region, month):
    assert client.get(f"/veranstaltungen/kalender/?monat={month}").status_code == 200


def test_an_event_over_several_days_stands_on_each_of_them(client, at):
    at("2030-05-17 18:00", "2030-05-19 00:00", "Zeltlager")

    weeks = client.get("/veranstaltungen/kalender/?monat=2030-05").context["weeks"]

    assert [(day["date"], item["time"]) for week in weeks for day in week for item in day["items"]] == [
        (date(2030, 5, 17), "18:00"),
        (date(2030, 5, 18), ""),
    ]


# What lists are made of


def test_topic_rows_follow_every_move(region, make_profile, tsv, alice, editor):
    sport, town = Topic.objects.get(slug="sport"), District.objects.get(slug="altstadt")
    entry = make_profile(
        "TSV", organisation=tsv, public=False, main_topic=sport, district=town, form="company", target_groups=["youth"]
    )
    states = []

    def look() -> None:
        row, span = EntryTopic.objects.get(), sorted(Facet.objects.values_list("token", flat=True))
        states.append((row.kind, row.district_id is not None, row.published_at is not None, span))

    look()
    for step in (
        lambda e: actions.publish(e, by=None),
        lambda e: actions.hide(e, by=editor, note="x"),
        lambda e: actions.show_again(e, by=editor),
        lambda e: actions.edit(e, {"form": "office"}, by=alice),
        lambda e: actions.archive(e, by=alice),
    ):
        step(OrganisationProfile.objects.select_related("region").get(pk=entry.pk))
        look()

    listed, unlisted = ("organisation", True, True), ("", False, False)
    assert states == [
        (*unlisted, []),
        (*listed, ["form:company", "target:youth"]),
        (*unlisted, []),
        (*listed, ["form:company", "target:youth"]),
        (*listed, ["form:office", "target:youth"]),
        (*unlisted, []),
    ]


def test_spans_follow_moves_and_new_dates(make_event, tsv, alice):
    event = make_event(organisation=tsv, days=3)
    listed = [span.listed for span in Span.objects.all()]
    later = timezone.now() + timedelta(days=9)

    actions.edit(Event.objects.get(), {"spans": [(later, None)]}, by=alice)
    moved = list(Span.objects.values_list("starts_at", "until", "listed"))
    actions.archive(Event.objects.select_related("region").get(pk=event.pk), by=alice)

    assert listed == [True]
    assert moved == [(later, later, True)]
    assert Event.objects.get().ends_at is None
    assert [span.listed for span in Span.objects.all()] == [False]


def test_a_new_topic_of_a_listed_entry_counts_at_once(client, make_profile, tsv, alice):
    make_profile("TSV", organisation=tsv)
    actions.edit(
        OrganisationProfile.objects.get(), {"main_topic": Topic.objects.get(slug="kultur"), "topics": []}, by=alice
    )

    assert shown(client, "?topic=kultur") == ["TSV"]
    assert EntryTopic.objects.get().published_at is not None


def test_the_main_topic_is_one_of_the_topics_and_one_only(make_profile, region):
    sport, culture = Topic.objects.get(slug="sport"), Topic.objects.get(slug="kultur")
    entry = make_profile("TSV", main_topic=sport, topics=[culture, sport])

    actions.set_topics(entry, [sport], main=culture)

    assert list(EntryTopic.objects.order_by("topic__slug").values_list("topic__slug", "main")) == [
        ("kultur", True),
        ("sport", False),
    ]


def test_counts_by_kind(region, make_profile, make_event):
    make_profile("TSV")
    make_profile("Entwurf", public=False)
    make_event("Fest")

    assert counts_by_kind(region) == {"organisation": 1, "person": 0, "event": 1}


def test_coming_entries_are_those_with_a_date_ahead(region, make_event, make_profile):
    from django.contrib.auth.models import AnonymousUser

    make_profile("TSV")
    for title, days in (("Bald", 1), ("Vorbei", -3), ("Später", 5)):
        make_event(title, days=days)

    assert [entry.title for entry in coming(region, AnonymousUser())] == ["Bald", "Später"]


def test_related_entries_share_the_main_topic_or_the_organisation(region, make_event, tsv):
    from django.contrib.auth.models import AnonymousUser

    from allmende.entries.queries import entry_for

    sport, culture = Topic.objects.get(slug="sport"), Topic.objects.get(slug="kultur")
    event = make_event("Turnfest", main_topic=sport, organisation=tsv)
    make_event("Lauf", main_topic=sport)
    make_event("Sitzung", main_topic=culture, organisation=tsv)
    make_event("Konzert", main_topic=culture, topics=[sport])
    make_event("Entwurf", main_topic=sport, public=False)
    guest = AnonymousUser()

    found = related(region, guest, entry_for(region, guest, Event, event.pk))

    assert sorted(entry.title for entry in found) == ["Lauf", "Sitzung"]


def test_specific_fetches_each_kind_in_one_query(region, make_profile, make_event, django_assert_num_queries):
    for number in range(3):
        make_profile(f"Verein {number}", phone=str(number))
        make_event(f"Fest {number}", category=str(number))
    rows = list(Entry.objects.order_by("pk"))

    with django_assert_num_queries(2):
        found = specific(rows)
        values = [getattr(entry, "phone", "") or getattr(entry, "category", "") for entry in found]

    assert [type(entry).__name__ for entry in found] == ["OrganisationProfile", "Event"] * 3
    assert values == ["0", "0", "1", "1", "2", "2"]
    assert [entry.pk for entry in found] == [row.pk for row in rows]


def test_specific_of_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert specific([]) == []


def test_an_entry_of_a_kind_that_is_gone_stays_an_entry(region):
    entry = Entry.objects.create(region=region, kind="gone", title="Alt")

    assert [type(found) for found in specific([entry])] == [Entry]


def test_criteria_of_nothing_filter_nothing(region, make_profile):
    make_profile()

    assert filtered(Entry.objects.all(), Criteria()).count() == 1


def test_a_title_longer_than_its_column_is_refused_by_the_form_not_by_the_database(region, charlie):
    from allmende.modules.directory.forms import ProfileForm

    form = ProfileForm({"title": "a" * 201}, region=region, person=charlie)

    assert "title" in form.errors
    with pytest.raises(ValidationError):
        form.fields["title"].clean("a" * 201)
