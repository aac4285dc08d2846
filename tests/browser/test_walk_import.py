"""Real events of a town district, from three files of one source, and their organisers: in, out, in again, found."""

import re
from pathlib import Path

import pytest
from icalendar import Calendar
from playwright.sync_api import expect
from walks import follow, go, heading, letter_to, new_mail, press, says

FILES = Path(__file__).resolve().parents[1] / "data" / "coerde"
EVENTS = 143
KNOWN = "Rock am Berg"  # the file says "Rock am Berg Münster"
ORGANISER = "FamilienBildung Friedensstraße"
EVENT = "Sommerwaldexpedition - Tieren und Pflanzen auf der Spur"
WORKS = 60_000  # milliseconds that an import may take on a busy machine


def number_of_events(page):
    """How many events a guest finds in all the time that the files cover, and long before."""
    go(page, "/veranstaltungen/?from=2020-01-01")
    return int(re.sub(r"\D", "", page.locator(".result-bar [role=status]").inner_text()))


def upload(page, name):
    """Choose a file and go on to the page that tells what will become of it."""
    go(page, "/amt/import/")
    follow(page, re.compile("Datei auswählen.*Veranstaltungen"))
    page.get_by_label("Datei", exact=True).set_input_files(FILES / name)
    page.get_by_label("Woher kommt die Datei?").fill("coerde-events")
    press(page, "Hochladen und durchsehen")
    expect(page.locator("h1")).to_have_text(re.compile("Das wird daraus|Was steht in welcher"), timeout=WORKS)
    if heading(page) != "Das wird daraus":  # a calendar has no columns
        press(page, "Weiter: durchsehen")
        wait_for(page, "Das wird daraus")


def clear_names(page):
    """Say who is meant by a name that resembles a known one."""
    follow(page, "Namen klären")
    page.get_by_label(f"Dasselbe wie „{KNOWN}“").first.check()
    press(page, "Weiter")
    wait_for(page, "Das wird daraus")


def wait_for(page, title):
    """The page of a running import looks by itself how far it is."""
    expect(page.locator("h1")).to_have_text(title, timeout=WORKS)


def numbers(page):
    """What will become of the lines: new, changed, unchanged, refused."""
    return [int(text) for text in page.locator(".stat__number").all_inner_texts()]


def run(page):
    press(page, "Jetzt importieren")
    wait_for(page, "Eingelesen")
    says(page, "Alles ist importiert")


def undo(page):
    follow(page, "Import zurücknehmen")
    press(page, "Jetzt zurücknehmen")
    wait_for(page, "Zurückgenommen")


@pytest.fixture
def editor(page_as):
    return page_as("redaktion")


def test_the_events_of_coerde_and_their_organisers(editor, page_as):
    guest, mail = page_as(javascript=False), new_mail("mia.lenz")
    before = number_of_events(guest)
    go(editor, "/verzeichnis/neu/")
    editor.get_by_label("Name der Organisation").fill(KNOWN)
    press(editor, "Speichern und ansehen")
    press(editor, "Veröffentlichen")

    # The table: columns are known, a name that resembles a known one is asked, then everything goes in.
    upload(editor, "events.csv")
    assert numbers(editor) == [EVENTS, 0, 0, 0]
    clear_names(editor)
    run(editor)
    assert number_of_events(guest) == before + EVENTS

    undo(editor)
    assert number_of_events(guest) == before

    # In again; the other two files tell more of the same events. Who is meant was said, for all files of the source.
    found = {}
    for name in ("events.csv", "events.json", "events.ics"):
        upload(editor, name)
        new, _changed, _unchanged, refused = numbers(editor)
        found[name] = (new, refused)
        run(editor)
    assert found == {"events.csv": (EVENTS, 0), "events.json": (0, 0), "events.ics": (0, 0)}
    assert number_of_events(guest) == before + EVENTS

    # An organiser is a proposal: nobody sees it until an editor has released it.
    go(guest, f"/verzeichnis/?q={ORGANISER}")
    assert guest.locator(".card").count() == 0
    go(editor, "/amt/pruefen/")
    press(editor, "Freigeben", within=editor.locator(".queue__row").filter(has_text=ORGANISER))
    go(guest, f"/verzeichnis/?q={ORGANISER}")
    follow(guest, ORGANISER, exact=True)
    organiser = guest.url

    # A guest finds the event, and the calendar has them all.
    go(guest, f"/veranstaltungen/?from=2020-01-01&q={EVENT[:20]}")
    follow(guest, EVENT, exact=True)
    expect(guest.locator(".facts")).to_contain_text(ORGANISER)
    feed = guest.context.request.get("/veranstaltungen/kalender.ics")
    titles = [str(event["SUMMARY"]) for event in Calendar.from_ical(feed.body()).walk("VEVENT")]
    assert feed.headers["content-type"].startswith("text/calendar")
    assert (EVENT in titles, len(titles)) == (True, before + EVENTS)

    # It has no address here, so the editors pass the guest's question on and bring the answer.
    go(guest, organiser)
    follow(guest, "Nachricht schreiben")
    guest.get_by_label("Ihr Name").fill("Mia Lenz")
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    guest.get_by_label("Worum geht es?").fill("Waldexpedition")
    guest.get_by_label("Ihre Nachricht").fill("Ab welchem Alter?")
    press(guest, "Absenden")
    go(guest, letter_to(guest, mail, "Bitte bestätigen").link)
    press(guest, "Nachricht jetzt absenden")
    go(editor, "/amt/nachrichten/")
    follow(editor, "Lesen", within=editor.locator(".queue__row").filter(has_text="Mia Lenz"))
    editor.get_by_label("Ihre Antwort").fill("Ab sechs Jahren.")
    press(editor, "Antworten")
    assert "Ab sechs Jahren." in letter_to(guest, mail, "Ab sechs").text


def test_lines_that_cannot_be_read_are_named_and_the_others_go_in(editor, tmp_path):
    table = tmp_path / "liste.csv"
    table.write_text("Titel;Beginn\nGuter Eintrag;2027-05-01 10:00\nOhne Tag;\n", encoding="cp1252")
    go(editor, "/amt/import/")
    follow(editor, re.compile("Datei auswählen.*Veranstaltungen"))
    editor.get_by_label("Datei", exact=True).set_input_files(table)
    editor.get_by_label("Woher kommt die Datei?").fill("liste")
    press(editor, "Hochladen und durchsehen")
    wait_for(editor, "Was steht in welcher Spalte?")
    press(editor, "Weiter: durchsehen")
    wait_for(editor, "Das wird daraus")

    assert numbers(editor) == [1, 0, 0, 1]
    expect(editor.locator("table").first).to_contain_text("Ohne Tag")
    press(editor, "Verwerfen und Datei löschen")
    expect(editor.locator("h1")).to_have_text("Importe")


def test_a_file_of_another_kind_is_refused_with_a_reason(editor, tmp_path):
    picture = tmp_path / "bild.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    go(editor, "/amt/import/")
    follow(editor, re.compile("Datei auswählen.*Organisationen"))
    editor.get_by_label("Datei", exact=True).set_input_files(picture)
    editor.get_by_label("Woher kommt die Datei?").fill("bild")

    press(editor, "Hochladen und durchsehen")

    expect(editor.locator(".error-summary, .notice--bad").first).to_be_visible(timeout=WORKS)
