"""How many questions each page asks the database: exactly, and the same however many rows there are.

Two lists of one row and of three ask alike (``test_modules.py`` asks every kind); here each page has two rows, so that
"similar entries" has one, and then four. A guest's page asks at most 12 (design, section 11). Who makes a page ask less
lowers its number.
"""

import pytest
from contract.samples import newcomer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.entries import actions
from allmende.entries.models import Entry, Topic
from allmende.portal.actions import open_portal
from allmende.regions.models import District

pytestmark = pytest.mark.django_db

MOST_OF_A_GUEST = 12
ALL_FILTERS = "q=tsv&topic=sport&district=altstadt&target_group=seniors&accessible=yes"
# page: questions for a guest, a stranger with an account, the owner, an editor; None where the page is not theirs
COUNTS: dict[str, tuple[int | None, int | None, int | None, int | None]] = {
    "/": (10, 14, 14, 16),
    "/suche/?q=tsv": (11, 15, 15, 17),
    "/regionen/": (5, 8, 8, 10),
    "/verzeichnis/": (9, 14, 14, 16),
    f"/verzeichnis/?{ALL_FILTERS}&kind=association": (9, 14, 14, 16),
    "/verzeichnis/karte/": (9, 14, 14, 16),
    "/verzeichnis/karte/punkte.json": (7, 10, 10, 10),
    "/verzeichnis/export.csv": (12, 15, 15, 15),
    "/verzeichnis/{profile}/": (12, 19, 18, 22),
    "/verzeichnis/{profile}/nachricht/": (4, 8, 9, 10),
    "/verzeichnis/{profile}/bearbeiten/": (None, None, 13, 15),
    "/verzeichnis/{profile}/mitglieder/": (None, None, 11, None),
    "/verzeichnis/{profile}/archivieren/": (None, None, 10, 12),
    "/verzeichnis/{draft}/vorschau/": (None, None, 18, None),
    "/verzeichnis/menschen/": (11, 16, 16, 18),
    "/verzeichnis/menschen/?q=kompost&topic=sport&district=altstadt&organisation={organisation}": (11, 16, 16, 18),
    "/verzeichnis/menschen/export.csv": (12, 15, 15, 15),
    "/verzeichnis/menschen/{person}/": (9, 14, 14, 17),
    "/verzeichnis/menschen/{person}/nachricht/": (5, 9, 10, 11),
    "/verzeichnis/menschen/{person}/bearbeiten/": (None, None, None, 14),
    "/verzeichnis/menschen/neu/": (None, 10, 11, 12),
    "/verzeichnis/neu/": (None, 10, 11, 12),
    "/veranstaltungen/": (10, 15, 15, 17),
    f"/veranstaltungen/?{ALL_FILTERS}&from=2020-01-01&to=2190-01-01": (10, 15, 15, 17),
    "/veranstaltungen/karte/": (10, 15, 15, 17),
    "/veranstaltungen/karte/punkte.json": (7, 10, 10, 10),
    "/veranstaltungen/kalender/": (8, 13, 13, 15),
    "/veranstaltungen/kalender.ics": (9, 12, 12, 12),
    "/veranstaltungen/export.csv": (12, 15, 15, 15),
    "/veranstaltungen/{event}/": (10, 15, 16, 18),
    "/veranstaltungen/{event}/termin.ics": (5, 9, 9, 9),
    "/veranstaltungen/{event}/bearbeiten/": (None, None, 12, 14),
    "/veranstaltungen/neu/": (None, 10, 11, 12),
    "/melden/{profile}/": (4, 8, 8, 10),
    "/karte/ortsteile.json": (3, 4, 4, 4),
    "/karte/adresse/?q=haupt": (3, 4, 4, 4),
    "/anmelden/": (3, None, None, None),
    "/anmelden/passwort/": (3, None, None, None),
    "/registrieren/": (3, None, None, None),
    "/konto/": (None, 15, 21, 26),
    "/konto/daten/": (None, 6, 6, 8),
    "/amt/": (None, None, None, 21),
    "/amt/pruefen/": (None, None, None, 24),
    "/amt/geaendert/": (None, None, None, 25),
    "/amt/meldungen/": (None, None, None, 20),
    "/amt/barrieren/": (None, None, None, 20),
    "/barriere-melden/": (3, 6, 6, 8),
    "/amt/nachrichten/": (None, None, None, 19),
}
# The same of whoever has the answer already (304).
COUNTS_OF_KNOWN: dict[str, tuple[int | None, ...]] = {
    "/verzeichnis/karte/punkte.json": (7, 10, 10, 10),
    "/verzeichnis/export.csv": (7, 10, 10, 10),
    "/veranstaltungen/karte/punkte.json": (7, 10, 10, 10),
    "/veranstaltungen/kalender.ics": (6, 9, 9, 9),
    "/veranstaltungen/export.csv": (7, 10, 10, 10),
    "/veranstaltungen/{event}/termin.ics": (5, 9, 9, 9),
}


