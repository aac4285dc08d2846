"""The life of a run: a file is uploaded, understood, looked through, run, and perhaps taken back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.files import delete_private, private_path, save_private
from allmende.core.log import record
from allmende.core.text import clean, fold
from allmende.entries.actions import MovedMeanwhile
from allmende.entries.imports.looking import understand
from allmende.entries.imports.names import Decision, Organisers, asked
from allmende.entries.imports.permissions import can_import
from allmende.entries.imports.queries import (
    counts_of,
    lines_to_undo,
    organisations_by_id,
    runs_with_old_files,
    undone_counts,
)
from allmende.entries.models import ImportName, ImportRun
from allmende.regions.models import Region

State = ImportRun.State
MAX_BYTES = 20 * 1024 * 1024
LEASE = timedelta(seconds=20)  # of a command line, which renews it with every lot, or of a page that looks at once
AT_ONCE = 100_000  # bytes: a second of work
# Which state may follow which.
MOVES = {
    State.UPLOADED: {State.LOOKING},
    State.LOOKING: {State.READY, State.UPLOADED, State.FAILED},
    State.READY: {State.LOOKING, State.RUNNING},
    State.RUNNING: {State.DONE, State.FAILED},
    State.DONE: {State.UNDOING},
    State.FAILED: {State.UNDOING},
    State.UNDOING: {State.UNDONE, State.FAILED},
    State.UNDONE: set(),
}


def refuse_size(size: int) -> None:
    """Raise ValidationError for a file of too many bytes."""
    if size > MAX_BYTES:
        raise ValidationError(
            _("Diese Datei ist zu groß: Höchstens %(limit)d MB sind möglich. Bitte teilen Sie sie auf."),
            code="too_big",
            params={"limit": MAX_BYTES // 1024**2},
        )


def begin_upload(  # what has to be known of a file, all by name
    region: Region,
    kind: str,
    *,
    name: str,
    content: bytes,
    source: str,
    by: User | None,
    licence: str = "",
    organisers: str = Organisers.PROPOSE,
) -> ImportRun:
    """Keep the file privately and say what it is; columns of a table are recognised as far as possible.

    Raises PermissionDenied, and ValidationError for a file that is too big or that nobody can read. ``by`` is None on
    the command line.
    """
    require(by is None or can_import(by, region))
    refuse_size(len(content))
    run = ImportRun(
        region=region, kind=kind, source=clean(source, lines=False)[:60], licence=clean(licence, lines=False)[:60],
        organisers=organisers, file_name=clean(name, lines=False)[-200:], file_path=save_private(content), by=by,
    )  # fmt: skip
    try:
        # The language: what later work finds is told in it as well.
        run.facts = {"is_table": bool(understand(run).header), "language": get_language() or settings.LANGUAGE_CODE}
    except ValidationError:
        private_path(run.file_path).unlink()  # now: the transaction around us will not be committed
        raise
    run.save()
    return run


def choose_columns(run: ImportRun, columns: dict[str, str], *, by: User | None) -> None:
    """Heading -> column, as a person chose; the file is then due to be looked through.

    On the command line (``by`` is None) it is done at once, and so is a small file. Raises PermissionDenied,
    MovedMeanwhile.
    """
    require(by is None or can_import(by, run.region))
    _go(
        run,
        State.LOOKING,
        columns=columns,
        done=0,
        message="",
        leased_until=_lease(at_once=by is None or is_small(run)),
    )


@transaction.atomic
def answer(run: ImportRun, answers: dict[str, Decision], *, by: User) -> None:
    """What a person decided about doubtful names; the file is looked through once more. Raises as choose_columns().

    The next file of the same source is told as well.
    """
    require(can_import(by, run.region))
    candidates = {name: decision["candidates"] for name, decision in asked(run.names).items()}
    decided = {
        name: {**decision, "answered": True, "candidates": candidates.get(name, [])}
        for name, decision in answers.items()
    }
    _remember(run, answers)
    _go(run, State.LOOKING, names=run.names | decided, done=0, message="", leased_until=_lease(at_once=is_small(run)))


def _remember(run: ImportRun, answers: dict[str, Decision]) -> None:
    there = organisations_by_id(one["organisation"] for one in answers.values() if one["do"] == "link")
    rows = {
        fold(name)[:200]: ImportName(
            region=run.region, kind=run.kind, source=run.source, folded=fold(name)[:200], do=decision["do"],
            organisation=there.get(decision.get("organisation", 0)), alias=decision.get("of", ""),
        )
        for name, decision in answers.items()
        if decision["do"] != "link" or decision["organisation"] in there
    }  # fmt: skip
    ImportName.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["region", "kind", "source", "folded"],
        update_fields=["do", "organisation", "alias"],
    )


def show_progress(run: ImportRun, done: int, total: int) -> None:
    """Whoever is late, since another has looked meanwhile, changes nothing: by ``done`` a run knows where to go on."""
    lease = {"leased_until": timezone.now() + LEASE} if run.leased_until else {}
    ImportRun.objects.filter(pk=run.pk, state=run.state).update(done=done, total=total, **lease)


def found(run: ImportRun) -> None:
    """The file is looked through: keep what was found."""
    _go(run, State.READY, names=run.names, findings=run.findings, total=run.total, columns=run.columns, done=0)


def not_importable(run: ImportRun, reasons: Sequence[str]) -> None:
    """The file cannot be imported like this; other columns may help."""
    _go(run, State.UPLOADED, message="\n".join(reasons), done=0)


def begin(run: ImportRun, *, by: User | None) -> None:
    """From now on the run is due; on the command line it is done at once. As choose_columns()."""
    require(by is None or can_import(by, run.region))
    _go(run, State.RUNNING, done=0, message="", leased_until=_lease(at_once=by is None))


@transaction.atomic
def finish(run: ImportRun) -> None:
    _go(run, State.DONE, ended_at=timezone.now(), leased_until=None)
    _note(run, "imported", counts_of(run))


@transaction.atomic
def fail(run: ImportRun, reasons: Sequence[str]) -> None:
    """What was written stays; it can be taken back."""
    _go(run, State.FAILED, message="\n".join(reasons), ended_at=timezone.now(), leased_until=None)
    _note(run, "import failed", {"message": run.message})


def stumble(run: ImportRun) -> int:
    """Something broke that is not the file's fault. Returns how often that happened to this run."""
    run.facts = {**run.facts, "stumbles": run.facts.get("stumbles", 0) + 1}
    ImportRun.objects.filter(pk=run.pk).update(facts=run.facts)
    return int(run.facts["stumbles"])


