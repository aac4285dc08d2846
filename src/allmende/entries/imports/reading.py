"""Opens a file by what it is: a table (CSV, XLSX), JSON, or a calendar."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.files import private_path
from allmende.core.tables import match_columns, read_table
from allmende.core.tables.rows import MAX_ROWS
from allmende.core.text import encoding_of
from allmende.entries.imports.cells import showable
from allmende.entries.imports.importers import Importer, Record, importer_for
from allmende.entries.models import ImportRun

MOST_KEYS, LONGEST_KEY = 100, 200


@dataclass(frozen=True)
class Source:
    """A file that was opened. ``header`` has the headings of a table; a format that knows our columns has none.

    ``read`` gives all records anew each time: of a table the columns by heading are asked.
    """

    header: list[str]
    read: Callable[[dict[str, str]], Iterator[Record]]
    total: int | None = None  # where reading is counting
    columns: list[str] = field(default_factory=list)  # that a format without headings has


def open_source(run: ImportRun) -> Source:
    """Raises ValidationError for a file that is none of the formats, FileNotFoundError if it is gone."""
    importer = importer_for(run.kind)
    path = private_path(run.file_path)
    start = _start(path)
    if re.match(r"\s*[\[{]", start):
        return _json(path, importer)
    if re.match(r"\s*BEGIN:VCALENDAR", start, re.IGNORECASE):
        return _calendar(path, importer, run)
    return _table(path, run.file_name)


def matched(source: Source, importer: Importer) -> dict[str, str]:
    """Heading -> column, as far as headings are recognised."""
    return match_columns(source.header, {column.name: column.words() for column in importer.columns})


def missing(columns: dict[str, str], importer: Importer) -> list[str]:
    """Labels of the columns that must be there and are not."""
    return [str(column.label) for column in importer.columns if column.required and column.name not in columns.values()]


def refuse_missing(source: Source, columns: dict[str, str], importer: Importer) -> None:
    """Raise ValidationError if a table lacks what must be there."""
    if source.header and (lacking := missing(columns, importer)):
        raise ValidationError(
            _("In der Tabelle fehlt: %(missing)s. Gefunden haben wir: %(found)s."),
            code="columns",
            params={"missing": ", ".join(lacking), "found": ", ".join(source.header)},
        )


def _start(path: Path) -> str:
    with path.open("rb") as file:
        encoding = encoding_of(file)
        return file.read(1024).decode(encoding, errors="replace")


def _table(path: Path, name: str) -> Source:
    with path.open("rb") as file:
        header = read_table(file, name).header

    def read(columns: dict[str, str]) -> Iterator[Record]:
        with path.open("rb") as file:
            for row in read_table(file, name).rows:
                cells = {column: row.cells.get(heading, "") for heading, column in columns.items()}
                yield Record(row.line, cells, row.problem)

    return Source(header, read)


def _calendar(path: Path, importer: Importer, run: ImportRun) -> Source:
    records = importer.read_calendar(path.read_bytes(), zone=run.region.zone, source=run.source)
    if records is None:
        raise ValidationError(_("Ein Kalender enthält keine Einträge dieser Art."), code="calendar_kind")
    names = [column.name for column in importer.columns]
    there = {name for record in records for name, cell in record.cells.items() if cell}

    def read(_columns: dict[str, str]) -> Iterator[Record]:
        # What no event of the file has, the file lacks; what others have and this one lacks is empty.
        for record in records:
            yield record._replace(cells={name: record.cells.get(name, "") for name in names if name in there})

    return Source([], read, len(records), [name for name in names if name in there])


def _json(path: Path, importer: Importer) -> Source:
    rows = _rows(path)
    header = list(
        dict.fromkeys(
            key
            for row in rows
            if isinstance(row, dict)
            for key in row
            if len(key) <= LONGEST_KEY and showable(key) == key
        )
    )[:MOST_KEYS]
    if not header:
        raise ValidationError(_("In dieser JSON-Datei finden wir keine Liste von Einträgen."), code="json_list")

    def read(columns: dict[str, str]) -> Iterator[Record]:
        for number, row in enumerate(rows, 1):
            yield _record(number, row, columns)

    return Source(header, read, len(rows))


def _rows(path: Path) -> list[Any]:
    data = path.read_bytes()
    with path.open("rb") as file:
        encoding = encoding_of(file)
    try:
        content = json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        raise ValidationError(
            _("Diese JSON-Datei ist beschädigt oder unvollständig. Bitte laden Sie sie noch einmal herunter."),
            code="json",
        ) from error
    rows = content if isinstance(content, list) else _first_list(content)
    if len(rows) > MAX_ROWS:
        raise ValidationError(
            _("Diese Datei ist zu lang: Höchstens %(limit)d Einträge sind möglich. Bitte teilen Sie sie auf."),
            code="json_rows",
            params={"limit": MAX_ROWS},
        )
    return rows


def _first_list(content: Any) -> list[Any]:
    lists = (value for value in content.values() if isinstance(value, list)) if isinstance(content, dict) else ()
    return next((found for found in lists if any(isinstance(row, dict) for row in found)), [])


def _record(number: int, row: Any, columns: dict[str, str]) -> Record:
    if not isinstance(row, dict):
        return Record(
            number, {}, ValidationError(_("Das ist kein Eintrag, sondern ein einzelner Wert."), code="json_row")
        )
    cells = {columns[key]: _cell(value) for key, value in row.items() if key in columns and not isinstance(value, dict)}
    return Record(number, {column: cells.get(column, "") for column in columns.values()})


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, list):
        return "; ".join(_cell(part) for part in value)
    return "" if value is None or isinstance(value, dict) else str(value)


def first_rows(source: Source, count: int) -> list[dict[str, str]]:
    """The first rows of a table by heading, as far as they can be read."""
    found: list[dict[str, str]] = []
    with suppress(ValidationError):  # the look through the whole file says why
        records = source.read({heading: heading for heading in source.header})
        found.extend(record.cells for record in islice(records, count))
    return found


def samples(heading: str, rows: list[dict[str, str]], longest: int) -> str:
    """What stands in a column, e.g. „TSV Lindach“, „Chor“."""
    cells = dict.fromkeys(" ".join(row.get(heading, "").split()) for row in rows)
    short = [showable(cell) if len(cell) <= longest else showable(f"{cell[:longest]}…") for cell in cells if cell]
    return ", ".join(str(_("„%(title)s“") % {"title": cell}) for cell in short[:3])
