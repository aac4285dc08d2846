"""Pausing somebody in a region, and blocking an account: with a reason that the person reads, and a log."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require, set_active
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.regions.actions.telling import tell
from allmende.regions.models import Region, Suspension
from allmende.regions.permissions import can_suspend


@transaction.atomic
def suspend(
    user: User, *, region: Region | None, reason: str, ends_at: datetime | None, by: User, told_by: Region
) -> Suspension:
    """The person may not write in the region until then (None: until it is lifted); without a region, not sign in.

    Raises PermissionDenied, ValidationError without a reason. ``told_by`` is the region that writes the mail.
    """
    require(can_suspend(by, user, region))
    if not reason.strip():
        raise ValidationError(_("Bitte nennen Sie den Grund. Die Person liest ihn."), code="reason")
    Suspension.objects.filter(user=user, region=region, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by)
    suspension = Suspension.objects.create(user=user, region=region, reason=reason, ends_at=ends_at, by=by)
    if region is None:
        set_active(user, active=False)
    record("suspended", user, by=by, new={"until": str(ends_at or "")}, reason=reason, region_id=told_by.pk)
    tell(user, "suspended", region=told_by, suspension=suspension)
    return suspension


@transaction.atomic
def lift(suspension: Suspension, *, by: User | None, told_by: Region) -> None:
    """The person may again what they could before. Raises PermissionDenied. ``by`` is None when its time is over."""
    if by is not None:
        require(can_suspend(by, suspension.user, suspension.region))
    if not Suspension.objects.filter(pk=suspension.pk, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=by):
        return
    if suspension.region is None:
        set_active(suspension.user, active=True)
    record("suspension lifted", suspension.user, by=by, region_id=told_by.pk)
    tell(suspension.user, "suspension_lifted", region=told_by, suspension=suspension)


def lift_expired() -> int:
    """Blocked accounts whose time is over may sign in again; return how many."""
    over = Suspension.objects.filter(region=None, lifted_at=None, ends_at__lte=timezone.now()).select_related("user")
    home = Region.objects.filter(is_home=True).first()
    for suspension in over if home else []:
        lift(suspension, by=None, told_by=home)  # type: ignore[arg-type]  # there is a home in this loop
    return len(over)
