"""What a kind says of its imports: the columns, how cells become values, and when two entries are the same."""

from functools import cache
from importlib import import_module
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError

from allmende.core.modules import has_part, modules
from allmende.core.text import fold
from allmende.entries.imports.columns import Column
from allmende.entries.models import Entry
from allmende.regions.models import Region


class Record(NamedTuple):
    """A line of a file as people see it: its number there and its cells by our columns.

    A column that the file lacks is not in ``cells``; an empty cell says that there is nothing.
    """

    number: int
    cells: dict[str, str]
    problem: ValidationError | None = None


class Importer:
    """A module's ``imports.py`` makes one for each of its kinds and lists them as ``IMPORTERS``.

    ``names`` is the column that names an organisation. ``founds``: each new entry is the profile of a new organisation,
    and ``names`` says which one it is.
    """

    model: ClassVar[type[Entry]]
    columns: ClassVar[tuple[Column, ...]]
    names: ClassVar[str] = ""
    founds: ClassVar[bool] = False
    shown: ClassVar[tuple[str, ...]] = ("title",)  # columns of the first look

    @property
    def kind(self) -> str:
        return self.model.kind_slug

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def read_calendar(self, data: bytes, *, zone: ZoneInfo, source: str) -> list[Record] | None:
        """The events of an ICS file; None if this kind has no dates."""
        return None

    def values(self, cells: dict[str, Any], region: Region) -> dict[str, Any]:
        """What entries.actions.create() and edit() take, of the cleaned cells. Raises ValidationError."""
        return cells

    def checked(self, cells: dict[str, Any], region: Region) -> tuple[dict[str, Any], list[str]]:
        """values(), and what is wrong with the cells taken together, one sentence each."""
        try:
            return self.values(cells, region), []
        except ValidationError as error:
            return {}, list(error.messages)

    def fit(self, values: dict[str, Any], entry: Any) -> dict[str, Any]:
        """The values beside what the entry (None: a new one) has already, where a file need not say all."""
        if ("topics" in values) == ("main_topic" in values):
            return values
        rows = list(entry.topic_rows.all()) if entry else []
        if "main_topic" in values:
            return {**values, "topics": [row.topic for row in rows if not row.main]}
        main = next((row.topic for row in rows if row.main), None) or next(iter(values["topics"]), None)
        return {**values, "main_topic": main, "topics": [topic for topic in values["topics"] if topic != main]}

    def is_same(self, entry: Entry, values: dict[str, Any]) -> bool:
        """Is the entry, whose folded title is the same, what a line without an id speaks of?"""
        return True

    def key(self, values: dict[str, Any]) -> str:
        """What is_same() compares, in one text: no two lines of a file may have the same."""
        return fold(values["title"])


@cache
def importers() -> dict[str, Importer]:
    """Kind -> importer, in the order of the modules."""
    found: dict[str, Importer] = {}
    for module in modules():
        if has_part(module, "imports"):
            found |= {each.kind: each for each in import_module(f"{module.name}.imports").IMPORTERS}
    return found


def importer_for(kind: str) -> Importer:
    """Raises KeyError for a kind that cannot be imported."""
    return importers()[kind]
