"""The desk: check with a reason, flags decided and told to both sides, hide and show again."""

import pytest
from playwright.sync_api import expect
from walks import follow, go, heading, letter_to, new_mail, new_name, press, says, status_of

CITIZEN = "buergerin@lindach.example"


@pytest.fixture
def waiting(page_as):
    """A citizen's page of an event that waits for a check, and its address."""

    def enter(title):
        page = page_as("buergerin")
        go(page, "/veranstaltungen/neu/")
        page.get_by_label("Titel").fill(title)
        page.get_by_label("Kurz gesagt").fill("Alle bringen etwas mit.")
        page.get_by_label("Beginn: Tag").fill("2027-06-19")
        page.get_by_label("Beginn: Uhrzeit").fill("15:00")
        press(page, "Speichern und ansehen")
        press(page, "Zur Prüfung geben")
        return page, page.url

    return enter


def row_of(page, title):
    return page.locator(".queue__row").filter(has_text=title)


def test_a_return_needs_a_reason_that_the_author_reads(waiting, page_as):
    title = new_name("Straßenfest")
    citizen, address = waiting(title)
    editor = page_as("redaktion")
    go(editor, "/amt/pruefen/")
    follow(editor, "Zurückgeben", within=row_of(editor, title))

    press(editor, "Zurückgeben")
    expect(editor.locator(".kern-error")).to_be_visible()
    editor.get_by_label("Begründung").fill("Bitte schreiben Sie noch, in welcher Straße.")
    press(editor, "Zurückgeben")

    says(editor, "Zurückgegeben")
    assert editor.url.endswith("/amt/pruefen/")
    expect(row_of(editor, title)).to_have_count(0)
    assert "in welcher Straße" in letter_to(citizen, CITIZEN, f"Bitte noch einmal ansehen: {title}").text
    go(citizen, "/konto/")
    expect(row_of(citizen, title)).to_contain_text("in welcher Straße")

    # Mended and given again, it is released.
    follow(citizen, "Bearbeiten", within=row_of(citizen, title))
    citizen.get_by_label("Beschreibung").fill("In der Gartenstraße.")
    press(citizen, "Speichern und ansehen")
    press(citizen, "Zur Prüfung geben")
    go(editor, "/amt/pruefen/")
    press(editor, "Freigeben", within=row_of(editor, title))
    says(editor, "Freigegeben")
    assert status_of(page_as(), address) == 200


def test_a_flag_is_decided_and_both_sides_read_why(waiting, page_as):
    title, mail = new_name("Lesekreis"), new_mail("gerda.wolf")
    citizen, address = waiting(title)
    editor = page_as("redaktion")
    go(editor, "/amt/pruefen/")
    press(editor, "Freigeben", within=row_of(editor, title))
    guest = page_as(javascript=False)
    go(guest, address)
    follow(guest, "Diesen Eintrag melden")
    guest.get_by_label("Werbung").check()
    guest.get_by_label("Bitte beschreiben Sie es kurz").fill("Da wird nur ein Buch verkauft.")
    guest.get_by_label("Ihr Name").fill("Gerda Wolf")
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    press(guest, "Meldung absenden")
    says(guest, "Fast geschafft")

    moderator = page_as("moderation")
    go(moderator, "/amt/meldungen/")
    expect(row_of(moderator, title)).to_have_count(0)
    go(guest, letter_to(guest, mail, "Bitte bestätigen").link)
    press(guest, "Meldung jetzt absenden")
    assert heading(guest) == "Danke, Ihre Meldung ist beim Team"

    go(moderator, "/amt/meldungen/")
    follow(moderator, "Entscheiden", within=row_of(moderator, title))
    expect(moderator.locator("main")).to_contain_text("Da wird nur ein Buch verkauft.")
    press(moderator, "Entscheiden")
    expect(moderator.locator(".error-summary")).to_contain_text("Begründung")
    moderator.get_by_label("Eintrag bleibt").check()
    moderator.get_by_label("Begründung").fill("Der Lesekreis liest, er verkauft nichts.")
    press(moderator, "Entscheiden")

    says(moderator, "Beide Seiten bekommen Ihre Begründung")
    reason = "er verkauft nichts"
    assert reason in letter_to(guest, mail, "Entschieden").text
    told = letter_to(citizen, CITIZEN, f"Zu Ihrem Eintrag: {title}")
    assert reason in told.text
    assert "Gerda" not in told.text
    assert mail not in moderator.content()


