"""Who may enter a region that is open to the invited alone."""

from django.db import transaction

from allmende.accounts.actions import join_circle, leave_circle, require
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.regions.models import Region
from allmende.regions.permissions import can_administer


@transaction.atomic
def admit(user: User, *, to: Region, by: User) -> None:
    """Let somebody into a region that is open to the invited alone. Raises PermissionDenied."""
    require(can_administer(by, to))
    join_circle(to.circle, user=user)
    record("admitted", to, by=by, new={"user": user.pk}, region_id=to.pk)


@transaction.atomic
def dismiss(user: User, *, from_: Region, by: User) -> None:
    """Raises PermissionDenied."""
    require(can_administer(by, from_))
    leave_circle(from_.circle, user=user)
    record("dismissed", from_, by=by, old={"user": user.pk}, region_id=from_.pk)
