"""One lot of lines: the entries, the lines and how far the run is, in one transaction. A kill leaves nothing half."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone

from allmende.accounts.actions import found_organisation
from allmende.accounts.models import Organisation
from allmende.core.modules import modules
from allmende.entries.actions import change_state, edit, move
from allmende.entries.actions.bulk import NewEntry, create_published
from allmende.entries.imports.actions.runs import LEASE
from allmende.entries.imports.gate import TURN
from allmende.entries.imports.judging import Ledger, Prepared, Verdict
from allmende.entries.imports.queries import organisations_by_id
from allmende.entries.models import Entry, ImportLine, ImportRun

Result = ImportLine.Result
APART = ("state", "status")  # what changes through its own action
SHARE = 0.5  # of a turn, for judging and changing; what is new is written at once in the rest


class Taken(Exception):  # it is no error: another process goes on with the run
    """Somebody else carries the run on."""


@dataclass
class Lot:
    began: datetime
    verdicts: list[Verdict] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def write_lot(ledger: Ledger, prepared: Sequence[Prepared]) -> int:
    """Write the first of the prepared records, which were fetched, as many as fit into a turn; return how many.

    Raises Taken, and whatever the database has against a record; then nothing of the lot is written.
    """
    run, began = ledger.run, monotonic()
    _claim(run)
    lot = Lot(timezone.now(), names=dict(ledger.names))
    for one in prepared:
        verdict = ledger.judge(one, lambda name: _propose(ledger, lot, name))
        if verdict.result == Result.CHANGED:
            _change(run, verdict)
        lot.verdicts.append(verdict)
        if monotonic() - began > TURN * SHARE:
            break
    _create(ledger, lot)
    _keep(ledger, lot)
    return len(lot.verdicts)


@transaction.atomic
def refuse(ledger: Ledger, prepared: Prepared, message: str) -> None:
    """Note that a record could not be written, and why."""
    _claim(ledger.run)
    _keep(ledger, Lot(timezone.now(), [Verdict(prepared, Result.REFUSED, message)], dict(ledger.names)))


def _claim(run: ImportRun) -> None:
    """First of all take the database's lock, and be sure that nobody else has gone on meanwhile."""
    lease = {"leased_until": timezone.now() + LEASE} if run.leased_until else {}
    same = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.RUNNING, done=run.done)
    if not same.update(done=run.done, **lease):
        raise Taken


def _propose(ledger: Ledger, lot: Lot, name: str) -> int | None:
    """The organisation of that name, made by the module that keeps organisations; None if there is no such module."""
    run = ledger.run
    for module in modules():
        organisation = module.propose_organisation(run.region, name, by=run.by, source=run.source)
        if organisation is not None:
            is_new = organisation.created_at >= lot.began
            link = {"do": "link", "organisation": organisation.pk, "proposed": is_new}
            lot.names[name] = ledger.names[name] = link
            return int(organisation.pk)
    return None


def _change(run: ImportRun, verdict: Verdict) -> None:
    entry, was_checked = verdict.entry, verdict.entry.checked_at
    rest = {name: value for name, value in verdict.values.items() if name not in APART}
    if rest:
        verdict.entry = edit(entry, _placed(entry, rest), by=run.by, version=entry.version)
    if "status" in verdict.values:
        move(verdict.entry, status=verdict.values["status"], by=run.by)
    if "state" in verdict.values:
        change_state(verdict.entry, state=verdict.values["state"], by=run.by)
    if was_checked or "status" in verdict.values:  # what editors import needs no second look
        Entry.objects.filter(pk=entry.pk).update(checked_at=timezone.now())


def _placed(entry: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Another place in words: the old point would be wrong."""
    if "place_text" not in values or entry.lat is None or "exact" in values:
        return values
    return {**values, "lat": None, "lon": None, "precision": ""}


def _create(ledger: Ledger, lot: Lot) -> None:
    new = [verdict for verdict in lot.verdicts if verdict.result == Result.CREATED]
    if not new:
        return
    run, importer = ledger.run, ledger.importer
    organisations = _organisations(ledger, new)
    rows = [_row(run, verdict, organisation) for verdict, organisation in zip(new, organisations, strict=True)]
    entries = create_published(importer.model, rows, region=run.region, by=run.by)
    for verdict, entry in zip(new, entries, strict=True):
        verdict.entry = entry
        ledger.touched[entry.pk] = verdict.prepared.record.number


def _organisations(ledger: Ledger, new: Sequence[Verdict]) -> list[Organisation | None]:
    if ledger.importer.founds:
        return [found_organisation(verdict.values["title"], by=None) for verdict in new]
    known = organisations_by_id({verdict.organisation for verdict in new if verdict.organisation})
    return [known.get(verdict.organisation or 0) for verdict in new]


def _row(run: ImportRun, verdict: Verdict, organisation: Organisation | None) -> NewEntry:
    origin = {"source": run.source, "foreign_id": verdict.prepared.foreign_id, "licence": run.licence}
    return NewEntry(verdict.values, organisation, origin)


def _keep(ledger: Ledger, lot: Lot) -> None:
    run = ledger.run
    ImportLine.objects.bulk_create(_line(run, verdict) for verdict in lot.verdicts)
    done = run.done + len(lot.verdicts)
    ImportRun.objects.filter(pk=run.pk).update(done=done, names=lot.names)
    run.done, run.names = done, lot.names


def _line(run: ImportRun, verdict: Verdict) -> ImportLine:
    entry = verdict.entry
    return ImportLine(
        run=run, number=verdict.prepared.record.number, result=verdict.result, label=verdict.prepared.label,
        entry_id=entry.pk if entry else None, version=entry.version if entry else 0, before=verdict.before or None,
        keys=verdict.keys, message=verdict.message,
    )  # fmt: skip
