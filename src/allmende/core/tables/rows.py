"""What a table is once it is read, whatever the file was; and the bounds of every table."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.text import clean

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 100
MAX_CELL = 20_000  # characters
# What a spreadsheet takes for a formula at the start of a cell (OWASP, "CSV injection"), also in full width.
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
_PROTECTED = re.compile(rf"'+{FORMULA.pattern}")


class Row(NamedTuple):
    """A row as people see it: its line in the file (the first is 1), its text by column, and what is wrong with it."""

    line: int
    cells: dict[str, str]
    problem: ValidationError | None = None


@dataclass(frozen=True)
class Table:
    """A header and rows that are read one by one while the file is open, once."""

    header: list[str]
    rows: Iterator[Row]


def table_of(lines: Iterable[tuple[int, list[str]]]) -> Table:
    """Return the table whose first line that is not empty is the header. Raises ValidationError if there is none.

    A row that is too wide or has too long a cell is given with its problem; the row after the last one that may be
    raises ValidationError ``table_rows``.
    """
    filled = ((line, cells) for line, cells in lines if any(cells))
    _line, first = next(filled, (0, []))
    header = _header(first)
    return Table(header, _rows(header, filled))


def unprotected(cell: str) -> str:
    """Return the cell without the apostrophe that ``writing.protected`` (or a person) put before a formula."""
    return cell[1:] if _PROTECTED.match(cell) else cell


def unreadable(reason: Any, code: str = "table_type", **params: Any) -> ValidationError:
    """Return the error with the (lazy) text."""
    return ValidationError(reason, code=code, params=params)


def too_many_columns() -> ValidationError:
    return unreadable(
        _("Diese Tabelle hat zu viele Spalten: Höchstens %(limit)d sind möglich."), "table_columns", limit=MAX_COLUMNS
    )


def too_many_rows() -> ValidationError:
    return unreadable(
        _("Diese Tabelle ist zu lang: Höchstens %(limit)d Zeilen sind möglich. Bitte teilen Sie sie auf."),
        "table_rows",
        limit=MAX_ROWS,
    )


def _header(first: list[str]) -> list[str]:
    while first and not first[-1]:
        first.pop()
    if not first:
        raise unreadable(
            _("Diese Tabelle ist leer. Die erste Zeile muss sagen, was in den Spalten steht."), "table_empty"
        )
    if len(first) > MAX_COLUMNS:
        raise too_many_columns()
    return _told_apart([clean(name, lines=False)[:200] or f"({place})" for place, name in enumerate(first, 1)])


def _told_apart(names: list[str]) -> list[str]:
    header: list[str] = []
    for name in names:
        numbered = (f"{name} ({number})" for number in count(2))
        header.append(name if name not in header else next(other for other in numbered if other not in header))
    return header


def _rows(header: list[str], lines: Iterator[tuple[int, list[str]]]) -> Iterator[Row]:
    for number, (line, cells) in enumerate(lines, 1):
        if number > MAX_ROWS:
            raise too_many_rows()
        yield Row(line, dict(zip(header, _filled_up(cells, len(header)), strict=False)), _problem(header, cells))


def _filled_up(cells: list[str], width: int) -> list[str]:
    return [unprotected(cell[: MAX_CELL + 1])[:MAX_CELL] for cell in cells] + [""] * (width - len(cells))


def _problem(header: list[str], cells: list[str]) -> ValidationError | None:
    if any(cells[len(header) :]):
        return unreadable(
            _("Diese Zeile hat mehr Spalten als die erste. Steht ein Trennzeichen im Text?"), "row_too_wide"
        )
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > MAX_CELL:
            message = _("Der Text in der Spalte „%(column)s“ ist zu lang: Höchstens %(limit)d Zeichen sind möglich.")
            return unreadable(message, "cell_too_long", column=name, limit=MAX_CELL)
    return None
