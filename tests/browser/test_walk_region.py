"""The region admin changes words, colours, modules, people and the stage; afterwards the town is as it was."""

import re

import pytest
from playwright.sync_api import expect
from walks import follow, go, heading, new_name, press, says, status_of

SETTINGS = "/amt/einstellungen/"


def save(page, path, change):
    """Change one page of the settings."""
    go(page, path)
    change(page)
    press(page, "Speichern", within=page.locator("form").filter(has=page.get_by_role("button", name="Speichern")))


@pytest.fixture
def admin(page_as):
    return page_as("region")


@pytest.fixture
def changing(admin, page_as):
    """``changing(path, change, back)`` changes the settings, and back again when the walk is over, however it went."""
    undo = []

    def change(path, forth, back):
        undo.append((path, back))
        save(admin, path, forth)
        says(admin, "Gespeichert. Es gilt sofort.")

    yield change
    for path, back in reversed(undo):
        save(admin, path, back)


def test_words_of_the_place_stand_on_every_page(changing, page_as):
    def call_it(one, many):
        def fill(page):
            page.get_by_label("Ein Teil des Ortes heißt").fill(one)
            page.get_by_label("Mehrere heißen").fill(many)

        return fill

    changing(f"{SETTINGS}worte/", call_it("Viertel", "Viertel"), call_it("", ""))

    guest = page_as(javascript=False)
    go(guest, "/verzeichnis/")
    labels = guest.locator(".filters label").all_inner_texts()
    assert ("Viertel" in labels, "Ortsteil" in labels) == (True, False)


def test_colours_are_mended_refused_and_then_everywhere(changing, admin, page_as):
    path = f"{SETTINGS}aussehen/"
    go(admin, path)
    before = admin.get_by_label("Hauptfarbe").input_value()

    def paint(colour):
        return lambda page: page.get_by_label("Hauptfarbe").fill(colour)

    # Hardly to be told from paper: refused, with a reason, and nothing is saved.
    save(admin, path, paint("#fffdf0"))
    expect(admin.locator(".error-summary")).to_contain_text("zu hell für Schrift")
    go(admin, path)
    assert admin.get_by_label("Hauptfarbe").input_value() == before

    # Too light for text, but a colour: the preview says that it gets darker.
    paint("#3b8ed0")(admin)
    expect(admin.locator("#look-preview")).to_contain_text("etwas dunkler")
    changing(path, paint("#7a1f5c"), paint(before))
    guest = page_as()
    go(guest, "/")
    shown = guest.evaluate("getComputedStyle(document.querySelector('.hero .button')).backgroundColor")
    assert shown == "rgb(122, 31, 92)"


def test_a_module_that_is_off_is_nowhere_and_comes_back_whole(changing, page_as):
    def switch(on):
        # The box itself lies under its picture, as a finger finds it.
        return lambda page: page.locator("#id_events-on").set_checked(on, force=True)

    def seen(page):
        go(page, "/")
        menu = page.locator("header nav").first.get_by_role("link").all_inner_texts()
        coming = page.locator("#home-coming").count()
        go(page, "/suche/?q=Sprachcafé")
        return [
            "Veranstaltungen" in menu,
            coming == 1,
            page.locator(".card").count() > 0,
            status_of(page, "/veranstaltungen/") == 200,
            status_of(page, "/veranstaltungen/kalender.ics") == 200,
        ]

    guest = page_as(javascript=False)
    assert seen(guest) == [True] * 5

    changing(f"{SETTINGS}bausteine/", switch(False), switch(True))
    off = seen(guest)
    save(page_as("region"), f"{SETTINGS}bausteine/", switch(True))

    assert off == [False] * 5
    assert seen(guest) == [True] * 5


def test_roles_are_given_by_mail_address_and_taken_again(admin, page_as):
    citizen = page_as("buergerin")
    assert status_of(citizen, "/amt/") == 404
    go(admin, "/amt/menschen/")
    admin.get_by_label("E-Mail-Adresse des Kontos").first.fill("buergerin@lindach.example")
    admin.get_by_label("Aufgabe", exact=True).select_option(label="Redaktion")
    press(admin, "Aufgabe geben")
    says(admin, "Gespeichert: Maja Lindner.")

    go(citizen, "/amt/pruefen/")
    press(admin, "Wegnehmen", within=admin.locator(".queue__row").filter(has_text="Maja Lindner"))

    says(admin, "Maja Lindner hat diese Aufgabe nicht mehr.")
    assert status_of(citizen, "/amt/") == 404


