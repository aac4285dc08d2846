"""Walks at the desk: imports, settings, legal texts, lost mails, a region that is closed."""

import contextlib
from collections.abc import Callable, Iterator

from django.urls import reverse
from playwright.sync_api import Page, Route, expect
from visitors import FORM, Visitors
from walks import follow, go, letter_to, new_name, press, says

from allmende.regions.models import LegalText, Region

SETTINGS = "/amt/einstellungen/"
# One mistake for each tab that can hold one: a field and what stands in it.
MISTAKES = [
    ("", '[name="name"]', ""),
    ("aussehen/", '[name="brand"]', "#fffdf0"),
    ("bausteine/", '[name$="position"]', ""),
    ("themen/", '[name$="position"]', ""),
]
LOST = "karin.vogt@gmial.example"
WORKS = 60_000  # milliseconds that an import may take on a busy machine
# One line is fine but for a name that resembles a known one, the other has no day.
TABLE = "Titel;Beginn;Veranstalter\nSommernacht;2027-06-01 10:00;TSV Lindach 1921 Jugend\nOhne Tag;;\n"


def an_import(town: Visitors) -> None:
    """Every state of a run, one line refused and one name doubtful, until nothing is left of it."""
    editor = town.page("redaktion")
    upload(town, editor, b"\x89PNG\r\n\x1a\n", status=400)
    upload(town, editor, TABLE.encode())
    run = editor.url.removesuffix("spalten/")
    editor.locator(f"{FORM} select").first.select_option("")
    town.send(editor, 400)
    town.open(editor, f"{run}spalten/")
    with at_work(editor):
        town.send(editor)
    wait_for(editor, "Das wird daraus")
    town.look(editor)
    town.open(editor, f"{run}namen/")
    town.send(editor, 400)
    editor.get_by_label("Nur als Text zeigen").first.check()
    press(editor, "Weiter")
    wait_for(editor, "Das wird daraus")
    town.look(editor)
    press(editor, "Jetzt importieren")
    wait_for(editor, "Eingelesen")
    town.look(editor)
    town.fetch(editor, f"{run}abgelehnt.csv")
    town.open(editor, f"{run}zuruecknehmen/")
    press(editor, "Jetzt zurücknehmen")
    wait_for(editor, "Zurückgenommen")
    town.look(editor)
    upload(town, editor, TABLE.encode())
    town.press(editor, "Verwerfen und Datei löschen")


def upload(town: Visitors, page: Page, content: bytes, status: int = 200) -> None:
    go(page, reverse("interfaces:import_new", args=["event"]))
    file = {"name": "liste.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Datei", exact=True).set_input_files(file)
    town.send(page, status, source="liste")


@contextlib.contextmanager
def at_work(page: Page) -> Iterator[None]:
    """The page of a run asks how far it is, and goes on by itself; while somebody looks at it, it stays."""

    def stay(route: Route) -> None:
        if route.request.headers.get("hx-request"):
            route.fulfill(status=204)
        else:
            route.fallback()

    page.route("**/amt/import/*/", stay)
    yield
    page.unroute("**/amt/import/*/", stay)


def wait_for(page: Page, title: str) -> None:
    expect(page.locator("h1")).to_have_text(title, timeout=WORKS)


def the_settings(town: Visitors) -> None:
    """Each tab with a mistake, and colours in the preview."""
    admin = town.page("region")
    for tab, field, mistake in MISTAKES:
        go(admin, f"{SETTINGS}{tab}")
        admin.locator(field).first.evaluate(
            "(field, mistake) => { field.value = mistake; }", mistake
        )  # it may be folded
        town.send(admin, 400)
    go(admin, f"{SETTINGS}aussehen/")
    admin.locator('[name="brand"]').fill("#3b8ed0")
    town.press(admin, "Vorschau")
    go(admin, "/amt/menschen/")
    town.send(admin, 400, mail="niemand@nirgends.example")


def a_legal_text(town: Visitors) -> None:
    """A draft over the text in force, another with gaps; neither is published."""
    admin, texts = town.page("region"), f"{SETTINGS}texte/"
    town.open(admin, texts, f"{texts}impressum/?vorlage=1")
    town.send(admin)
    town.press(admin, "Entwurf verwerfen")
    go(admin, f"{texts}netiquette/")
    town.send(admin, body="# Bei uns\n\nSeien Sie freundlich.")
    town.press(admin, "Entwurf verwerfen")
    town.open(admin, *(f"/{kind}/1/" for kind in LegalText.Kind.values))


def a_mail_that_was_lost(town: Visitors) -> None:
    """The demo has one: Frau Vogt mistyped her address, and comes in by a link."""
    admin, guest = town.page("region"), town.page()
    go(admin, "/amt/post/?state=refused")
    follow(admin, "Ihr Code für das neue Konto")
    town.look(admin)
    town.send_empty(admin)
    town.press(admin, "Neuen Link schicken")
    link = letter_to(guest, LOST, "Link").link
    town.open(guest, link)
    town.press(guest, "Jetzt anmelden")
    town.open(town.page(), link, status=404)


def a_region_that_is_not_open(town: Visitors) -> None:
    admin, club, guest = town.page("region"), town.page("verein"), town.page()
    with stage(admin, Region.Stage.PREPARING):
        town.open(admin, "/amt/", "/amt/oeffnen/")
        town.open(guest, "/", status=403)
        town.open(guest, "/anmelden/")
    with stage(admin, Region.Stage.INVITED):
        town.open(admin, "/amt/menschen/")
    with stage(admin, Region.Stage.READ_ONLY):
        town.open(club, "/veranstaltungen/neu/", status=403)


@contextlib.contextmanager
def stage(admin: Page, name: str) -> Iterator[None]:
    """The region is open again afterwards, however that went."""
    set_stage(admin, name)
    try:
        yield
    finally:
        set_stage(admin, Region.Stage.OPEN)


def set_stage(admin: Page, name: str) -> None:
    go(admin, SETTINGS)
    admin.locator(f'[name="stage"][value="{name}"]').check()
    press(admin, "Speichern")
    says(admin, "Gespeichert")


def a_thematic_portal(town: Visitors) -> None:
    """The climate portal as a guest reads it and a club enters there; another one is made, dressed and switched off."""
    guest, club, admin = town.page(), town.page("verein"), town.page("region")
    pages = ["", "verzeichnis/", "verzeichnis/karte/", "veranstaltungen/", "veranstaltungen/kalender/", "suche/?q=rad"]
    town.open(guest, *(f"/klima/{page}" for page in pages), "/klima/anmelden/")
    go(guest, "/klima/veranstaltungen/")
    guest.locator("main .card a").first.click()
    town.look(guest)
    town.open(club, "/klima/veranstaltungen/neu/")
    town.send_empty(club)
    portals = f"{SETTINGS}portale/"
    town.open(admin, portals)
    town.send(admin, 400, name="Amt", path="amt")
    town.send(admin, name="Rund ums Rad", path=new_name("rad").replace(" ", "-"))
    town.send(admin, 400, host="kein name")
    town.send(admin, claim="Lindach steigt auf", host="")
    town.press(admin, "Vorschau")
    town.press(admin, "Portal ausschalten")
    town.open(admin, portals)


WALKS: dict[str, Callable[[Visitors], None]] = {
    "an import": an_import,
    "the settings": the_settings,
    "a legal text": a_legal_text,
    "a mail that was lost": a_mail_that_was_lost,
    "a thematic portal": a_thematic_portal,
    "a region that is not open": a_region_that_is_not_open,
}
