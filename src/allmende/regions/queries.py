from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from allmende.accounts.models import User
from allmende.core.modules import ModuleConfig, module_of, modules
from allmende.core.text import fold
from allmende.regions.models import Address, District, ModuleSwitch, Region, Role, Street
from allmende.regions.permissions import Name

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


@dataclass(frozen=True)
class Face:
    """How a region calls a module."""

    slug: str
    title: Any
    summary: Any
    icon: str
    prefix: str


@dataclass
class Switchboard:
    """Which modules a region has on, in its order."""

    on: list[ModuleConfig] = field(default_factory=list)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)

    def has(self, slug: str) -> bool:
        return any(module.slug == slug for module in self.on)

    def face(self, module: ModuleConfig) -> Face:
        """The region's own words for the module, else the delivered ones."""
        own = self.options.get(module.slug, {})
        title, summary = own.get("title") or module.title, own.get("summary") or module.summary
        return Face(module.slug, title, summary, module.icon, module.prefix)

    def kinds(self) -> list[str]:
        """Slugs of the kinds that may be seen."""
        return [kind for module in self.on for kind in module.kind_slugs()]


def switchboard(region: Region) -> Switchboard:
    """Read once per region object."""
    known: Switchboard | None = getattr(region, "_switchboard", None)
    if known is None:
        rows = {row.module: row for row in ModuleSwitch.objects.filter(region=region)}
        on = [m for m in modules() if (rows[m.slug].on if m.slug in rows else m.on_by_default)]
        on.sort(key=lambda m: (rows[m.slug].position if m.slug in rows else m.position, m.slug))
        known = Switchboard(on, {slug: row.options for slug, row in rows.items()})
        region._switchboard = known  # type: ignore[attr-defined]  # a request's memory, not a field  # noqa: SLF001
    return known


def is_on(region: Region, module: str) -> bool:
    return module_of(module) is not None and switchboard(region).has(module)


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


def districts(region: Region) -> list[District]:
    """Read once per region object, in the region's order."""
    known: list[District] | None = getattr(region, "_districts", None)
    if known is None:
        known = list(District.objects.filter(region=region))
        region._districts = known  # type: ignore[attr-defined]  # a request's memory, not a field  # noqa: SLF001
    return known


def find_addresses(region: Region, text: str, limit: int = 8) -> QuerySet[Street]:
    """Streets and houses whose folded name begins with the text; houses after their street."""
    beginning = fold(text)
    if not beginning:
        return Street.objects.none()
    return (
        Street.objects.filter(region=region, folded__startswith=beginning)
        .select_related("district")
        .order_by("folded", "pk")[:limit]
    )


def address_point(region: Region, text: str) -> tuple[float | None, float | None]:
    """Latitude and longitude of an address that the region's list knows, else (None, None)."""
    found = Street.objects.filter(region=region, folded=fold(text)).first() if text.strip() else None
    return (found.lat, found.lon) if found else (None, None)


def staff(region: Region, *names: str) -> QuerySet[User]:
    """People with one of the roles in the region (all staff without names)."""
    wanted = names or (Name.REGION_ADMIN, Name.EDITOR, Name.MODERATOR)
    return User.objects.filter(roles__region=region, roles__name__in=wanted, is_active=True).distinct().order_by("pk")


def roles_in(region: Region) -> QuerySet[Role]:
    return Role.objects.filter(region=region).select_related("user").order_by("name", "user__name")
