from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from allmende.regions.models import Address, Portal, Region

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


@dataclass(frozen=True)
class Route:
    """Where a request leads: a region (or None) and the prefix that its links carry."""

    region: Region | None
    prefix: str  # "/" or "/lindach/"
    known_host: bool
    is_gone: bool = False  # the host is that of a portal that is switched off


def route(host: str, path: str) -> Route:
    """By host, else by the first path segment, else the home region; ``region.portal`` is set if it is the address of
    a portal. One query.
    """
    segment = path[1:].partition("/")[0].lower()
    rows = list(
        Address.objects.filter(Q(host=host) | Q(path=segment, host="") | Q(region__is_home=True, portal=None))
        .select_related("region__logo", "region__picture", "portal__logo", "portal__picture")
        .prefetch_related(Prefetch("region__addresses"))
    )
    known = any(row.host == host for row in rows) or host.rpartition(":")[0] in LOOPBACK or host in LOOPBACK
    at_host = next((row for row in rows if row.host == host and (row.portal or not row.region.is_home)), None)
    at_path = next((row for row in rows if segment and row.path == segment and not row.host), None)
    if at_host and at_host.portal:
        return _through_portal(at_host, "/", "".join(at_host.region.root()))
    if at_path and at_path.portal and (at_host is None or at_host.region_id == at_path.region_id):
        if at_path.portal.on:
            return _through_portal(at_path, f"/{segment}/", _town_beside(at_host, at_path.region), known=known)
        at_path = None
    if at_host:
        return Route(at_host.region, "/", known)
    if at_path and not at_path.portal:
        return Route(at_path.region, f"/{segment}/", known)
    home = next((row.region for row in rows if row.region.is_home), None)
    return Route(home, "/", known)


def _through_portal(row: Address, prefix: str, town: str, *, known: bool = True) -> Route:
    region, portal = row.region, row.portal
    if portal is None or not portal.on:
        return Route(None, prefix, known, is_gone=True)
    region.portal, portal.region, portal.town = portal, region, town
    return Route(region, prefix, known)


def _town_beside(at_host: Address | None, region: Region) -> str:
    """The path under which the same host has the region's own pages: a session ends with its host."""
    path = next((address.path for address in region.addresses.all() if address.path and not address.portal_id), "")
    return "/" if at_host or region.is_home or not path else f"/{path}/"


def has_portals(region: Region) -> bool:
    """May there be portals to show? No query where the region's addresses are read already."""
    return any(address.portal_id for address in region.addresses.all())


def portals_of(region: Region) -> list[Portal]:
    """The portals that are switched on, by name; one query, and none for a region without any."""
    if not has_portals(region):
        return []
    found = list(region.portals.filter(on=True).select_related("logo", "picture"))
    for portal in found:
        portal.region = region  # its addresses are read already
    return found


def all_portals(region: Region) -> QuerySet[Portal]:
    """For the desk: those that are switched off, too."""
    return region.portals.select_related("region", "logo", "picture").prefetch_related("region__addresses")


def is_free(path: str) -> bool:
    """Does no region and no portal have this first part of a path?"""
    return not Address.objects.filter(path=path).exists() and not Region.objects.filter(slug=path).exists()


def listed_regions() -> QuerySet[Region]:
    """What the region chooser shows: open and listed, by name."""
    return (
        Region.objects.filter(listed=True, stage__in=[Region.Stage.OPEN, Region.Stage.READ_ONLY])
        .select_related("logo", "picture")
        .prefetch_related("addresses")
        .order_by("name")
    )


def all_regions() -> QuerySet[Region]:
    """Whatever their stage, the home region first."""
    return Region.objects.prefetch_related("addresses").order_by("-is_home", "slug")


def home_region() -> Region | None:
    return Region.objects.filter(is_home=True).first()


def entrance_of(region: Region, name: str, *key: str) -> str:
    """The absolute link to a way in; a region without a host of its own, which strangers must not find, is entered
    from home.
    """
    own = region.address()
    return (region if own and own.host else home_region() or region).url(name, *key)


def region_by_slug(slug: str) -> Region | None:
    return Region.objects.filter(slug=slug).first()