def test_what_is_hidden_is_gone_everywhere_and_can_be_shown_again(waiting, page_as):
    title = new_name("Hofflohmarkt")
    citizen, address = waiting(title)
    editor, guest = page_as("redaktion"), page_as(javascript=False)
    go(editor, address)
    follow(editor, "Freigeben")
    press(editor, "Freigeben")
    go(guest, f"/suche/?q={title}")
    expect(guest.locator(".card__title")).to_have_text([title])

    go(editor, address)
    follow(editor, "Verbergen")
    press(editor, "Verbergen")
    expect(editor.locator(".kern-error")).to_be_visible()
    editor.get_by_label("Begründung").fill("Der Hof gehört jemand anderem.")
    press(editor, "Verbergen")

    assert "gehört jemand anderem" in letter_to(citizen, CITIZEN, f"Verborgen: {title}").text
    channels = [address, f"{address}termin.ics"]
    assert [status_of(guest, channel) for channel in channels] == [404, 404]
    feed = guest.context.request.get("/veranstaltungen/kalender.ics").text()
    go(guest, f"/suche/?q={title}")
    assert (title in feed, guest.locator(".card__title").count()) == (False, 0)

    go(editor, address)
    follow(editor, "Wieder zeigen")
    press(editor, "Wieder zeigen")
    says(editor, "wieder zu sehen")
    assert [status_of(guest, channel) for channel in channels] == [200, 200]


def test_a_message_to_somebody_without_an_address_is_passed_on_by_the_editors(page_as):
    mail, subject = new_mail("jan.kolb"), new_name("Vorlesen im Heim")
    guest = page_as(javascript=False)
    go(guest, "/verzeichnis/?q=Helga")
    follow(guest, "Helga Wirth", exact=False)
    follow(guest, "Nachricht schreiben")
    guest.get_by_label("Ihr Name").fill("Jan Kolb")
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    guest.get_by_label("Worum geht es?").fill(subject)
    guest.get_by_label("Ihre Nachricht").fill("Kämen Sie auch zu uns?")
    press(guest, "Absenden")
    go(guest, letter_to(guest, mail, "Bitte bestätigen").link)
    press(guest, "Nachricht jetzt absenden")

    editor = page_as("redaktion")
    go(editor, "/amt/nachrichten/")
    follow(editor, "Lesen", within=row_of(editor, subject))
    editor.get_by_label("Ihre Antwort").fill("Frau Wirth kommt gern, sagt sie am Telefon.")
    press(editor, "Antworten")

    assert "sagt sie am Telefon" in letter_to(guest, mail, "sagt sie am Telefon").text


def test_the_log_tells_who_did_what(waiting, page_as):
    title = new_name("Tanztee")
    waiting(title)
    editor = page_as("redaktion")
    go(editor, "/amt/pruefen/")
    press(editor, "Freigeben", within=row_of(editor, title))

    go(editor, "/amt/protokoll/")

    line = editor.locator(".timeline li").filter(has_text=title).first
    expect(line).to_contain_text("Andrea Roth")


@pytest.mark.parametrize("account", ["guest", "buergerin", "verein"])
def test_the_desk_is_closed_to_everybody_else(page_as, account):
    pages = ["/amt/", "/amt/pruefen/", "/amt/meldungen/", "/amt/menschen/", "/amt/einstellungen/"]
    visitor = page_as(account)

    answers = {status_of(visitor, page) for page in pages}

    assert answers == ({302} if account == "guest" else {404})
