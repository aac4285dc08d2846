"""Carries a run on: in later work, or at once on the command line."""

import logging
from collections import deque
from itertools import islice

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from allmende.accounts.models import User
from allmende.entries.actions import MovedMeanwhile
from allmende.entries.imports import actions
from allmende.entries.imports.gate import LOT, write_gate
from allmende.entries.imports.importers import importer_for
from allmende.entries.imports.judging import Ledger, PageNumbers, Prepared, prepare
from allmende.entries.imports.looking import Tell, look
from allmende.entries.imports.queries import lines_to_undo, next_run
from allmende.entries.imports.reading import open_source
from allmende.entries.models import ImportRun

logger = logging.getLogger(__name__)

MOST_STUMBLES = 3
# What the database or an action may have against one record; the others go on.
REFUSALS = (ValidationError, PermissionDenied, IntegrityError, DataError, ValueError, TypeError)


def run_imports() -> int:
    """Carry the oldest run on to its end; return how many lines were done. A killed run goes on behind its last lot."""
    run = next_run()
    if run is None:
        return 0
    try:
        return go_on(run)
    except Exception as error:
        if actions.stumble(run) < MOST_STUMBLES:
            raise
        logger.exception("The import %s is given up.", run.pk)
        _give_up(run, [_("Bei uns ist etwas schiefgegangen. Wir haben den Fehler notiert."), type(error).__name__])
        return 0


def go_on(run: ImportRun, *, tell: Tell | None = None) -> int:
    """Do what the run's state asks for; return how many lines were done. Raises nothing that is the file's fault."""
    steps = {
        ImportRun.State.LOOKING: look_through,
        ImportRun.State.RUNNING: _carry_out,
        ImportRun.State.UNDOING: _take_back,
    }
    try:
        with translation.override(run.facts.get("language", settings.LANGUAGE_CODE)):
            return steps[ImportRun.State(run.state)](run, tell or (lambda _done, _total: None))
    except (actions.Taken, MovedMeanwhile):
        return 0  # somebody else goes on with it, or has thrown it away


def look_soon(run: ImportRun) -> None:
    """Look through a small file at once, while the person waits; a big one is left to later work."""
    if run.state == ImportRun.State.LOOKING and actions.is_small(run):
        go_on(run)


def look_through(run: ImportRun, tell: Tell | None = None) -> int:
    """Look through the file and keep what was found; a file that cannot be imported says why. Raises MovedMeanwhile."""

    def note(done: int, total: int) -> None:
        actions.show_progress(run, done, total)
        if tell:
            tell(done, total)

    try:
        look(run, tell=note)
    except ValidationError as error:
        actions.not_importable(run, error.messages)
        return 0
    except FileNotFoundError:
        actions.fail(run, [_("Die Datei ist nicht mehr da. Bitte laden Sie sie noch einmal hoch.")])
        return 0
    actions.found(run)
    return run.total


def _carry_out(run: ImportRun, tell: Tell) -> int:
    began = run.done
    importer = importer_for(run.kind)
    pages = PageNumbers(importer, run.region)
    waiting: deque[Prepared] = deque()
    ledger = Ledger(run, importer)
    try:
        records = islice(open_source(run).read(run.columns), run.done, None)
        for record in records:
            waiting.append(prepare(importer, record, run.region, pages))
            if len(waiting) == LOT:
                ledger = _write(ledger, waiting, tell)
        while waiting:
            ledger = _write(ledger, waiting, tell)
    except FileNotFoundError:
        actions.fail(run, [_("Die Datei ist nicht mehr da. Bitte laden Sie sie noch einmal hoch.")])
    except ValidationError as error:
        actions.fail(run, error.messages)
    else:
        actions.finish(run)
    return run.done - began


def _write(ledger: Ledger, waiting: deque[Prepared], tell: Tell) -> Ledger:
    """One lot. If the database refuses it, one by one, so that the record to blame is alone."""
    lot = list(waiting)
    ledger.fetch(lot)  # reading needs no gate: who edits an entry meanwhile is noticed by its version
    try:
        with write_gate():
            written = actions.write_lot(ledger, lot)
    except REFUSALS:
        ledger, written = _write_one(Ledger(ledger.run, ledger.importer), waiting[0]), 1
    for _each in range(written):
        waiting.popleft()
    tell(ledger.run.done, ledger.run.total)
    return ledger


def _write_one(ledger: Ledger, prepared: Prepared) -> Ledger:
    ledger.fetch([prepared])
    try:
        with write_gate():
            actions.write_lot(ledger, [prepared])
    except REFUSALS as error:
        ledger = Ledger(ledger.run, ledger.importer)
        actions.refuse(ledger, prepared, _reason(error, ledger.run))
    return ledger


def _reason(error: Exception, run: ImportRun) -> str:
    if isinstance(error, ValidationError):
        return "\n".join(error.messages)
    if isinstance(error, PermissionDenied):
        return _("Das dürfen Sie nicht ändern.")
    logger.error("A record of import %s could not be written.", run.pk, exc_info=error)
    return _("Das konnten wir nicht speichern. Wir haben den Fehler notiert.")


def _take_back(run: ImportRun, tell: Tell) -> int:
    by = User.objects.filter(pk=run.facts.get("undone_by")).first()
    began = run.done
    while lines := list(lines_to_undo(run)[:LOT]):
        with write_gate():
            actions.undo_lot(run, lines, by=by)
        tell(run.done, run.total)
    with write_gate():
        actions.undo_proposals(run, by=by)
        actions.end_undo(run)
    return run.done - began


def _give_up(run: ImportRun, reasons: list[str]) -> None:
    """A run that breaks again and again must not hold up the others."""
    if run.state == ImportRun.State.LOOKING:
        actions.not_importable(run, reasons)
    else:
        actions.fail(run, reasons)
