"""The demo's doors: a code from a letter, a profile that somebody takes over, a recognition that is asked for."""

from datetime import date, timedelta

from playwright.sync_api import expect
from walks import follow, go, heading, letter_to, new_mail, new_name, press, says, status_of

PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
IN_A_YEAR = date.today() + timedelta(days=365)


def test_a_code_from_a_letter_leads_into_a_town_that_nobody_else_sees(page_as):
    stranger, guest, mail = page_as(width=390, scheme="dark", javascript=False), page_as(), new_mail("rita")
    name = new_name("Ruderverein Auenstedt")

    go(stranger, "/einladung/")
    stranger.get_by_label("Code aus dem Brief").fill("auen 2345")
    press(stranger, "Weiter")
    stranger.get_by_label("Name Ihrer Organisation").fill(name)
    stranger.get_by_label("Ihr Name").fill("Rita Ruder")
    stranger.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    press(stranger, "Link schicken")
    go(stranger, letter_to(stranger, mail).link)
    press(stranger, "Einladung annehmen")

    says(stranger, f"„{name}“ ist dabei")
    go(stranger, "/auenstedt/verzeichnis/")
    assert stranger.locator(".card").count() > 0
    closed = [f"/auenstedt{path}" for path in ("/", "/verzeichnis/", "/veranstaltungen/kalender.ics", "/suche/?q=a")]
    assert [status_of(guest, path) for path in closed] == [404] * 4
    assert "Auenstedt" not in guest.context.request.get("/regionen/").text()


def test_a_profile_that_the_editors_entered_is_taken_over(page_as):
    owner, editor = page_as("anbieter"), page_as("redaktion")
    go(owner, "/verzeichnis/?q=Wanderfreunde")
    follow(owner, "Wanderfreunde Lindach", exact=True)
    profile = owner.url
    follow(owner, "Profil übernehmen")
    owner.get_by_label("Wer sind Sie dort?").fill("Ich bin seit drei Jahren Kassenwart.")
    press(owner, "Anfrage schicken")

    go(editor, "/amt/uebernahmen/")
    press(editor, "Übergeben", within=editor.locator(".queue__row").filter(has_text="Kassenwart"))

    go(owner, profile)
    follow(owner, "Bearbeiten")
    assert heading(owner) == "„Wanderfreunde Lindach“ bearbeiten"


def test_a_recognition_is_asked_for_with_a_proof_and_granted(page_as):
    club, editor, other = page_as("anbieter"), page_as("redaktion"), page_as("buergerin")
    go(club, "/konto/")
    follow(club, "Anerkennung")
    club.get_by_label("Warum dient Ihre Organisation").fill("Wir löschen, bergen und bilden aus.")
    club.locator("[type=file]").set_input_files(
        {"name": "bescheid.pdf", "mimeType": "application/pdf", "buffer": PROOF}
    )
    press(club, "Antrag absenden")
    expect(club.locator("main")).to_contain_text("Ihr Antrag wartet auf die Entscheidung")

    go(editor, "/amt/anerkennung/")
    follow(editor, "Entscheiden", within=editor.locator(".queue__row").filter(has_text="Feuerwehrverein"))
    proof = editor.get_by_role("link", name="bescheid.pdf").get_attribute("href")
    assert [status_of(page, proof) for page in (editor, other, page_as())] == [200, 404, 302]
    editor.get_by_label("Anerkennen").check()
    editor.get_by_label("Gültig bis").fill(IN_A_YEAR.isoformat())
    editor.get_by_label("Begründung").fill("Die Satzung verfolgt gemeinnützige Zwecke.")
    press(editor, "Entscheiden")

    guest = page_as()
    go(guest, "/verzeichnis/?recognised=on&q=Feuerwehr")
    expect(guest.locator(".card").filter(has_text="Feuerwehrverein")).to_contain_text(
        f"anerkannt bis {IN_A_YEAR:%d.%m.%Y}"
    )
