"""What guests report waits for the link in the mail, but not for ever."""

from datetime import timedelta
from typing import TypeVar

from django.utils import timezone

from allmende.accounts.actions import confirm_guest
from allmende.accounts.models import Guest
from allmende.core.tokens import use
from allmende.moderation.models import BarrierReport, Flag

CONFIRM_WITHIN = timedelta(days=2)
Report = TypeVar("Report", Flag, BarrierReport)


def confirmed(model: type[Report], purpose: str, token: str) -> Report | None:
    """Use up the mailed link, in a transaction: what waited for it, its guest now confirmed; None if it is over."""
    used = use(purpose, token)
    waiting = model._default_manager.select_related("guest", "region").filter(state=model.State.UNCONFIRMED)
    found = waiting.filter(pk=used.subject).first() if used else None
    if found and found.guest:
        confirm_guest(found.guest)
    return found


def drop_unconfirmed() -> int:
    """Flags and barrier reports whose guests never confirmed vanish, with the addresses."""
    return _drop(Flag) + _drop(BarrierReport)


def _drop(model: type[Flag] | type[BarrierReport]) -> int:
    waiting = model._default_manager.filter(state=model.State.UNCONFIRMED)
    over = waiting.filter(created_at__lt=timezone.now() - CONFIRM_WITHIN)
    guests = list(over.exclude(guest=None).values_list("guest", flat=True))
    count: int = over.delete()[0]
    Guest.objects.filter(pk__in=guests, confirmed_at=None).delete()
    return count
