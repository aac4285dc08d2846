import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.accounts.actions import join_circle, leave_circle, new_circle, require
from allmende.accounts.models import User
from allmende.core.log import changes, record
from allmende.core.modules import modules
from allmende.regions.models import Address, District, ModuleSwitch, Region, Role
from allmende.regions.permissions import can_administer, forget_staff_roles, is_platform_admin
from allmende.regions.signals import switches_changed

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")  # with a port if it has one
RESERVED = frozenset(
    [
        "abmelden",
        "amt",
        "anmelden",
        "api",
        "bild",
        "bilder",
        "demo",
        "embed",
        "feeds",
        "gast",
        "health",
        "karte",
        "konto",
        "open311",
        "registrieren",
        "regionen",
        "sprache",
        "static",
        "suche",
        "theme",
        "widerspruch",
        "nachrichten",
        "melden",
        "hilfe",
    ]
)


def reserved_slugs() -> frozenset[str]:
    """First path segments that no region may have."""
    return RESERVED | {module.prefix for module in modules()} | {module.slug for module in modules()}


@transaction.atomic
def add_region(  # a region has these facts
    slug: str,
    *,
    name: str,
    land: str,
    contact_mail: str,
    by: User | None,
    host: str = "",
    scheme: str = "https",
    **fields: Any,
) -> Region:
    """A new region in the stage *preparing*; the first one is the home region.

    Raises ValidationError for a slug that is taken or reserved, and for a host that is taken.
    """
    if slug != slugify(slug) or slug in reserved_slugs():
        raise ValidationError(_("„%(slug)s“ kann keine Adresse sein.") % {"slug": slug}, code="slug")
    if Region.objects.filter(slug=slug).exists():
        raise ValidationError(_("Eine Region „%(slug)s“ gibt es schon.") % {"slug": slug}, code="taken")
    first = not Region.objects.filter(is_home=True).exists()
    region = Region(slug=slug, name=name, land=land, contact_mail=contact_mail, is_home=first, **fields)
    region.circle = new_circle(f"{slug}: eingeladen")
    region.full_clean(exclude=["circle"])
    region.save()
    _add_address(region, path=slug)
    if host:
        _add_address(region, host=host.lower(), scheme=scheme)
    record("region added", region, by=by, new={"slug": slug, "name": name}, region_id=region.pk)
    return region


def _add_address(region: Region, **where: str) -> None:
    address = Address(region=region, **where)
    address.full_clean()
    address.save()


@transaction.atomic
def update_region(region: Region, values: dict[str, Any], *, by: User) -> None:
    """Change facts, words, colours or stage. Raises PermissionDenied."""
    require(can_administer(by, region))
    before = Region.objects.select_for_update().get(pk=region.pk)
    old = {key: getattr(before, key) for key in values}
    for key, value in values.items():
        setattr(region, key, value)
    region.save(update_fields=list(values))
    was, now = changes(_plain(old), _plain(values))
    if now:
        record("region changed", region, by=by, old=was, new=now, region_id=region.pk)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, str | int | float | bool | dict | list) else str(value or "")
        for key, value in values.items()
    }


@transaction.atomic
def switch_module(
    region: Region, module: str, *, on: bool, position: int, options: dict[str, Any], by: User | None
) -> None:
    """Switch a module on or off; its entries appear or vanish in every channel. Raises PermissionDenied."""
    if by is not None:
        require(can_administer(by, region))
    row, _created = ModuleSwitch.objects.select_for_update().get_or_create(region=region, module=module)
    old = {"on": row.on, "position": row.position, "options": row.options}
    row.on, row.position, row.options = on, position, options
    row.save()
    region.__dict__.pop("_switchboard", None)
    was, now = changes(old, {"on": on, "position": position, "options": options})
    if now:
        record(f"module {module}", region, by=by, old=was, new=now, region_id=region.pk)
    switches_changed.send(sender=Region, region=region)


@transaction.atomic
def give_role(user: User, name: str, *, region: Region | None, by: User | None) -> Role:
    """Raises PermissionDenied. ``by`` is None on the command line only."""
    if by is not None:
        require(can_administer(by, region) if region else is_platform_admin(by))
    role, created = Role.objects.get_or_create(user=user, region=region, name=name)
    forget_staff_roles(user)
    if created:
        record("role given", role, by=by, new={"user": user.pk, "role": name}, region_id=region.pk if region else None)
    return role


@transaction.atomic
def take_role(role: Role, *, by: User) -> None:
    """Raises PermissionDenied, or ValidationError for the region's last admin."""
    require(can_administer(by, role.region) if role.region else is_platform_admin(by))
    if role.name in {Role.Name.REGION_ADMIN, Role.Name.PLATFORM_ADMIN}:
        # All of them, in one order: two admins who dismiss each other at once wait, and neither of them for ever.
        admins = Role.objects.select_for_update().filter(region=role.region, name=role.name, user__is_active=True)
        if not [admin for admin in admins.order_by("pk") if admin.pk != role.pk]:
            raise ValidationError(_("Eine Person muss die Verwaltung behalten."), code="last_admin")
    record("role taken", role, by=by, old={"user": role.user_id, "role": role.name}, region_id=role.region_id)
    role.delete()
    forget_staff_roles(role.user)


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


@transaction.atomic
def set_districts(region: Region, rows: list[dict[str, Any]], *, by: User | None) -> list[District]:
    """Create or change districts by slug; none is deleted."""
    if by is not None:
        require(can_administer(by, region))
    kept = [
        District.objects.update_or_create(
            region=region, slug=row["slug"], defaults={k: row[k] for k in row if k != "slug"}
        )[0]
        for row in rows
    ]
    region.__dict__.pop("_districts", None)
    return kept