def test_somebody_without_an_account_cannot_be_given_a_role(admin):
    go(admin, "/amt/menschen/")
    admin.get_by_label("E-Mail-Adresse des Kontos").first.fill("niemand@nirgends.example")

    press(admin, "Aufgabe geben")

    expect(admin.locator(".error-summary")).to_contain_text("gibt es kein Konto")


def test_a_new_topic_can_be_chosen_at_once(admin, page_as):
    name = new_name("Brauchtum")
    go(admin, f"{SETTINGS}themen/")
    form = admin.locator("form").filter(has_text="Neues Thema").first
    form.locator("summary").filter(has_text="Neues Thema").click()
    fold = form.locator("details").filter(has_text="Neues Thema")
    fold.get_by_label("Name", exact=True).fill(name)
    fold.get_by_label("Platz").fill("99")

    press(admin, "Speichern", within=form)

    says(admin, "Gespeichert")
    club = page_as("verein")
    go(club, "/veranstaltungen/neu/")
    assert name in club.get_by_label("Wichtigstes Thema").locator("option").all_inner_texts()


def stage(label):
    return lambda page: page.get_by_label(re.compile(f"^{label}")).check()


def test_while_it_is_prepared_nobody_else_sees_the_region(changing, page_as):
    channels = ["/verzeichnis/", "/veranstaltungen/kalender.ics", "/suche/?q=Chor", "/verzeichnis/export.csv", "/"]
    guest, citizen = page_as(javascript=False), page_as("buergerin")

    changing(SETTINGS, stage("In Vorbereitung"), stage("Geöffnet"))

    assert [{status_of(page, channel) for channel in channels} for page in (guest, citizen)] == [{403}, {403}]
    go(guest, "/", status=403)
    assert heading(guest) == "Hier entsteht etwas Gemeinsames"
    go(guest, "/anmelden/")
    go(guest, "/regionen/")
    assert "Lindach" not in guest.locator("main").inner_text()
    editor = page_as("redaktion")
    go(editor, "/verzeichnis/")
    expect(editor.locator(".stage")).to_contain_text("in Vorbereitung")


def test_by_invitation_those_come_in_who_were_let_in(changing, admin, page_as):
    citizen, club = page_as("buergerin"), page_as("verein")

    changing(SETTINGS, stage("Auf Einladung"), stage("Geöffnet"))
    go(admin, "/amt/menschen/")
    section = admin.locator("section").filter(has_text="Wer schon hereindarf")
    section.get_by_label("E-Mail-Adresse des Kontos").fill("buergerin@lindach.example")
    press(admin, "Hereinlassen")

    assert [status_of(page, "/verzeichnis/") for page in (citizen, club)] == [200, 403]
    press(admin, "Zutritt wegnehmen", within=section.locator("li").filter(has_text="Maja Lindner"))
    assert status_of(citizen, "/verzeichnis/") == 403


def test_what_is_read_only_is_read_and_nothing_is_entered(changing, page_as):
    changing(SETTINGS, stage("Nur zum Lesen"), stage("Geöffnet"))

    club = page_as("verein")
    go(club, "/veranstaltungen/")
    assert club.get_by_role("link", name="Eintragen", exact=True).count() == 0
    assert status_of(club, "/veranstaltungen/neu/") == 403


def test_a_neighbour_that_is_not_open_yet_is_not_there(page_as):
    # Maja Lindner is invited there.
    answers = {who: status_of(page_as(who), "/auenstedt/") for who in ("guest", "verein", "region", "buergerin")}
    guest = page_as(javascript=False)
    for address in ("/auenstedt/", "/auenstedt/regionen/", "/auenstedt/anmelden/", "/auenstedt/gibt-es-nicht/"):
        go(guest, address, status=404)
        assert "Auenstedt" not in guest.inner_text("body")
    go(guest, "/regionen/")

    assert answers == {"guest": 404, "verein": 404, "region": 404, "buergerin": 200}
    assert guest.locator(".tile__title").all_inner_texts() == ["Lindach"]


def test_the_settings_lead_from_tab_to_tab(admin):
    go(admin, SETTINGS)
    tabs = admin.get_by_role("navigation", name="Einstellungen").get_by_role("link").all_inner_texts()

    for tab in tabs:
        follow(admin, tab, within=admin.get_by_role("navigation", name="Einstellungen"))
        assert admin.get_by_role("navigation", name="Einstellungen").locator("[aria-current]").inner_text() == tab
