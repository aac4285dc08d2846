"""Reads a table by what it is, not by what its file is called."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from allmende.core.tables.rows import MAX_BYTES, MAX_COLUMNS, Table, table_of, too_many_columns, unreadable
from allmende.core.tables.xlsx import xlsx_lines
from allmende.core.text import encoding_of

_SAMPLE = 50  # records
_DELIMITERS = ";,\t|"
_UNREADABLE = _("Diese Datei ist keine Tabelle, die wir lesen können. Bitte speichern Sie sie als CSV oder XLSX.")
_OLD_EXCEL = _(
    "Diese Tabelle ist aus einem alten Excel oder mit einem Passwort geschützt. "
    "Bitte speichern Sie sie ohne Passwort als XLSX oder CSV."
)
_BINARY = re.compile(r"[\0-\x08\x0e-\x1a]")


def read_table(file: BinaryIO | File, filename: str = "") -> Table:
    """Return the table in a CSV (any usual encoding and delimiter) or XLSX file, which must stay open for its rows.

    The rows are read as they are asked for. Raises ValidationError ``table_too_big``, ``table_type``,
    ``table_empty``, ``table_columns``, and while reading ``table_rows`` or ``table_broken``.
    ``filename`` helps only to choose between delimiters (``.tsv``).
    """
    _refuse_big(file)
    start = file.read(4096)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return table_of(xlsx_lines(file))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise unreadable(_OLD_EXCEL)
    if re.match(rb"\s*(?:%PDF|\{\\rtf|<)", start):
        raise unreadable(_UNREADABLE)
    return table_of(_csv_lines(file, filename))


def _refuse_big(file: BinaryIO | File) -> None:
    size = file.seek(0, io.SEEK_END) or file.tell()
    file.seek(0)
    if size > MAX_BYTES:
        raise unreadable(
            _("Diese Datei ist zu groß: Höchstens %(limit)d MB sind möglich. Bitte teilen Sie sie auf."),
            "table_too_big",
            limit=MAX_BYTES // 1024**2,
        )


def _csv_lines(file: BinaryIO | File, filename: str) -> Iterator[tuple[int, list[str]]]:
    encoding = encoding_of(file)
    sample = _sample(file, encoding)
    if _BINARY.search(sample):
        raise unreadable(_UNREADABLE)
    delimiter = "\t" if filename.lower().endswith(".tsv") else _delimiter(sample)
    file.seek(0)
    text = _text(file, encoding)
    return _records(text, delimiter, skip=_skipped(sample))


def _text(file: BinaryIO | File, encoding: str) -> Iterator[str]:
    # Python knows no sign for five bytes of Windows-1252: one of them should not cost the whole file.
    lent = io.TextIOWrapper(_Unclosed(file), encoding, errors="replace", newline="")  # type: ignore[type-var]  # it needs no more than read
    return iter(lent)


class _Unclosed(io.RawIOBase):
    """Lends a file to a TextIOWrapper, which would close it once nobody holds the wrapper any more."""

    def __init__(self, file: BinaryIO | File) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return bytes(self._file.read(size))

    read1 = read


def _sample(file: BinaryIO | File, encoding: str) -> str:
    file.seek(0)
    return file.read(65536).decode(encoding, errors="replace")


def _skipped(sample: str) -> int:
    """Excel's own hint, ``sep=;``, may stand before the header."""
    return 1 if re.match(r"sep=.\r?\n", sample) else 0


def _delimiter(sample: str) -> str:
    """The sign that cuts the header into at least two parts and most of the first records into as many; of several
    the one that cuts more. A comma inside of texts cuts every record differently.
    """
    told = re.match(r"sep=(.)\r?\n", sample)
    if told:
        return told[1]
    return max(_DELIMITERS, key=lambda sign: _fit(sample, sign))


def _fit(sample: str, delimiter: str) -> tuple[bool, float, int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = [len(record) for record in islice(reader, _SAMPLE) if record]
    except csv.Error:
        return (False, 0.0, 0)
    if not widths or widths[0] < 2:  # one column is none
        return (False, 0.0, 0)
    # The last record of the sample may be cut off.
    return (True, Counter(widths[:-1] or widths)[widths[0]] / len(widths), widths[0])


def _records(text: Iterator[str], delimiter: str, *, skip: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=delimiter)
    line = 0
    try:
        for number, record in enumerate(reader):
            if number >= skip:
                yield line + 1, [cell.strip() for cell in _bounded(record)]
            line = reader.line_num
    except csv.Error as error:
        raise _broken(reader.line_num) from error


def _bounded(record: list[str]) -> list[str]:
    if len(record) > MAX_COLUMNS and any(record[MAX_COLUMNS:]):
        raise too_many_columns()
    return record[:MAX_COLUMNS]


def _broken(line: int) -> ValidationError:
    return unreadable(
        _("Ab Zeile %(line)d können wir diese Tabelle nicht lesen. Fehlt dort ein Anführungszeichen?"),
        "table_broken",
        line=line,
    )