# Through a portal of whose topics everything has one, and what a portal adds to the region's pages: a guest, a stranger with an account, the owner, an admin.
COUNTS_OF_PORTAL: dict[str, tuple[int | None, ...]] = {
    "/klima/": (10, 14, 14, 16),
    "/klima/suche/?q=tsv": (11, 15, 15, 17),
    "/klima/verzeichnis/": (9, 14, 14, 16),
    "/klima/verzeichnis/?q=tsv&topic=energie&district=altstadt&kind=association": (9, 14, 14, 16),
    "/klima/verzeichnis/karte/": (9, 14, 14, 16),
    "/klima/verzeichnis/karte/punkte.json": (7, 10, 10, 10),
    "/klima/verzeichnis/export.csv": (12, 15, 15, 15),
    "/klima/verzeichnis/{profile}/": (12, 19, 18, 22),
    "/klima/verzeichnis/menschen/": (11, 16, 16, 18),
    "/klima/verzeichnis/menschen/{person}/": (9, 14, 14, 17),
    "/klima/veranstaltungen/": (10, 15, 15, 17),
    "/klima/veranstaltungen/karte/": (10, 15, 15, 17),
    "/klima/veranstaltungen/kalender/": (8, 13, 13, 15),
    "/klima/veranstaltungen/kalender.ics": (9, 12, 12, 12),
    "/klima/veranstaltungen/{event}/": (10, 15, 16, 18),
    "/klima/veranstaltungen/neu/": (None, 10, 11, 12),
    "/klima/anmelden/": (3, None, None, None),
    "/": (11, 15, 15, 17),
    "/veranstaltungen/neu/": (None, 11, 12, 13),
    "/amt/einstellungen/portale/": (None, None, None, 22),
}


def count(browser, page: str, *, known: bool = False) -> int | None:
    """None for a page that is not there for the person, or that leads elsewhere."""
    has = {"if-none-match": browser.get(page).headers["ETag"]} if known else {}
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(page, headers=has)
        if answer.streaming:
            b"".join(answer.streaming_content)
    return len(captured) if answer.status_code == (304 if known else 200) else None


@pytest.fixture
def grow(region, tsv, make_profile, make_event, make_person):
    """Two more of everything: profiles and events with all that lists show, drafts, waiting ones."""
    values = {
        "main_topic": Topic.objects.get(slug="sport"),
        "topics": [Topic.objects.get(slug="kultur")],
        "district": District.objects.get(slug="altstadt"),
        "target_groups": ["seniors"],
        "accessible": "yes",
        "exact": {"street": "Hauptstraße 1", "lat": 49.98, "lon": 11.6, "private": False},
    }

    about = {name: values[name] for name in ("main_topic", "topics", "district")} | {"interests": ["Kompost"]}

    def grow() -> dict[str, int]:
        for _ in range(2):
            profile = make_profile("TSV Lindach", organisation=tsv, **values)
            event = make_event("TSV-Fest", organisation=tsv, **values)
            draft = make_profile("TSV Entwurf", organisation=tsv, public=False, **values)
            actions.wait_for_check(make_event("TSV wartet", organisation=tsv, public=False, **values))
            person = make_person("TSV-Person", newcomer(tsv), organisation=tsv, **about)
        return {
            "profile": profile.pk, "event": event.pk, "draft": draft.pk, "person": person.pk, "organisation": tsv.pk
        }  # fmt: skip

    return grow


def test_each_page_asks_exactly_so_much_however_many_rows(sign_in, grow, charlie, alice, editor):
    keys = grow()
    few = asked_by_all(sign_in, (None, charlie, alice, editor), keys)
    grow()
    many = asked_by_all(sign_in, (None, charlie, alice, editor), keys)

    assert {page: asked for page, asked in few.items() if asked != COUNTS[page]} == {}
    assert {page: asked for page, asked in many.items() if asked != COUNTS[page]} == {}


def test_who_has_the_answer_already_costs_exactly_so_much(sign_in, grow, charlie, alice, editor):
    keys, people = grow(), (None, charlie, alice, editor)
    grow()

    found = {
        page: tuple(count(sign_in(person), page.format(**keys), known=True) for person in people)
        for page in COUNTS_OF_KNOWN
    }

    assert found == COUNTS_OF_KNOWN


def asked_by_all(sign_in, people, keys, pages=COUNTS) -> dict[str, tuple[int | None, ...]]:
    return {page: tuple(count(sign_in(person), page.format(**keys)) for person in people) for page in pages}


@pytest.fixture
def grow_in_portal(region, grow):
    """The same, and all of it has a topic of a portal."""
    portal = open_portal(region, name="Klima", path="klima", topics=actions.CLIMATE_TOPICS, by=None)
    energy = portal.scheme.topics.get(slug="energie")

    def grow_in_portal() -> dict[str, int]:
        keys = grow()
        for entry in Entry.objects.filter(region=region):
            actions.set_topics(entry, [energy], main=None, schemes={energy.scheme_id})
            actions.relist([entry.pk])
        return keys

    return grow_in_portal


def test_a_portal_asks_exactly_so_much_however_many_rows(sign_in, grow_in_portal, charlie, alice, admin):
    people = (None, charlie, alice, admin)
    keys = grow_in_portal()
    few = asked_by_all(sign_in, people, keys, COUNTS_OF_PORTAL)
    grow_in_portal()
    many = asked_by_all(sign_in, people, keys, COUNTS_OF_PORTAL)

    assert few == COUNTS_OF_PORTAL
    assert many == COUNTS_OF_PORTAL


def test_a_region_under_a_path_asks_one_question_more_at_most(sign_in, region, other_region):
    pages = [page for page in COUNTS if COUNTS[page][0] and "{" not in page and ALL_FILTERS not in page]
    guest = sign_in(None)

    found = {page: (count(guest, page), count(guest, f"/auenstedt{page}")) for page in pages}

    assert {page: (home, there) for page, (home, there) in found.items() if there > home + 1} == {}


def test_no_page_of_a_guest_asks_more_than_twelve():
    assert {
        page: counts[0]
        for page, counts in (COUNTS | COUNTS_OF_PORTAL).items()
        if counts[0] and counts[0] > MOST_OF_A_GUEST
    } == {}
