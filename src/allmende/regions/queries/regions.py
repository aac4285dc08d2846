from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from allmende.regions.models import Address, Region

LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}


@dataclass(frozen=True)
class Route:
    """Where a request leads: a region (or None) and the prefix that its links carry."""

    region: Region | None
    prefix: str  # "/" or "/lindach/"
    known_host: bool


def route(host: str, path: str) -> Route:
    """By host, else by the first path segment, else the home region. One query."""
    segment = path[1:].partition("/")[0].lower()
    rows = list(
        Address.objects.filter(Q(host=host) | Q(path=segment, host="") | Q(region__is_home=True))
        .select_related("region__logo", "region__picture")
        .prefetch_related(Prefetch("region__addresses"))
    )
    known = any(row.host == host for row in rows) or host.rpartition(":")[0] in LOOPBACK or host in LOOPBACK
    by_host = next((row.region for row in rows if row.host == host and not row.region.is_home), None)
    if by_host:
        return Route(by_host, "/", known)
    by_path = next((row.region for row in rows if segment and row.path == segment and not row.host), None)
    if by_path:
        return Route(by_path, f"/{segment}/", known)
    home = next((row.region for row in rows if row.region.is_home), None)
    return Route(home, "/", known)


def listed_regions() -> QuerySet[Region]:
    """What the region chooser shows: open and listed, by name."""
    return (
        Region.objects.filter(listed=True, stage__in=[Region.Stage.OPEN, Region.Stage.READ_ONLY])
        .select_related("logo", "picture")
        .prefetch_related("addresses")
        .order_by("name")
    )


def home_region() -> Region | None:
    return Region.objects.filter(is_home=True).first()


def region_by_slug(slug: str) -> Region | None:
    return Region.objects.filter(slug=slug).first()
