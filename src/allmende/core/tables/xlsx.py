"""Reads the first sheet of an Excel file: values, never formulas, and no more of it than fits."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import openpyxl
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from allmende.core.tables.rows import MAX_COLUMNS, MAX_ROWS, too_many_columns, too_many_rows, unreadable

MAX_UNPACKED = 200 * 1024 * 1024
MAX_SHARED = 50 * 1024 * 1024  # texts and styles are held in memory as a whole
MAX_RATIO = 200  # real sheets shrink to a tenth, rarely to a fiftieth
_SMALL = 1024 * 1024  # below this a ratio says nothing
_MAX_PARTS = 2000
_LAST_LINE = 2 * MAX_ROWS  # empty lines between count as well
_UNREADABLE = _("Diese Datei ist keine Tabelle, die wir lesen können. Bitte speichern Sie sie neu als XLSX oder CSV.")
_BOMB = _("Diese Tabelle ist ausgepackt zu groß. Bitte kopieren Sie nur die Zellen mit Inhalt in eine neue Datei.")


def xlsx_lines(file: BinaryIO | File) -> Iterator[tuple[int, list[str]]]:
    """Return line numbers and texts of the first sheet; numbers and days as people would write them, days in ISO 8601.

    Raises ValidationError ``table_type``, ``table_bomb``, ``table_columns``, ``table_rows``.
    """
    _refuse_bomb(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong, or a trap
    except Exception as error:  # broken files make the reader raise whatever there is
        raise unreadable(_UNREADABLE) from error
    return _lines(sheet)


def _refuse_bomb(file: BinaryIO | File) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise unreadable(_UNREADABLE) from error
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise unreadable(_UNREADABLE)
    # The reader gives no more than the header of a part promises, so its promise can be trusted.
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED or any(map(_explodes, parts)):
        raise unreadable(_BOMB, "table_bomb")


def _explodes(part: zipfile.ZipInfo) -> bool:
    sheet = part.filename.startswith("xl/worksheets/")
    dense = part.file_size > _SMALL and part.file_size > MAX_RATIO * part.compress_size
    return dense or (part.file_size > MAX_SHARED and not sheet)


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(_whole(sheet.iter_rows(max_col=MAX_COLUMNS + 1)), 1):
        if line > _LAST_LINE:
            raise too_many_rows()
        cells = [_text(cell) for cell in row]
        if any(cells[MAX_COLUMNS:]):
            raise too_many_columns()
        yield line, cells[:MAX_COLUMNS]


def _whole(rows: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from rows
    except Exception as error:
        raise unreadable(_UNREADABLE) from error


def _text(cell: Any) -> str:
    value = cell.value
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    if isinstance(value, date | time | timedelta):
        return _time(value)
    return "" if value is None else str(value).strip()


def _time(value: date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        return _clock(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return value.isoformat(timespec="minutes") if isinstance(value, datetime | time) else value.isoformat()


def _number(value: float, shown_as: str) -> str:
    plain = str(int(value)) if value == int(value) else repr(value)
    # A postcode that begins with 0 is a number that is shown with five digits.
    return plain.zfill(len(shown_as)) if re.fullmatch(r"0{2,20}", shown_as) else plain


def _clock(value: timedelta) -> str:
    minutes = int(value.total_seconds()) // 60
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
