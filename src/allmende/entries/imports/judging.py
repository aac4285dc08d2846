"""What becomes of a record: prepared without the database, then held against what is there."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from allmende.core.text import fold
from allmende.entries.imports.cells import showable
from allmende.entries.imports.columns import cleaned
from allmende.entries.imports.importers import Importer, Record
from allmende.entries.imports.names import Decision, meant
from allmende.entries.imports.queries import (
    entries_by_foreign_id,
    entries_by_pk,
    entries_by_title,
    entries_so_far,
    keys_so_far,
    profiles_of,
)
from allmende.entries.kinds import url_name
from allmende.entries.models import Entry, ImportLine, ImportRun, Status
from allmende.entries.permissions import can_edit
from allmende.regions.models import Region

Result = ImportLine.Result
ORIGIN = ("foreign_id", "page")  # columns that say which entry it is, and are no values of it


@dataclass
class Prepared:
    """A record with its cells made into values; ``problems`` if that was not possible."""

    record: Record
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    foreign_id: str = ""
    page: int = 0
    name: str = ""

    @property
    def label(self) -> str:
        return showable(str(self.values.get("title") or self.record.cells.get("title", "")))[:200]


@dataclass
class Verdict:
    """``values`` has all of a new entry, of a known one what differs; ``before`` what was there."""

    prepared: Prepared
    result: str
    message: str = ""
    entry: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    organisation: int | None = None
    keys: list[str] = field(default_factory=list)


class PageNumbers:
    """Knows the pages of a kind in a region by their address, as an export gives them out."""

    def __init__(self, importer: Importer, region: Region) -> None:
        before, _zero, after = region.url(url_name(importer.kind, "detail"), 0).rpartition("0")
        self.pattern = re.compile(rf"{re.escape(before)}(\d{{1,18}}){re.escape(after)}")

    def of(self, address: str) -> int:
        """The entry's id, or 0 for a page that is none of ours."""
        match = self.pattern.fullmatch(address)
        return int(match[1]) if match else 0


def prepare(importer: Importer, record: Record, region: Region, pages: PageNumbers) -> Prepared:
    """Clean the cells and make values of them; what is wrong comes back as sentences."""
    prepared = Prepared(record)
    if record.problem is not None:
        prepared.problems = list(record.problem.messages)
        return prepared
    cells, prepared.problems = cleaned(importer.columns, record.cells, region)
    prepared.foreign_id, prepared.page = cells.pop("foreign_id", ""), pages.of(cells.pop("page", ""))
    if importer.names:
        prepared.name = cells.get(importer.names, "")
    if not prepared.problems:
        prepared.values, prepared.problems = importer.checked(cells, region)
    return prepared


