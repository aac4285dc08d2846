"""A guest without JavaScript: looks around, writes to an organisation, and gets an answer; addresses stay hidden."""

import pytest
from playwright.sync_api import expect
from walks import follow, go, heading, letter_to, new_mail, new_name, press, says

ORGANISATION = "post@musikverein-lindach.example"


@pytest.fixture
def guest(page_as):
    return page_as(javascript=False)


def test_a_guest_finds_an_organisation_by_the_search_on_the_home_page(guest):
    go(guest, "/")
    guest.locator("main").get_by_role("searchbox").first.fill("Musikverein")
    press(guest, "Suchen")

    follow(guest, "Musikverein Lindach", exact=True)

    assert heading(guest) == "Musikverein Lindach"


def test_filters_narrow_the_list_and_can_be_taken_away_again(guest):
    go(guest, "/verzeichnis/")
    everything = guest.locator(".card").count()

    guest.locator(".filters").get_by_label("Thema").select_option(label="Musik und Bühne")
    guest.locator(".filters").get_by_label("Barrierefrei").select_option(label="Ja")
    press(guest, "Anzeigen")
    chosen = guest.get_by_role("list", name="Gewählte Filter").get_by_role("link").all_inner_texts()
    narrowed = guest.locator(".card").count()
    follow(guest, "Musik und Bühne", within=guest.get_by_role("list", name="Gewählte Filter"))

    assert [text.split("\n")[0].strip() for text in chosen] == ["Musik und Bühne", "Barrierefrei: Ja"]
    assert 0 < narrowed < everything
    assert "topic=" not in guest.url


def test_a_guest_writes_to_an_organisation_that_answers_and_no_address_is_shown(guest, page_as):
    mail, seen = new_mail("petra.ohm"), []
    subject, thanks = new_name("Tuba für Anfänger"), new_name("Wie schön, ich bin am Dienstag da:")
    go(guest, "/verzeichnis/?q=Musikverein")
    follow(guest, "Musikverein Lindach", exact=True)
    seen.append(guest.content())
    follow(guest, "Nachricht schreiben")
    guest.get_by_label("Ihr Name").fill("Petra Ohm")
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    guest.get_by_label("Worum geht es?").fill(subject)
    guest.get_by_label("Ihre Nachricht").fill("Ich bin 43 und habe noch nie ein Instrument gespielt. Geht das?")
    press(guest, "Absenden")
    says(guest, "Fast geschafft")
    seen.append(guest.content())

    # Following the link sends nothing yet: programs that check mails follow links.
    asked = letter_to(guest, mail, "Bitte bestätigen")
    go(guest, asked.link)
    press(guest, "Nachricht jetzt absenden")
    assert heading(guest) == "Danke, Ihre Nachricht ist unterwegs"
    seen.append(guest.content())

    # The organisation has no account: it answers by the link in its mail.
    told = letter_to(guest, ORGANISATION, subject)
    club = page_as(javascript=False)
    go(club, told.link)
    expect(club.locator(".message").first).to_contain_text("noch nie ein Instrument gespielt")
    club.get_by_label("Ihre Antwort").fill("Aber ja. Kommen Sie am Dienstag um 19 Uhr, wir leihen Ihnen eine Tuba.")
    press(club, "Antworten")
    says(club, "Ihre Antwort ist unterwegs")
    seen.append(club.content())

    # The guest reads the answer by mail, answers by its link, and the organisation hears of it.
    answered = letter_to(guest, mail, "Nachricht von Musikverein Lindach")
    assert "wir leihen Ihnen eine Tuba" in answered.text
    go(guest, answered.link)
    guest.get_by_label("Ihre Antwort").fill(thanks)
    press(guest, "Antworten")
    assert guest.locator(".message").count() == 3
    seen.append(guest.content())
    last = letter_to(guest, ORGANISATION, thanks)
    assert last.subject == f"Nachricht von Petra Ohm: {subject}"

    assert [address for address in (mail, ORGANISATION) if any(address in page for page in seen)] == []
    assert ORGANISATION not in asked.text + answered.text
    assert mail not in told.text + last.text


def test_a_link_that_was_used_says_so_instead_of_sending_twice(guest):
    mail = new_mail("paul.rast")
    go(guest, "/verzeichnis/?q=Imkerverein")
    follow(guest, "Imkerverein Lindach", exact=False)
    follow(guest, "Nachricht schreiben")
    guest.get_by_label("Ihr Name").fill("Paul Rast")
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    guest.get_by_label("Worum geht es?").fill("Honig für die Schule")
    guest.get_by_label("Ihre Nachricht").fill("Haben Sie noch zehn Gläser?")
    press(guest, "Absenden")
    link = letter_to(guest, mail, "Bitte bestätigen").link

    go(guest, link)
    press(guest, "Nachricht jetzt absenden")
    go(guest, link, status=410)

    assert heading(guest) == "Dieser Link gilt nicht mehr"


def test_what_is_missing_in_a_message_is_named_and_the_rest_stays(guest):
    go(guest, "/verzeichnis/?q=TSV")
    follow(guest, "TSV Lindach 1921", exact=True)
    follow(guest, "Nachricht schreiben")
    guest.get_by_label("Ihre Nachricht").fill("Ist morgen Training?")

    press(guest, "Absenden")

    summary = guest.locator(".error-summary").get_by_role("link").all_inner_texts()
    assert summary == ["Ihr Name", "Ihre E-Mail-Adresse", "Worum geht es?"]
    expect(guest.get_by_label("Ihre Nachricht")).to_have_value("Ist morgen Training?")


def test_the_map_is_a_picture_with_a_list_of_the_same_without_scripts(guest):
    go(guest, "/verzeichnis/karte/?q=1921")

    assert guest.locator(".map svg").first.is_visible()
    assert guest.locator(".map-entry").count() == 1
    assert guest.locator(".map-entry__title").all_inner_texts() == ["TSV Lindach 1921"]
