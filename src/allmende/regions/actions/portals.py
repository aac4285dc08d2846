"""Thematic portals: their address, name and look. Which topics are theirs is said where topics live."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.log import changes, record
from allmende.regions.actions.regions import HOST, add_address, plain, refuse_path
from allmende.regions.models import Address, Portal, Region
from allmende.regions.permissions import can_administer


@transaction.atomic
def add_portal(region: Region, *, name: str, path: str, by: User | None, **fields: Any) -> Portal:
    """A portal at the first part of a path. Raises PermissionDenied, ValidationError for an address that cannot be."""
    if by is not None:
        require(can_administer(by, region))
    refuse_path(path)
    portal = Portal.objects.create(region=region, name=name, **fields)
    add_address(region, portal, path=path)
    record("portal added", portal, by=by, new={"name": name, "path": path}, region_id=region.pk)
    return portal


@transaction.atomic
def update_portal(portal: Portal, values: dict[str, Any], *, by: User) -> None:
    """Change name, texts and look, or switch it off and on. Raises PermissionDenied."""
    require(can_administer(by, portal.region))
    before = Portal.objects.select_for_update().get(pk=portal.pk)
    old = {key: getattr(before, key) for key in values}
    for key, value in values.items():
        setattr(portal, key, value)
    portal.save(update_fields=list(values))
    was, now = changes(plain(old), plain(values))
    if now:
        record("portal changed", portal, by=by, old=was, new=now, region_id=portal.region_id)


@transaction.atomic
def set_portal_host(portal: Portal, host: str, *, by: User) -> None:
    """A host of its own beside the path, or none with ''. Raises PermissionDenied, ValidationError for one that is
    none (``host``) or taken.
    """
    require(can_administer(by, portal.region))
    if host and not HOST.fullmatch(host):
        raise ValidationError(_("Ein Name im Internet sieht so aus: klima.neustadt.example."), code="host")
    others = Address.objects.select_for_update().filter(portal=portal).exclude(host="")
    known = list(others.values_list("host", flat=True))
    if known == ([host] if host else []):
        return
    others.delete()
    if host:
        scheme = portal.region.root()[0].partition(":")[0]
        add_address(portal.region, portal, host=host, scheme=scheme)
    old, new = {"host": ", ".join(known)}, {"host": host}
    record("portal changed", portal, by=by, old=old, new=new, region_id=portal.region_id)
