"""What people write into the cells of a table, beside plain text, days and times."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import DateField, LineField, TextField, TimeField
from allmende.core.text import fold

LANGUAGES = ("de", "en")
_YES = {"ja", "j", "yes", "y", "true", "wahr", "1", "x"}
_NO = {"nein", "n", "no", "false", "falsch", "0"}
_DAY, _TIME = DateField(required=False), TimeField(required=False)
_BROKEN = re.compile("[\ud800-\udfff\0]")
_PARTS = re.compile(r"[;,\n|]")
_DAY_AND_TIME = re.compile(r"(\d{4}-\d\d-\d\d|\d{1,2}\.\s*\d{1,2}\.\s*\d{2,4})(?:T|,?\s+)(\d.*)")


class Cell(forms.Field):
    """A field whose value is no text. ``text`` gives the cleaned text that stands in the cell."""

    longest = 200
    lines = False

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, **options)

    @cached_property
    def cell(self) -> LineField:
        return (TextField if self.lines else LineField)(required=False, max_length=self.longest)

    def text(self, value: Any) -> str:
        return str(self.cell.clean(value))


class YesNoCell(Cell):
    """Ja, nein or nothing: True, False, None."""

    def to_python(self, value: Any) -> Any:
        word = fold(self.text(value))
        if word in _YES | _NO:
            return word in _YES
        if word:
            raise ValidationError(_("Bitte schreiben Sie „ja“ oder „nein“."), code="yes_no")
        return None


class WordCell(Cell):
    """One of a few words: the label that people read, the code, or another word for it. Gives the code."""

    def __init__(
        self,
        choices: Iterable[tuple[str, Any]],
        *,
        empty: str = "",
        words: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.choices, self.empty, self.other_words = dict(choices), empty, dict(words or {})

    @cached_property
    def known(self) -> dict[str, str]:
        """Folded word -> code; labels count in every language, so that an export can be read whoever made it."""
        words = {fold(code): code for code in self.choices} | self.other_words
        for language in LANGUAGES:
            with translation.override(language):
                words |= {fold(str(label)): code for code, label in self.choices.items()}
        return words

    def to_python(self, value: Any) -> str:
        text = self.text(value)
        word = fold(text)
        if word in self.known:
            return self.known[word]
        if word:
            raise unknown(text, [str(label) for label in self.choices.values()])
        return self.empty


class WordsCell(Cell):
    """Several words of a few, parted by semicolons or commas. Gives their codes."""

    longest = 2000

    def __init__(self, choices: Iterable[tuple[str, Any]], **options: Any) -> None:
        super().__init__(**options)
        self.one = WordCell(choices)

    @property
    def choices(self) -> dict[str, Any]:
        return self.one.choices

    def to_python(self, value: Any) -> list[str]:
        found = [self.one.to_python(part) for part in parts_of(self.text(value))]
        return list(dict.fromkeys(found))


class ListCell(Cell):
    """Texts parted by semicolons, commas or line breaks; ``most`` of them are kept, each as ``each`` says."""

    longest = 4000
    lines = True

    def __init__(self, each: forms.Field, *, most: int, pattern: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.each, self.most, self.pattern = each, most, re.compile(pattern) if pattern else _PARTS

    def to_python(self, value: Any) -> list[str]:
        cleaned = list(dict.fromkeys(self.each.clean(part) for part in parts_of(self.text(value), self.pattern)))
        if len(cleaned) > self.most:
            raise ValidationError(_("Höchstens %(most)d sind möglich."), code="too_many", params={"most": self.most})
        return cleaned


class NumberCell(Cell):
    """A number with a decimal point or comma between two bounds; None if empty."""

    def __init__(self, low: float, high: float, **options: Any) -> None:
        super().__init__(**options)
        self.low, self.high = low, high

    def to_python(self, value: Any) -> Any:
        text = self.text(value)
        if not text:
            return None
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = self.high + 1
        if not self.low <= number <= self.high:
            message = _("„%(text)s“ ist keine Zahl zwischen %(low)g und %(high)g.")
            raise ValidationError(
                message, code="number", params={"text": text[:40], "low": self.low, "high": self.high}
            )
        return number


class DayCell(Cell):
    """A day, perhaps with a time behind it, as many programs write both into one column. Gives both, or None."""

    def to_python(self, value: Any) -> Any:
        text = self.text(value)
        match = _DAY_AND_TIME.fullmatch(text)
        day, clock = match.groups() if match else (text, "")
        found = _DAY.clean(day)
        return None if found is None else (found, _TIME.clean(clock))


class TimeCell(Cell):
    """A time of the day; None if empty."""

    def to_python(self, value: Any) -> Any:
        return _TIME.clean(self.text(value))


DayAndTime = tuple[date, time | None]


def parts_of(text: str, pattern: re.Pattern[str] = _PARTS) -> list[str]:
    return [part.strip() for part in pattern.split(text or "") if part.strip()]


def showable(text: str) -> str:
    """The text without what no database stores: lines are shown even if they are refused for that."""
    return _BROKEN.sub("\ufffd", text)


def unknown(text: str, known: Iterable[str]) -> ValidationError:
    """The error for a word that is none of those that we know, which it names."""
    return ValidationError(
        _("„%(text)s“ kennen wir nicht. Möglich sind: %(known)s."),
        code="unknown",
        params={"text": text[:60], "known": ", ".join(known)},
    )
