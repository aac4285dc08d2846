"""Takes a run back, the last line first: what is untouched goes, what somebody worked on since stays."""

from collections.abc import Sequence
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _

from allmende.accounts.models import Organisation, User
from allmende.core.log import record
from allmende.entries.actions import change_state, edit, move
from allmende.entries.imports.actions.lots import APART, Taken
from allmende.entries.imports.gate import TURN
from allmende.entries.imports.importers import importer_for
from allmende.entries.models import Entry, ImportLine, ImportRun, Status, Topic
from allmende.entries.queries import specific

Undone = ImportLine.Undone
# Rows that every entry brings along; whatever else points to it was added by somebody.
OWN_ROWS = {"spans", "facet_rows", "topic_rows", "moves", "exact_place"}


@transaction.atomic
def undo_lot(run: ImportRun, lines: Sequence[ImportLine], *, by: User | None) -> int:
    """Take the first of the lines back, as many as fit into a turn; return how many. Raises Taken."""
    _claim(run)
    began, taken_back = monotonic(), 0
    for line in lines:
        line.undone = _undo(run, line, by)
        line.save(update_fields=["undone"])
        taken_back += 1
        if monotonic() - began > TURN:
            break
    run.done += taken_back
    ImportRun.objects.filter(pk=run.pk).update(done=run.done)
    return taken_back


@transaction.atomic
def undo_proposals(run: ImportRun, *, by: User | None) -> None:
    """Organisations that the run proposed and that nobody has looked at go as well. Raises Taken."""
    _claim(run)
    made = [decision["organisation"] for decision in run.names.values() if decision.get("proposed")]
    for profile in specific(Entry.objects.filter(organisation__in=made, region=run.region, status=Status.WAITING)):
        if profile.version == 1 and not _is_touched(profile):
            _delete(profile, by)


def _claim(run: ImportRun) -> None:
    same = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.UNDOING, done=run.done)
    if not same.update(done=F("done")):
        raise Taken


def _undo(run: ImportRun, line: ImportLine, by: User | None) -> str:
    entry = next(iter(specific([line.entry])), None) if line.entry else None
    if entry is None:
        return Undone.DELETED  # somebody was faster
    if line.result == ImportLine.Result.CREATED:
        return _take_away(run, entry, line, by)
    return _put_back(entry, line, by)


def _take_away(run: ImportRun, entry: Entry, line: ImportLine, by: User | None) -> str:
    if entry.version == line.version and entry.status == Status.PUBLIC and not _is_touched(entry):
        _delete(entry, by, founded=importer_for(run.kind).founds)
        return Undone.DELETED
    if entry.status != Status.ARCHIVED:
        note = _("Der Import „%(file)s“ wurde zurückgenommen.") % {"file": run.file_name}
        move(entry, status=Status.ARCHIVED, by=by, note=note)
    return Undone.ARCHIVED


def _is_touched(entry: Entry) -> bool:
    """Has anybody decided about it, given it a picture, or added something to it?"""
    if entry.picture_id or entry.moves.count() > 1:
        return True
    return any(_points_to(entry, {*OWN_ROWS, entry._meta.model_name or ""}))


def _points_to(row: Model, left_out: set[str]) -> list[bool]:
    """For each kind of row that may point to this one, whether there is any."""
    relations = [one for one in row._meta.related_objects if one.get_accessor_name() not in left_out]
    return [one.related_model._base_manager.filter(**{one.field.name: row.pk}).exists() for one in relations]


def _delete(entry: Entry, by: User | None, *, founded: bool = True) -> None:
    record("deleted", entry, by=by, old={"title": entry.title}, region_id=entry.region_id)
    organisation = entry.organisation
    Entry.objects.get(pk=entry.pk).delete()
    if founded and organisation is not None:
        _dissolve(organisation, by)


def _dissolve(organisation: Organisation, by: User | None) -> None:
    """An organisation that an import founded goes with its profile, if nobody has joined it or written to it."""
    if any(_points_to(organisation, set())):
        return
    record("organisation dissolved", organisation, by=by, old={"name": organisation.name})
    organisation.delete()


def _put_back(entry: Any, line: ImportLine, by: User | None) -> str:
    if entry.version != line.version:
        return Undone.KEPT
    before = line.before or {}
    rest = {name: _restored(entry, name, value) for name, value in before.items() if name not in APART}
    if rest:
        entry = edit(entry, rest, by=None, version=entry.version)
    if before.get("state") is not None:
        change_state(entry, state=before["state"], by=by)
    if before.get("status") and entry.status == Status.PUBLIC:
        move(entry, status=before["status"], by=by)
    return Undone.RESTORED


def _restored(entry: Any, name: str, value: Any) -> Any:
    """A value that JSON kept, as edit() takes it."""
    if name == "spans":
        return [(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None) for start, end in value]
    if name == "topics":
        return list(Topic.objects.filter(pk__in=value))
    if name == "main_topic":
        return Topic.objects.filter(pk=value).first()
    if name == "exact":
        return value
    column = entry._meta.get_field(name)
    if column.is_relation and name == column.name:
        return column.related_model._base_manager.filter(pk=value).first()
    return column.to_python(value)