@transaction.atomic
def begin_undo(run: ImportRun, *, by: User | None) -> None:
    """Everything that the run wrote is to be taken back. Raises PermissionDenied, MovedMeanwhile."""
    require(by is None or can_import(by, run.region))
    facts = {**run.facts, "stumbles": 0, "undone_by": by.pk if by else None}
    _go(run, State.UNDOING, facts=facts, total=lines_to_undo(run).count(), done=0, leased_until=None)
    record("import to be undone", run, by=by, region_id=run.region_id)


@transaction.atomic
def end_undo(run: ImportRun) -> None:
    _go(run, State.UNDONE, ended_at=timezone.now(), leased_until=None)
    _note(run, "import undone", undone_counts(run))


@transaction.atomic
def discard(run: ImportRun, *, by: User | None) -> None:
    """Forget a file that was not imported. Raises PermissionDenied, MovedMeanwhile if it was."""
    require(by is None or can_import(by, run.region))
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=[State.UPLOADED, State.LOOKING, State.READY])
    if not waiting.delete()[0]:
        raise MovedMeanwhile
    delete_private(run.file_path)


def forget_files() -> int:
    """A week after the end nobody needs the file any more; the lines stay. What was never run goes with its file."""
    old = list(runs_with_old_files()[:200])
    for run in old:
        delete_private(run.file_path)
        same = ImportRun.objects.filter(pk=run.pk, state=run.state)
        if run.state in {State.UPLOADED, State.READY}:
            same.delete()
        else:
            same.update(file_path="")
    return len(old)


def is_small(run: ImportRun) -> bool:
    """May a person wait while the file is looked through?"""
    path = private_path(run.file_path)
    return path.exists() and path.stat().st_size <= AT_ONCE


def _lease(*, at_once: bool) -> Any:
    """Nobody else does what the command line or a page does itself; if it dies, later work goes on."""
    return timezone.now() + LEASE if at_once else None


def _go(run: ImportRun, state: str, **values: Any) -> None:
    """Compare-and-swap, so that of two pages that start a run one does."""
    if state not in MOVES[State(run.state)]:
        raise MovedMeanwhile
    if not ImportRun.objects.filter(pk=run.pk, state=run.state).update(state=state, **values):
        raise MovedMeanwhile
    for name, value in {"state": state, **values}.items():
        setattr(run, name, value)


def _note(run: ImportRun, verb: str, facts: dict[str, Any]) -> None:
    record(verb, run, by=run.by, new={"file": run.file_name, **facts}, region_id=run.region_id)