class Ledger:
    """What is known while a file is gone through; ``fetch`` reads the entries of a lot before it is judged."""

    def __init__(self, run: ImportRun, importer: Importer) -> None:
        self.run, self.importer, self.region = run, importer, run.region
        self.names: dict[str, Decision] = dict(run.names)
        self.seen = keys_so_far(run) if run.pk else {}
        self.touched = entries_so_far(run) if run.pk else {}
        self.by_id: dict[str, Any] = {}
        self.by_page: dict[int, Any] = {}
        self.by_title: dict[str, list[Any]] = {}
        self.by_organisation: dict[int, Any] = {}

    def fetch(self, lot: Sequence[Prepared]) -> None:
        model, region = self.importer.model, self.region
        good = [prepared for prepared in lot if not prepared.problems]
        self.by_id = entries_by_foreign_id(model, region, self.run.source, [one.foreign_id for one in good])
        self.by_page = entries_by_pk(model, region, [one.page for one in good if one.page])
        rest = [one for one in good if one.foreign_id not in self.by_id and one.page not in self.by_page]
        self.by_title = entries_by_title(model, region, [_sort_key(one) for one in rest])
        if self.importer.founds:
            linked = {self.names[one.name]["organisation"] for one in rest if self._does(one, "link")}
            self.by_organisation = profiles_of(model, region, linked)

    def judge(self, prepared: Prepared, propose: Callable[[str], int | None]) -> Verdict:
        """``propose`` gives the id of an organisation for a name that was decided to be a new one."""
        if prepared.problems:
            return Verdict(prepared, Result.REFUSED, "\n".join(prepared.problems))
        keys = [f"id:{prepared.foreign_id}"] if prepared.foreign_id else []
        keys.append(f"is:{self.importer.key(prepared.values)}"[:500])
        entry = self._known(prepared)
        if refusal := self._refusal(prepared, keys, entry):
            return Verdict(prepared, Result.REFUSED, refusal)
        self.seen |= dict.fromkeys(keys, prepared.record.number)
        if entry is None:
            values = self.importer.fit(prepared.values, None)
            return Verdict(
                prepared, Result.CREATED, values=values, organisation=self._meant(prepared, propose), keys=keys
            )
        self.touched[entry.pk] = prepared.record.number
        return self._compared(prepared, entry, keys, propose)

    def _known(self, prepared: Prepared) -> Any:
        """The entry that the record speaks of: by id, by its page here, by what a person decided, by its title."""
        if prepared.foreign_id in self.by_id:
            return self.by_id[prepared.foreign_id]
        if prepared.page in self.by_page:
            return self.by_page[prepared.page]
        if self.importer.founds and self._does(prepared, "link"):
            return self.by_organisation.get(self.names[prepared.name]["organisation"])
        if self.importer.founds and self._does(prepared, "new"):
            return None
        # An entry that another source keeps under an id of its own may be another one with the same title.
        same = (
            entry
            for entry in self.by_title.get(_sort_key(prepared), [])
            if self.importer.is_same(entry, prepared.values)
            and not (prepared.foreign_id and entry.pk in self.touched)
            and (self.importer.founds or not (prepared.foreign_id and entry.foreign_id))
        )
        return next(same, None)

    def _refusal(self, prepared: Prepared, keys: list[str], entry: Any) -> str:
        if self.importer.founds and self._does(prepared, "text"):
            return _("Ausgelassen, wie Sie es bei der Frage nach dem Namen gewählt haben.")
        line = self.seen.get(keys[0]) or (self.touched.get(entry.pk) if entry else None)
        if line is not None:
            return _("Doppelt: Dasselbe steht schon in Zeile %(line)d.") % {"line": line}
        if entry is not None and self.run.by is not None and not can_edit(self.run.by, entry):
            return _("Den Eintrag gibt es schon, aber Sie dürfen ihn nicht ändern.")
        return ""

    def _does(self, prepared: Prepared, what: str) -> bool:
        return self.names.get(prepared.name, {}).get("do") == what

    def _meant(self, prepared: Prepared, propose: Callable[[str], int | None]) -> int | None:
        if self.importer.founds or not prepared.name:
            return None
        return meant(prepared.name, self.names, propose)

    def _compared(
        self, prepared: Prepared, entry: Any, keys: list[str], propose: Callable[[str], int | None]
    ) -> Verdict:
        wanted = self.importer.fit(prepared.values, entry) | self._origin(prepared, entry)
        wanted |= self._organisation(prepared, entry, propose)
        if not prepared.foreign_id and prepared.page not in self.by_page:
            del wanted["title"]  # by the name the entry was found: that it is written otherwise renames nothing
        values, before = differing(entry, wanted)
        result = Result.CHANGED if values else Result.UNCHANGED
        return Verdict(prepared, result, entry=entry, values=values, before=before, keys=keys)

    def _origin(self, prepared: Prepared, entry: Entry) -> dict[str, Any]:
        """An entry without an id takes that of the file; a proposal that comes in a table of editors is released."""
        origin: dict[str, Any] = {"licence": self.run.licence} if self.run.licence else {}
        if prepared.foreign_id and not entry.foreign_id and not prepared.page:
            origin |= {"source": self.run.source, "foreign_id": prepared.foreign_id}
        if entry.status == Status.WAITING and entry.source and not entry.user_id and self.importer.founds:
            origin["status"] = Status.PUBLIC
        return origin

    def _organisation(self, prepared: Prepared, entry: Any, propose: Callable[[str], int | None]) -> dict[str, Any]:
        """A link that an editor has set stays as long as the file says the same name."""
        if self.importer.founds or self.importer.names not in prepared.record.cells:
            return {}
        renamed = getattr(entry, self.importer.names) != prepared.name
        if not (renamed or entry.organisation_id is None):
            return {}
        return {"organisation_id": self._meant(prepared, propose)}


def _sort_key(prepared: Prepared) -> str:
    return fold(prepared.values["title"])[:200]


def differing(entry: Any, wanted: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the values those that the entry does not have yet, and what it has instead, as JSON keeps it."""
    values: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for name, value in wanted.items():
        own, kept = present(entry, name)
        if own != comparable(value):
            values[name], before[name] = value, kept
    for name, other in (("topics", "main_topic"), ("main_topic", "topics")):
        if name in values and other in wanted:  # both are written together
            values.setdefault(other, wanted[other])
            before.setdefault(other, present(entry, other)[1])
    return values, before


def present(entry: Any, name: str) -> tuple[Any, Any]:
    """What the entry has under the name: to compare, and as JSON keeps it."""
    if name == "spans":
        spans = [(span.starts_at, span.until if span.until > span.starts_at else None) for span in entry.spans.all()]
        return comparable(spans), [[_plain(part) for part in span] for span in spans]
    if name in {"topics", "main_topic"}:
        keys = [row.topic_id for row in entry.topic_rows.all() if row.main == (name == "main_topic")]
        return (sorted(keys), keys) if name == "topics" else ((keys or [None])[0], (keys or [None])[0])
    if name == "exact":
        known = exact_of(entry)
        return known, known
    value = getattr(entry, name)
    return comparable(value), _plain(value)


def exact_of(entry: Any) -> dict[str, Any]:
    """Where it is, in the words of entries.actions.place()."""
    hidden = getattr(entry, "exact_place", None)
    street = hidden.street if hidden else entry.place_text
    place = hidden or entry
    return {"street": street, "lat": place.lat, "lon": place.lon, "private": hidden is not None}


def comparable(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list) and value and isinstance(value[0], Model):
        return sorted(row.pk for row in value)
    return sorted(value) if isinstance(value, list) and value and isinstance(value[0], tuple) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date | datetime) else value


def labels_of(importer: Importer, names: Iterable[str]) -> list[str]:
    """Names of columns as people read them."""
    labels = {column.name: str(column.label) for column in importer.columns}
    return [labels[name] for name in names if name in labels]
