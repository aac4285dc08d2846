from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.regions.models import District, Region, Role
from allmende.regions.permissions import can_administer, forget_staff_roles, is_platform_admin
from allmende.regions.queries.people import ADMINS, administering


@transaction.atomic
def give_role(
    user: User, name: str, *, region: Region | None, by: User | None, district: District | None = None
) -> Role:
    """Raises PermissionDenied. ``by`` is None on the command line only."""
    if by is not None:
        require(can_administer(by, region) if region else is_platform_admin(by))
    role, created = Role.objects.get_or_create(user=user, region=region, name=name, district=district)
    forget_staff_roles(user)
    if created:
        record("role given", role, by=by, new={"user": user.pk, "role": name}, region_id=region.pk if region else None)
    return role


@transaction.atomic
def take_role(role: Role, *, by: User) -> None:
    """Raises PermissionDenied, or ValidationError for the region's last admin."""
    require(can_administer(by, role.region) if role.region else is_platform_admin(by))
    _refuse_without_admin(role)
    _take(role, by=by)


@transaction.atomic
def lay_down_roles(user: User) -> None:
    """All of them, before an account goes. Raises ValidationError where nobody else administers."""
    for role in Role.objects.filter(user=user).select_related("user", "region").order_by("region", "name", "pk"):
        _refuse_without_admin(role)
        _take(role, by=user)


def _refuse_without_admin(role: Role) -> None:
    if role.name in ADMINS:
        # All of them, in one order: two admins who dismiss each other at once wait, and neither of them for ever.
        admins = administering(role).select_for_update(of=("self",))
        if not [admin for admin in admins.order_by("pk") if admin.pk != role.pk]:
            raise ValidationError(_("Eine Person muss die Verwaltung behalten."), code="last_admin")


def _take(role: Role, *, by: User) -> None:
    record("role taken", role, by=by, old={"user": role.user_id, "role": role.name}, region_id=role.region_id)
    role.delete()
    forget_staff_roles(role.user)
