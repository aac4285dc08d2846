from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.models import User
from allmende.core.log import record
from allmende.entries.actions.listing import relist
from allmende.entries.models import Entry, Move, Status

# Which status may follow which; the kind's own states stand in its module.
STATUS_MOVES = {
    Status.DRAFT: {Status.WAITING, Status.PUBLIC, Status.ARCHIVED},
    Status.WAITING: {Status.PUBLIC, Status.DRAFT, Status.ARCHIVED},
    Status.PUBLIC: {Status.HIDDEN, Status.ARCHIVED, Status.WAITING},
    Status.HIDDEN: {Status.PUBLIC, Status.ARCHIVED},
    Status.ARCHIVED: {Status.PUBLIC, Status.WAITING},
}


class MovedMeanwhile(ValidationError):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__(
            _("Jemand anderes hat den Eintrag inzwischen bearbeitet. Bitte sehen Sie ihn noch einmal an."), code="moved"
        )


@transaction.atomic
def move(entry: Entry, *, status: str, by: User | None, note: str = "") -> Move:
    """Change the status by compare-and-swap and write one row about it.

    Raises MovedMeanwhile if the status is no longer the one that ``entry`` holds, ValueError for a move that
    the table does not know.
    """
    before = entry.status
    if status not in STATUS_MOVES[Status(before)]:
        raise ValueError(f"{before} > {status}")
    now = timezone.now()
    # What leaves the open leaves the lists in the same statement: the database refuses anything between.
    values: dict[str, object] = {"status": status} if status == Status.PUBLIC else {"status": status, "listed": False}
    if status == Status.PUBLIC:
        values["reminded_at"] = None  # it is asked about before it is put aside again
    if status == Status.PUBLIC and entry.published_at is None:
        values |= {"published_at": now, "confirmed_at": entry.confirmed_at or now}
    if not Entry.objects.filter(pk=entry.pk, status=before).update(**values):
        raise MovedMeanwhile
    for name, value in values.items():
        setattr(entry, name, value)
    return _written(entry, "status", before, status, by=by, note=note)


@transaction.atomic
def change_state(entry: Entry, *, state: str, by: User | None, note: str = "") -> Move:
    """Change the kind's own state, likewise; the module checks whether the move is allowed."""
    before = entry.state
    now = timezone.now()  # who has subscribed to a calendar learns of a cancellation by the time of the last change
    if not Entry.objects.filter(pk=entry.pk, state=before).update(state=state, updated_at=now):
        raise MovedMeanwhile
    entry.state, entry.updated_at = state, now
    return _written(entry, "state", before, state, by=by, note=note)


def _written(entry: Entry, field: str, before: str, after: str, *, by: User | None, note: str) -> Move:
    relist([entry.pk])
    entry.listed = Entry.objects.values_list("listed", flat=True).get(pk=entry.pk)
    record(
        f"{field} {after}",
        entry,
        by=by,
        old={field: before},
        new={field: after},
        reason=note,
        region_id=entry.region_id,
    )
    return Move.objects.create(
        entry_id=entry.pk, by=by, by_name=by.name if by else "", field=field, before=before, after=after, note=note
    )
