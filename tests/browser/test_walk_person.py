"""Somebody finds a contact person by interest, writes to her, and is answered; another one shows himself."""

from playwright.sync_api import expect
from walks import follow, go, heading, new_name, press, says, unfold


def test_found_by_interest_written_to_and_answered(page_as):
    citizen, subject = page_as("buergerin"), new_name("Mein Knie")

    go(citizen, "/verzeichnis/")
    follow(citizen, "Menschen finden")
    citizen.get_by_label("Suchwort").fill("reha-sport")
    press(citizen, "Anzeigen")
    expect(citizen.locator(".person")).to_have_count(1)
    follow(citizen, "Sabine Hopfengärtner")
    expect(citizen.locator("main")).to_contain_text("1. Vorsitzende, TSV Lindach 1921")
    follow(citizen, "Nachricht schreiben")
    citizen.get_by_label("Worum geht es?").fill(subject)
    citizen.get_by_label("Ihre Nachricht").fill("Welche Gruppe passt nach einer Operation?")
    press(citizen, "Absenden")
    says(citizen, "Ihre Nachricht ist unterwegs. Sobald Sabine Hopfengärtner antwortet")

    club = page_as("verein")
    go(club, "/konto/")
    follow(club, subject)
    club.get_by_label("Ihre Antwort").fill("Die am Dienstag. Bringen Sie die Verordnung mit.")
    press(club, "Antworten")

    go(citizen, "/konto/")
    follow(citizen, subject)
    expect(citizen.locator(".thread")).to_contain_text("Bringen Sie die Verordnung mit.")
    assert [word for word in ("verein@", "buergerin@") if word in citizen.content() + club.content()] == []


def test_somebody_shows_themselves_and_goes_again(page_as):
    person = page_as("anbieter")
    go(person, "/konto/")
    follow(person, "Mein Profil anlegen")
    assert heading(person) == "Als Ansprechperson zeigen"

    person.get_by_label("Ihr Name hier").fill("Thomas vom Spritzenhaus")
    person.get_by_label("Fragen Sie mich zu").fill("Rauchmelder, Feuerlöscher")
    unfold(person, "Ihre Aufgaben in Organisationen")
    person.get_by_label("Ihre Aufgabe: Feuerwehrverein Lindach").fill("Brandschutz für Schulen")
    unfold(person, "So erreicht man Sie")
    person.get_by_label("Telefon", exact=True).fill("09999 12 34 99")
    press(person, "Speichern und ansehen")
    expect(person.locator("main")).to_contain_text("Rauchmelder")
    expect(person.locator("main")).not_to_contain_text("09999 12 34 99")

    go(person, person.url.removesuffix("vorschau/"))
    follow(person, "Ganz löschen")
    press(person, "Ganz löschen")
    says(person, "Alles ist gelöscht")
