"""The sports club enters an event, changes it, calls it off; nothing that somebody typed is ever lost."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from walks import follow, go, heading, letter_to, new_mail, new_name, press, says

DAY = date.today() + timedelta(days=40)


def fill_event(page, title):
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Kurz gesagt").fill("Fünf Kilometer, danach Suppe.")
    page.get_by_label("Wichtigstes Thema").select_option(label="Sport und Bewegung")
    page.get_by_label("Beginn: Tag").fill(DAY.isoformat())
    page.get_by_label("Beginn: Uhrzeit").fill("19:30")
    page.get_by_label("Ende: Uhrzeit").fill("21:00")
    page.get_by_label(re.compile(r"^Ort\b")).fill("Am Sportplatz 1")


@pytest.fixture
def event(page_as):
    """A page of the club with the edit form of a new public event, and the event's address."""

    def enter(title):
        page = page_as("verein")
        go(page, "/konto/")
        follow(page, "Veranstaltung eintragen")
        fill_event(page, title)
        press(page, "Speichern und ansehen")
        press(page, "Veröffentlichen")
        return page, page.url

    return enter


def test_an_event_of_a_released_organisation_is_public_at_once(event, page_as):
    title = new_name("Nachtlauf")
    club, address = event(title)

    says(club, "Veröffentlicht. Alle können den Eintrag jetzt sehen.")
    guest = page_as(javascript=False)
    go(guest, address)
    assert heading(guest) == title
    expect(guest.locator(".facts")).to_contain_text("19:30 bis 21:00 Uhr")
    follow(guest, "TSV Lindach 1921", within=guest.locator(".facts"))
    assert heading(guest) == "TSV Lindach 1921"
    go(guest, f"/veranstaltungen/kalender/?monat={DAY:%Y-%m}")
    follow(guest, title)
    assert guest.url == address
    file = guest.context.request.get(f"{address}termin.ics")
    assert f"SUMMARY:{title}" in file.text()


def test_a_change_shows_at_once_and_stands_in_the_list_of_the_editors(event, page_as):
    title = new_name("Lauftreff")
    club, _address = event(title)
    editor = page_as("redaktion")
    go(editor, "/amt/geaendert/")
    press(editor, "Als geprüft abhaken", within=editor.locator(".queue__row").filter(has_text=title))

    follow(club, "Bearbeiten")
    expect(club.get_by_label("Beginn: Uhrzeit")).to_have_value("19:30")
    club.get_by_label("Beginn: Uhrzeit").fill("18:00")
    club.get_by_label("Kurz gesagt").fill("Zehn Kilometer, danach Suppe.")
    press(club, "Speichern")

    says(club, "Die Änderung ist sofort zu sehen")
    go(editor, "/amt/geaendert/")
    row = editor.locator(".queue__row").filter(has_text=title)
    assert row.locator("del").all_inner_texts()[0].startswith("Fünf")
    assert row.locator("ins").all_inner_texts()[0].startswith("Zehn")
    press(editor, "Als geprüft abhaken", within=row)
    expect(editor.locator(".queue__row").filter(has_text=title)).to_have_count(0)


def test_an_event_that_is_called_off_stays_and_says_so(event, page_as):
    title = new_name("Skigymnastik")
    club, address = event(title)

    press(club, "Absagen")

    says(club, "Abgesagt")
    guest = page_as(javascript=False)
    go(guest, address)
    says(guest, "Diese Veranstaltung ist abgesagt.")
    go(guest, f"/veranstaltungen/kalender/?monat={DAY:%Y-%m}")
    expect(guest.get_by_role("link", name=title)).to_contain_text("Abgesagt")
    assert "STATUS:CANCELLED" in guest.context.request.get(f"{address}termin.ics").text()
    press(club, "Findet doch statt")
    says(club, "Die Veranstaltung findet wieder statt.")


def test_two_tabs_lose_nothing(event):
    title = new_name("Wintercup")
    first, address = event(title)
    follow(first, "Bearbeiten")
    second = first.context.new_page()
    go(second, first.url)
    first.get_by_label("Kurz gesagt").fill("Aus dem ersten Fenster")
    press(first, "Speichern")

    second.get_by_label("Kurz gesagt").fill("Aus dem zweiten Fenster")
    press(second, "Speichern")

    expect(second.locator(".error-summary")).to_contain_text("inzwischen an anderer Stelle geändert")
    expect(second.get_by_label("Kurz gesagt")).to_have_value("Aus dem zweiten Fenster")
    press(second, "Speichern")
    go(first, address)
    expect(first.locator(".lead").first).to_have_text("Aus dem zweiten Fenster")


def test_a_day_that_is_past_the_end_is_explained_at_the_field(page_as):
    club = page_as("verein", width=390)
    go(club, "/veranstaltungen/neu/")
    fill_event(club, "Rückwärts")
    club.get_by_label("Ende: Uhrzeit").fill("18:00")

    press(club, "Speichern und ansehen")

    expect(club.locator(".error-summary").get_by_role("link")).to_have_text(["Ende: Uhrzeit"])
    expect(club.get_by_label("Titel")).to_have_value("Rückwärts")
    expect(club.get_by_label("Beginn: Tag")).to_have_value(DAY.isoformat())


def test_the_club_reads_a_message_in_its_own_area_and_answers(page_as):
    mail, subject = new_mail("uwe.kern"), new_name("Turnen mit Knie")
    guest = page_as(javascript=False)
    go(guest, "/verzeichnis/?q=TSV")
    follow(guest, "TSV Lindach 1921", exact=True)
    follow(guest, "Nachricht schreiben")
    guest.get_by_label("Ihr Name").fill("Uwe Kern")
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    guest.get_by_label("Worum geht es?").fill(subject)
    guest.get_by_label("Ihre Nachricht").fill("Darf ich mit neuem Knie mitturnen?")
    press(guest, "Absenden")
    go(guest, letter_to(guest, mail, "Bitte bestätigen").link)
    press(guest, "Nachricht jetzt absenden")

    club = page_as("verein")
    go(club, "/konto/")
    follow(club, subject)
    club.get_by_label("Ihre Antwort").fill("Gern, dienstags um zehn.")
    press(club, "Antworten")

    assert "Gern, dienstags um zehn." in letter_to(guest, mail, "Gern, dienstags").text
    assert mail not in club.content()


def test_members_come_by_a_mail_and_the_last_owner_cannot_leave(page_as):
    club, coordinator = page_as("verein2"), page_as("agentur")
    go(club, "/konto/")
    follow(club, "Mitglieder", exact=True)
    members = club.url
    club.get_by_label("E-Mail-Adresse").fill("agentur@lindach.example")
    press(club, "Einladung schicken")
    says(club, "Die Einladung ist unterwegs")

    go(coordinator, letter_to(coordinator, "agentur@lindach.example", "Kulissenschieber").link)
    press(coordinator, "Einladung annehmen")
    says(coordinator, "Sie gehören jetzt zu")
    go(club, members)
    row = club.locator(".queue__row").filter(has=club.get_by_role("heading", name="Yusuf"))
    expect(row).to_contain_text("Mitglied")
    press(club, "Organisation verlassen")

    expect(club.locator(".notice--bad")).to_contain_text("Hauptverantwortung")
    press(club, "Entfernen", within=row)
    expect(row).to_have_count(0)
