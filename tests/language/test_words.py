"""Everyday German, one word for one thing: words.toml is held against every German text that people see."""

import pytest
from word_list import LIST, Text, complaints, demo_texts, documents, offence, texts


def test_every_text_keeps_to_the_word_list():
    assert [complaint for text in texts() for complaint in complaints(text)] == []


def test_paragraphs_of_documents_are_whole():
    places = [text.place.split(":")[0] for text in documents()]

    assert set(places) >= {"docs/people/visitors.md", "docs/people/editors.md"}
    assert [text.text for text in documents() if "\n" in text.text] == []


def test_the_texts_of_the_demo_towns_are_found():
    """A folder that moved would otherwise be read no more."""
    places = {text.place.split(":")[0].rsplit("/", 1)[1] for text in demo_texts()}

    assert places >= {"organisations.json", "events.json", "town.json", "auenstedt.json"}


@pytest.mark.parametrize(
    "text",
    [
        "Neues Event", "Alle Events", "Ein Benutzer", "Nutzerkonto", "Akteure", "Ihr Account", "Jetzt einloggen",
        "Login", "Log-in", "Feedback geben", "Auf den Button", "Dashboard", "Ein Tool", "Content", "posten",
        "updaten", "checken", "Bitte canceln", "Unsere Webseite", "Neue Mail", "E-mail", "Location", "Support",
        "Ungültiges Datum", "Bitte nur Zahlen", "Sie müssen das ausfüllen.", "z. B. heute", "bzw.", "mittels Formular",
        "Im Ortsteil", "Stadtteile", "Dein Konto", "wie du willst", "Besucher", "Ansprechpartner",
        "Bürger:innen", "Bürger*innen", "Bürger_innen", "Nachbar/-innen", "Nachbar/innen", "BürgerInnen",
        "Hier klicken", "Danke 🎉", "Veranstaltungsgenehmigungsverfahren", " ".join(["Wort"] * 26),
    ],
)  # fmt: skip
def test_the_list_finds(text):
    assert len(list(complaints(Text("x.py:1", text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Eventuell morgen", "Veranstaltungen", "Checkliste", "Ihre E-Mail-Adresse", "Nachbarinnen und Nachbarn",
        "Besucherinnen und Besucher", "Kontaktformular", "In der Mitte", "Dienstag", "Link", "Newsletter", "bei 8 °C",
        "name@mail.example", "https://event.example/login", "%(user)s schreibt", "im Gartenverein", "Die Industrie",
    ],
)  # fmt: skip
def test_the_list_leaves(text):
    assert list(complaints(Text("x.py:1", text))) == []


def test_a_complaint_tells_place_word_better_word_and_reason():
    [complaint] = complaints(Text("src/a.html:7", "Neuer Account"))

    assert complaint == "src/a.html:7: „Account“: Konto (everyday German has a word for it)"


def test_every_rule_says_what_to_write_and_why():
    assert [rule for rule in LIST["avoid"] if not {"find", "instead", "why"} <= rule.keys()] == []


def test_a_town_may_use_its_own_word_in_its_own_texts():
    rule = next(rule for rule in LIST["avoid"] if "ortsteil" in rule["find"])

    assert offence(rule, Text("town.json:1", "Ortsteile", at_home=True), "Ortsteile") == ""
