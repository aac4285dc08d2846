"""Language, sign-in by password, a session that ran out, error pages, paper, and very small screens."""

import pytest
from playwright.sync_api import expect
from walks import follow, go, heading, new_name, press

PASSWORD = "lindach-demo"
# The main pages of a guest and of the people behind the sign-in.
PAGES = {
    "guest": [
        "/",
        "/verzeichnis/",
        "/verzeichnis/karte/",
        "/veranstaltungen/",
        "/veranstaltungen/kalender/",
        "/suche/?q=Chor",
        "/regionen/",
        "/anmelden/",
        "/registrieren/",
        "/demo/",
    ],
    "verein": ["/konto/", "/konto/daten/", "/verzeichnis/neu/", "/veranstaltungen/neu/"],
    "region": ["/amt/", "/amt/pruefen/", "/amt/geaendert/", "/amt/meldungen/", "/amt/menschen/", "/amt/import/"]
    + [f"/amt/einstellungen/{tab}" for tab in ("", "aussehen/", "bausteine/", "worte/", "themen/")],
}


def sign_in(page, mail):
    page.get_by_label("E-Mail-Adresse").fill(mail)
    page.get_by_label("Passwort").fill(PASSWORD)
    press(page, "Anmelden")


def test_a_guest_reads_english_and_german_again_on_the_same_page(page_as):
    guest = page_as(javascript=False)
    go(guest, "/veranstaltungen/?free=on")

    press(guest, "English", within=guest.get_by_role("contentinfo"))
    english = (heading(guest), guest.locator("html").get_attribute("lang"), guest.url)
    follow(guest, "Organisations", within=guest.get_by_role("banner"))
    kept = heading(guest)
    press(guest, "Deutsch", within=guest.get_by_role("contentinfo"))

    assert english[:2] == ("Events", "en")
    assert english[2].endswith("/veranstaltungen/?free=on")
    assert (kept, heading(guest)) == ("Organisations", "Organisationen")


def test_the_browser_decides_the_language_until_somebody_does(page_as):
    guest = page_as(javascript=False, language="en-GB")

    go(guest, "/verzeichnis/")

    assert heading(guest) == "Organisations"


def test_a_password_opens_as_well_and_a_wrong_one_is_named(page_as):
    page = page_as(javascript=False)
    go(page, "/anmelden/")
    follow(page, "Mit Passwort anmelden")
    page.get_by_label("E-Mail-Adresse").fill("verein@lindach.example")
    page.get_by_label("Passwort").fill("falsch geraten")
    press(page, "Anmelden")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("E-Mail-Adresse")).to_have_value("verein@lindach.example")

    sign_in(page, "verein@lindach.example")
    assert heading(page) == "Guten Tag, Sabine Hopfengärtner"

    press(page, "Abmelden")
    expect(page.get_by_role("banner").get_by_role("link", name="Anmelden").first).to_be_visible()


def test_what_was_typed_survives_a_session_that_ran_out(page_as):
    title = new_name("Adventssingen")
    club = page_as(javascript=False)
    go(club, "/anmelden/passwort/")
    sign_in(club, "verein@lindach.example")
    go(club, "/veranstaltungen/neu/")
    club.get_by_label("Titel").fill(title)
    club.get_by_label("Beschreibung").fill("Eine Stunde lang getippt.")
    club.context.clear_cookies(name="sessionid")

    press(club, "Speichern und ansehen")
    assert heading(club) == "Anmelden"
    follow(club, "Mit Passwort anmelden")
    sign_in(club, "verein@lindach.example")

    assert club.url.endswith("/veranstaltungen/neu/")
    expect(club.get_by_label("Titel")).to_have_value(title)
    expect(club.get_by_label("Beschreibung")).to_have_value("Eine Stunde lang getippt.")


def test_a_form_that_lay_open_too_long_keeps_its_text(page_as):
    club = page_as("verein", javascript=False)
    go(club, "/veranstaltungen/neu/")
    club.get_by_label("Titel").fill("Lange offen")
    club.context.clear_cookies(name="csrftoken")

    press(club, "Speichern und ansehen")
    assert heading(club) == "Das Formular war zu lange offen"
    follow(club, "Zum Formular")

    expect(club.get_by_label("Titel")).to_have_value("Lange offen")


def test_what_does_not_exist_leads_on(page_as):
    guest = page_as(javascript=False)

    go(guest, "/gibt-es-nicht/", status=404)

    assert heading(guest) == "Diese Seite gibt es nicht"
    expect(guest.locator("main")).to_contain_text("nennen Sie bitte diese Nummer")
    follow(guest, "Zur Startseite")
    assert heading(guest) == "Wo Lindach zusammenkommt"


def test_who_sends_too_much_is_asked_to_wait(page_as):
    page = page_as("sachbearbeitung", javascript=False)
    go(page, "/verzeichnis/")

    for _ in range(3):  # a new minute may begin just then, and the count with it
        while page.context.request.post("/sprache/", form={"language": "de"}, max_redirects=0).status != 429:
            pass
        press(page, "Deutsch", within=page.get_by_role("contentinfo"))
        if heading(page) == "Das ging zu schnell":
            break
        go(page, "/verzeichnis/")

    assert heading(page) == "Das ging zu schnell"


def test_paper_gets_the_text_without_menus(page_as):
    guest = page_as()
    go(guest, "/verzeichnis/?q=TSV")
    follow(guest, "TSV Lindach 1921", exact=True)

    guest.emulate_media(media="print", color_scheme="dark")

    for unwanted in (".site-nav", ".site-header__tools", ".breadcrumbs", ".skyline"):
        expect(guest.locator(unwanted).first).to_be_hidden()
    expect(guest.locator("h1")).to_be_visible()
    look = guest.evaluate("(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))")
    assert look == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]


@pytest.mark.parametrize("account", PAGES)
def test_at_400_percent_nothing_sticks_out_or_covers_the_page(page_as, account):
    """1280 × 1024 px at 400 % are 320 × 256 (WCAG 1.4.10)."""
    page = page_as(account)
    page.set_viewport_size({"width": 320, "height": 256})
    found = []

    for path in PAGES[account]:
        go(page, path)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        page.mouse.wheel(0, 400)
        covered = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
              .filter(element => ['fixed', 'sticky'].includes(getComputedStyle(element).position))
              .map(element => element.getBoundingClientRect())
              .reduce((sum, box) => sum + Math.max(0, Math.min(box.bottom, 256) - Math.max(box.top, 0)), 0)"""
        )
        found += [f"{path}: {width} px wide"] if width > 320 else []
        found += [f"{path}: {covered:.0f} of 256 px covered"] if covered > 100 else []

    assert found == []
