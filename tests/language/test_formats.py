"""Days, times, numbers and plurals as people read them in their language."""

from datetime import datetime

import pytest
from django.template import Context, Template
from django.utils import formats, translation
from django.utils.translation import ngettext

EVENING = datetime(2026, 12, 24, 19, 30)  # how it is written has nothing to do with zones
FORMATS = {
    "DATE_FORMAT": ("24. Dezember 2026", "24 December 2026"),
    "DATETIME_FORMAT": ("24. Dezember 2026, 19:30", "24 December 2026, 19:30"),
    "SHORT_DATE_FORMAT": ("24.12.2026", "24 Dec 2026"),
    "SHORT_DATETIME_FORMAT": ("24.12.2026, 19:30", "24 Dec 2026, 19:30"),
    "TIME_FORMAT": ("19:30", "19:30"),
    "WEEKDAY_DATE_FORMAT": ("Do, 24.12.2026", "Thu, 24 Dec 2026"),
    "SHORT_MONTH_DAY_FORMAT": ("24.12.", "24 Dec"),
    "AFTER_DAY_FORMAT": (". Dez", " Dec"),
    "YEAR_MONTH_FORMAT": ("Dezember 2026", "December 2026"),
}


@pytest.mark.parametrize("language", ["de", "en"])
def test_days_and_times(language):
    with translation.override(language):
        shown = {name: formats.date_format(EVENING, name) for name in FORMATS}

    assert shown == {name: both[language == "en"] for name, both in FORMATS.items()}


@pytest.mark.parametrize(("language", "shown"), [("de", "24.12.2026"), ("en", "24 Dec 2026")])
def test_templates_know_the_names_of_formats(language, shown):
    with translation.override(language):
        text = Template('{{ day|date:"SHORT_DATE_FORMAT" }}').render(Context({"day": EVENING}))

    assert text == shown


@pytest.mark.parametrize(("language", "shown"), [("de", "4,5"), ("en", "4.5")])
def test_numbers(language, shown):
    with translation.override(language):
        assert formats.localize(4.5) == shown


def test_the_week_begins_on_monday_in_both():
    with translation.override("en"):
        english = formats.get_format("FIRST_DAY_OF_WEEK")
    with translation.override("de"):
        german = formats.get_format("FIRST_DAY_OF_WEEK")

    assert (german, english) == (1, 1)


@pytest.mark.parametrize(
    ("language", "forms"),
    [("de", ["%s Einträge", "%s Eintrag", "%s Einträge"]), ("en", ["%s entries", "%s entry", "%s entries"])],
)
def test_plurals(language, forms):
    """German has no catalogue: Django's own rule for it applies to our texts as well."""
    one, many = "%(counter)s Eintrag", "%(counter)s Einträge"

    with translation.override(language):
        shown = [ngettext(one, many, number) % {"counter": "%s"} for number in (0, 1, 2)]

    assert shown == forms
