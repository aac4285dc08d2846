"""Writes tables that a spreadsheet opens without running anything, and that ``read_table`` reads back unchanged."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from tempfile import TemporaryFile
from typing import BinaryIO, cast

import openpyxl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from allmende.core.tables.rows import FORMULA

_TO_PROTECT = re.compile(rf"'*{FORMULA.pattern}")
_ONLY_QUOTED = re.compile(rf"'+{FORMULA.pattern}")
_AT_ONCE = 500  # rows


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Give the table in pieces: UTF-8 with a byte order mark and semicolons, as Excel expects it in German.

    A cell that begins like a formula gets an apostrophe before it; ``read_table`` takes it off again.
    """
    lines = _Lines()
    writer = csv.writer(lines, delimiter=";")
    writer.writerow([protected(cell) for cell in header])
    yield b"\xef\xbb\xbf" + lines.taken()
    for number, row in enumerate(rows, 1):
        writer.writerow([protected(cell) for cell in row])
        if number % _AT_ONCE == 0:
            yield lines.taken()
    yield lines.taken()


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[str]]) -> BinaryIO:
    """Return an open temporary file with the table, at its start; the caller closes it (FileResponse does).

    Every cell is marked as text, so none can be a formula and none needs an apostrophe that people would see.
    """
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in chain([header], rows):
        sheet.append([_text_cell(sheet, cell) for cell in row])
    file = cast("BinaryIO", TemporaryFile())  # noqa: SIM115  # the caller closes it
    book.save(file)
    file.seek(0)
    return file


def protected(cell: str) -> str:
    """Return the cell with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{cell}" if _TO_PROTECT.match(cell) else cell


def _text_cell(sheet: object, cell: str) -> Cell | str | None:
    """None for an empty cell: in most tables every third one is."""
    text = ILLEGAL_CHARACTERS_RE.sub("", cell)
    shown = f"'{text}" if _ONLY_QUOTED.match(text) else text
    if not shown.startswith(("=", "#")):  # what openpyxl takes for a formula, and for an error
        return shown or None
    marked = WriteOnlyCell(sheet)
    marked.value, marked.data_type = shown, "s"
    return marked


class _Lines:
    """Where the csv module writes: keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, text: str) -> int:
        self._written.append(text)
        return len(text)

    def taken(self) -> bytes:
        content = "".join(self._written).encode()
        self._written.clear()
        return content
