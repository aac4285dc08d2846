"""Tables and JSON of entries that anybody may read, in the columns in which an import reads them again.

What is private is in no column: see ``Column.read``. Everything that depends on the request (language, address) is read
before the first row is given, since a streamed answer comes after the request is over.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from allmende.core.tables import write_csv, write_xlsx
from allmende.entries.imports.columns import (
    BODY,
    DISTRICT,
    FOREIGN_ID,
    MAIN_TOPIC,
    SUMMARY,
    TOPICS,
    Column,
    title_column,
)
from allmende.entries.imports.importers import importers
from allmende.entries.kinds import url_name
from allmende.entries.models import Entry
from allmende.regions.models import Region

# Of a kind that cannot be imported.
ENVELOPE = (FOREIGN_ID, title_column(_("Titel"), "", example=""), SUMMARY, BODY, MAIN_TOPIC, TOPICS, DISTRICT)
Lots = Iterable[list[Entry]]


class Export:
    """What a kind gives out in a region: ``csv``, ``xlsx`` and ``json`` of lots of entries."""

    def __init__(self, kind: str, region: Region) -> None:
        own = importers()[kind].columns if kind in importers() else ENVELOPE
        self.kind, self.region = kind, region
        self.columns = [column for column in own if column.read]
        self.header = [str(column.label) for column in self.columns] + [str(_("Seite auf dieser Plattform"))]
        self.words = {column.name: _words(column) for column in self.columns}
        self.before, _zero, self.after = region.url(url_name(kind, "detail"), 0).rpartition("0")

    def csv(self, lots: Lots) -> Iterator[bytes]:
        return write_csv(self.header, self._rows(lots))

    def xlsx(self, lots: Lots) -> BinaryIO:
        """An open temporary file; the caller closes it."""
        return write_xlsx(self.header, self._rows(lots))

    def json(self, lots: Lots) -> Iterator[bytes]:
        head = json.dumps({"region": self.region.slug, "kind": self.kind})
        yield f'{head[:-1]}, "entries": ['.encode()
        between = "\n"
        for lot in lots:
            text = ",\n".join(
                json.dumps(self._facts(entry), ensure_ascii=False, cls=DjangoJSONEncoder) for entry in lot
            )
            yield f"{between}{text}".encode()
            between = ",\n"
        yield b"\n]}\n"

    def page(self, entry: Entry) -> str:
        """The address of the entry's page."""
        return f"{self.before}{entry.pk}{self.after}"

    def _rows(self, lots: Lots) -> Iterator[list[str]]:
        for lot in lots:
            for entry in lot:
                yield [*(self._text(column, entry) for column in self.columns), self.page(entry)]

    def _facts(self, entry: Entry) -> dict[str, Any]:
        return {column.name: _value(column, entry) for column in self.columns} | {"page": self.page(entry)}

    def _text(self, column: Column, entry: Entry) -> str:
        value, words = _value(column, entry), self.words[column.name]
        if isinstance(value, list):
            return "; ".join(words.get(part) or str(part) for part in value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "ja" if value else "nein"
        return words.get(value, str(value))


def _value(column: Column, entry: Entry) -> Any:
    return column.read(entry) if column.read else None


def _words(column: Column) -> dict[Any, str]:
    """Code -> label of a column with a few words, in the reader's language."""
    choices: dict[Any, Any] = getattr(column.field, "choices", {})
    return {code: str(label) for code, label in choices.items()}
