"""Somebody new makes an account, presents a choir, and finds it in the directory once an editor has released it."""

from playwright.sync_api import expect
from walks import follow, go, heading, letter_to, new_mail, new_name, press, says, status_of, unfold


def sign_up(page, name, mail):
    go(page, "/")
    page.get_by_role("banner").get_by_role("link", name="Anmelden").first.click()
    follow(page, "Konto anlegen")
    page.get_by_label("Ihr Name").fill(name)
    page.get_by_label("E-Mail-Adresse").fill(mail)
    press(page, "Konto anlegen")
    page.get_by_label("Code").fill(letter_to(page, mail).code)
    press(page, "Weiter")


def present(page, title):
    follow(page, "Organisation eintragen")
    page.get_by_label("Name der Organisation").fill(title)
    page.get_by_label("Kurz gesagt").fill("Wir singen im Wohnzimmer, ohne Noten und mit Kuchen.")
    page.get_by_label("Wichtigstes Thema").select_option(label="Musik und Bühne")
    page.get_by_label("Ortsteil").select_option(label="Altstadt")
    unfold(page, "Was Sie tun")
    page.get_by_label("Was wir machen").fill("Jeden Sonntag um vier.\n\n**Alle** dürfen mitsingen.")
    unfold(page, "Adresse und Zeiten")
    page.get_by_label("Straße und Hausnummer").fill("Schulstraße 6")
    unfold(page, "So erreicht man Sie")
    page.get_by_label("E-Mail-Adresse für Nachrichten").fill("chor@wohnzimmer.example")
    press(page, "Speichern und ansehen")


def test_from_a_new_account_to_an_organisation_in_the_directory(page_as):
    mail, title = new_mail("ida.fink"), new_name("Wohnzimmerchor")
    citizen = page_as()

    sign_up(citizen, "Ida Fink", mail)
    assert heading(citizen) == "Guten Tag, Ida Fink"

    # A draft, as others will see it; nobody else does yet.
    present(citizen, title)
    expect(citizen.locator(".preview-bar")).to_contain_text("So sehen es andere")
    expect(citizen.locator(".prose strong").first).to_have_text("Alle")
    page_of_it = citizen.url.removesuffix("vorschau/")
    stranger = page_as()
    go(stranger, page_of_it, status=404)

    press(citizen, "Zur Prüfung geben")
    says(citizen, "Die Redaktion prüft den Eintrag")
    letter_to(citizen, mail, f"Eingegangen: {title}")
    go(citizen, "/konto/")
    expect(citizen.locator(".queue__row").filter(has_text=title).locator(".badge")).to_have_text("Wird geprüft")

    editor = page_as("redaktion")
    go(editor, "/amt/pruefen/")
    row = editor.locator(".queue__row").filter(has_text=title)
    press(editor, "Freigeben", within=row)
    says(editor, "Freigegeben")
    expect(editor.locator(".queue__row").filter(has_text=title)).to_have_count(0)

    told = letter_to(citizen, mail, f"Veröffentlicht: {title}")
    go(stranger, told.link)
    assert heading(stranger) == title
    go(stranger, f"/verzeichnis/?q={title}")
    assert stranger.locator(".card__title").all_inner_texts() == [title]
    go(stranger, f"/verzeichnis/karte/?q={title}")
    expect(stranger.locator(".leaflet-marker-icon")).to_have_count(1)
    go(citizen, "/konto/")
    expect(citizen.locator(".queue__row").filter(has_text=title).locator(".badge")).to_have_text("Veröffentlicht")


def test_a_draft_is_nobody_elses_and_can_be_taken_up_again_later(page_as):
    title = new_name("Kegelfreunde")
    citizen = page_as("buergerin", width=390)
    go(citizen, "/verzeichnis/neu/")
    citizen.get_by_label("Name der Organisation").fill(title)
    press(citizen, "Als Entwurf speichern")
    says(citizen, "Ihr Entwurf ist gespeichert")
    draft = citizen.url

    go(citizen, "/konto/")
    follow(citizen, f"„{title}“ ist noch ein Entwurf")
    follow(citizen, "Weiter bearbeiten")

    expect(citizen.get_by_label("Name der Organisation")).to_have_value(title)
    assert [status_of(page_as(who), draft) for who in ("guest", "verein", "moderation")] == [404, 404, 404]


def test_the_form_names_what_is_wrong_and_keeps_every_word(page_as):
    citizen = page_as("buergerin")
    go(citizen, "/verzeichnis/neu/")
    unfold(citizen, "Was Sie tun")
    citizen.get_by_label("Was wir machen").fill("Ein langer Text, der nicht verloren geht.")
    unfold(citizen, "So erreicht man Sie")
    citizen.get_by_label("Internetseite").fill("keine adresse")

    press(citizen, "Speichern und ansehen")

    assert citizen.locator(".error-summary").get_by_role("link").all_inner_texts() == [
        "Name der Organisation",
        "Internetseite",
    ]
    expect(citizen.locator(".error-summary")).to_be_focused()
    expect(citizen.get_by_label("Was wir machen")).to_have_value("Ein langer Text, der nicht verloren geht.")
