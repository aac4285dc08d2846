import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.accounts.actions import new_circle, require
from allmende.accounts.models import User
from allmende.core.log import changes, record
from allmende.core.modules import modules
from allmende.regions.models import Address, District, LegalText, ModuleSwitch, Portal, Region
from allmende.regions.permissions import can_administer
from allmende.regions.queries import is_free, missing_texts
from allmende.regions.signals import switches_changed

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")  # with a port if it has one
RESERVED = frozenset(
    [
        "abmelden",
        "amt",
        "anerkennung",
        "anmelden",
        "api",
        "barriere-melden",
        "bild",
        "bilder",
        "demo",
        "einladung",
        "embed",
        "feeds",
        "gast",
        "health",
        "hilfe",
        "karte",
        "konto",
        "melden",
        "nachrichten",
        "noch-aktuell",
        "open311",
        "regionen",
        "registrieren",
        "sprache",
        "static",
        "suche",
        "theme",
        "widerspruch",
        *LegalText.Kind.values,
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
    refuse_path(slug)
    first = not Region.objects.filter(is_home=True).exists()
    region = Region(slug=slug, name=name, land=land, contact_mail=contact_mail, is_home=first, **fields)
    region.circle = new_circle(f"{slug}: eingeladen")
    region.full_clean(exclude=["circle"])
    region.save()
    add_address(region, path=slug)
    if host:
        add_address(region, host=host.lower(), scheme=scheme)
    record("region added", region, by=by, new={"slug": slug, "name": name}, region_id=region.pk)
    return region


def refuse_path(path: str) -> None:
    """Raises ValidationError for what cannot be the first part of an address: ``slug`` if it is none, or one of the
    house's own; ``taken``.
    """
    if path != slugify(path) or not path or path in reserved_slugs():
        raise ValidationError(_("„%(slug)s“ kann keine Adresse sein.") % {"slug": path}, code="slug")
    if not is_free(path):
        raise ValidationError(_("Die Adresse „%(slug)s“ ist schon vergeben.") % {"slug": path}, code="taken")


def add_address(region: Region, portal: Portal | None = None, **where: str) -> None:
    """Raises ValidationError ``taken``, also when somebody else takes it at this moment."""
    address = Address(region=region, portal=portal, **where)
    address.clean_fields()
    try:
        with transaction.atomic():
            address.save()
    except IntegrityError as error:
        message = _("Die Adresse „%(slug)s“ ist schon vergeben.") % {"slug": address.host or address.path}
        raise ValidationError(message, code="taken") from error


@transaction.atomic
def update_region(region: Region, values: dict[str, Any], *, by: User) -> None:
    """Change facts, words, colours or stage.

    Raises PermissionDenied, and ValidationError ``texts`` for opening a region that owes its people a text.
    """
    require(can_administer(by, region))
    before = Region.objects.select_for_update().get(pk=region.pk)
    _refuse_to_open(before, values.get("stage", before.stage))
    old = {key: getattr(before, key) for key in values}
    for key, value in values.items():
        setattr(region, key, value)
    region.save(update_fields=list(values))
    was, now = changes(plain(old), plain(values))
    if now:
        record("region changed", region, by=by, old=was, new=now, region_id=region.pk)


def _refuse_to_open(region: Region, stage: str) -> None:
    missing = missing_texts(region)
    if stage in Region.OPEN_STAGES and not region.is_open and missing:
        names = ", ".join(str(kind.label) for kind in missing)
        message = _("Noch kann die Region nicht öffnen. Es fehlt: %(names)s.") % {"names": names}
        raise ValidationError(message, code="texts")


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """As the log takes them."""
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
