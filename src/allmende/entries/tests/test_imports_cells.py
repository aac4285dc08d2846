"""What people write into cells, and what becomes of it."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from allmende.core.fields import LineField
from allmende.entries.imports.cells import DayCell, ListCell, NumberCell, TimeCell, WordCell, WordsCell, YesNoCell
from allmende.entries.imports.columns import ACCESSIBLE, DISTRICT, MAIN_TOPIC, TOPICS, cleaned
from allmende.entries.models import Accessible, Topic


def refusal(field, cell):
    with pytest.raises(ValidationError) as refused:
        field.clean(cell)
    return refused.value.messages


@pytest.mark.parametrize(
    ("cell", "value"),
    [("ja", True), ("JA ", True), ("x", True), ("1", True), ("nein", False), ("0", False), ("No", False), ("", None)],
)
def test_yes_and_no(cell, value):
    assert YesNoCell().clean(cell) is value


def test_perhaps_is_refused():
    assert refusal(YesNoCell(), "vielleicht") == ["Bitte schreiben Sie „ja“ oder „nein“."]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("yes", "yes"),
        ("ja", "yes"),
        ("Teilweise barrierefrei", "partly"),
        ("BARRIEREFREI", "yes"),
        ("", "unknown"),
    ],
)
def test_words_are_known_by_label_code_and_synonym(cell, code):
    assert ACCESSIBLE.clean(cell) == code


def test_an_unknown_word_is_told_the_known_ones():
    (message,) = refusal(ACCESSIBLE, "fast")

    assert message.endswith("Möglich sind: Barrierefrei, Teilweise barrierefrei, Nicht barrierefrei, Keine Angabe.")


def test_words_are_known_in_every_language():
    with translation.override("en"):
        english = [str(label) for label in Accessible.labels]

    assert [WordCell(Accessible.choices).clean(label) for label in english] == Accessible.values


def test_several_words():
    assert WordsCell([("a", "Alte"), ("b", "Junge")]).clean("Junge; Alte, Junge") == ["b", "a"]


def test_lists_are_cut_and_counted():
    field = ListCell(LineField(max_length=5), most=2)

    assert field.clean("Eins, Zwei\nEins") == ["Eins", "Zwei"]
    assert refusal(field, "a, b, c") == ["Höchstens 2 sind möglich."]
    assert len(refusal(field, "viel zu lang")) == 1


@pytest.mark.parametrize(("cell", "number"), [("49,98", 49.98), ("49.98", 49.98), ("-90", -90.0), ("", None)])
def test_numbers(cell, number):
    assert NumberCell(-90, 90).clean(cell) == number


@pytest.mark.parametrize("cell", ["91", "viel", "nan", "inf", "1e999", "٤٩"])
def test_what_is_no_number(cell):
    if cell == "٤٩":
        assert NumberCell(-90, 90).clean(cell) == 49.0  # digits of another script are digits
    else:
        assert refusal(NumberCell(-90, 90), cell) == [f"„{cell}“ ist keine Zahl zwischen -90 und 90."]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-08-21", (date(2026, 8, 21), None)),
        ("21.08.2026", (date(2026, 8, 21), None)),
        ("21. 8. 2026", (date(2026, 8, 21), None)),
        ("21.8.26", (date(2026, 8, 21), None)),
        ("2026-08-21T09:30", (date(2026, 8, 21), time(9, 30))),
        ("2026-08-21 09:30:00", (date(2026, 8, 21), time(9, 30))),
        ("21.08.2026, 9 Uhr", (date(2026, 8, 21), time(9))),
        ("", None),
    ],
)
def test_days_perhaps_with_a_time(cell, day):
    assert DayCell().clean(cell) == day


@pytest.mark.parametrize("cell", ["31.02.2026", "0001-01-01", "9999-12-31", "morgen", "2026-08-21T25:00"])
def test_what_is_no_day(cell):
    assert len(refusal(DayCell(), cell)) == 1


@pytest.mark.parametrize(("cell", "clock"), [("9:30", time(9, 30)), ("9.30 Uhr", time(9, 30)), ("", None)])
def test_times(cell, clock):
    assert TimeCell().clean(cell) == clock


def test_districts_are_found_by_name(region):
    assert DISTRICT.clean("altSTADT", region).slug == "altstadt"
    assert DISTRICT.clean("", region) is None
    with pytest.raises(ValidationError) as refused:
        DISTRICT.clean("Unterstadt", region)
    assert refused.value.messages == ["„Unterstadt“ kennen wir nicht. Möglich sind: Altstadt, Auendorf."]


def test_topics_are_found_in_both_languages(region):
    assert MAIN_TOPIC.clean("Sports", region) == Topic.objects.get(slug="sport")
    assert TOPICS.clean("Kultur; sport", region) == [Topic.objects.get(slug="kultur"), Topic.objects.get(slug="sport")]


def test_topics_of_another_region_are_unknown(other_region):
    with pytest.raises(ValidationError):
        MAIN_TOPIC.clean("Sport", other_region)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (
            "a\0b",
            "Kurz gesagt: Der Text enthält ein Zeichen, das wir nicht speichern können. Bitte tippen Sie ihn neu.",
        ),
        (
            "a\ud800b",
            "Kurz gesagt: Der Text enthält ein beschädigtes Zeichen. Bitte tippen Sie ihn neu, statt ihn einzufügen.",
        ),
        (
            "x" * 301,
            "Kurz gesagt: Das ist zu lang: 301 Zeichen, höchstens 300 sind möglich. Bitte kürzen Sie.",
        ),
    ],
)
def test_problems_say_which_column(region, cell, problem):
    from allmende.entries.imports.columns import SUMMARY

    assert cleaned([SUMMARY], {"summary": cell}, region) == ({}, [problem])


def test_bidi_controls_go(region):
    from allmende.entries.imports.columns import SUMMARY

    assert cleaned([SUMMARY], {"summary": "ab\u202ecd\u2066"}, region) == ({"summary": "abcd"}, [])
