from django.db import transaction

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.entries.actions import change_state
from allmende.entries.models import Move
from allmende.modules.events.models import Event
from allmende.modules.events.permissions import can_cancel


@transaction.atomic
def cancel(event: Event, *, by: User, note: str = "") -> Move:
    """Call the event off; it stays in the lists with a mark, so that nobody stands before a closed door."""
    require(can_cancel(by, event) and not event.is_cancelled)
    return change_state(event, state=Event.CANCELLED, by=by, note=note)


@transaction.atomic
def reinstate(event: Event, *, by: User) -> Move:
    """It takes place after all."""
    require(can_cancel(by, event) and event.is_cancelled)
    return change_state(event, state="", by=by)
