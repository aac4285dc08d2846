"""What the map pages and thumbnails need: addresses of tiles and points, and the drawn map that needs no script."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.geo import BLUR_LIMIT, Bounds, bounds
from allmende.core.geo.static_map import Area, Pin, overview_map, point_map
from allmende.entries.models import Entry, Precision
from allmende.regions.basemap import basemap_of
from allmende.regions.models import Region
from allmende.regions.queries import districts

AROUND = 0.02  # degrees round the middle of a region without a border


def map_facts(region: Region) -> dict[str, Any]:
    """What every page with a live map has in its context (docs/developers/maps.md)."""
    return {
        "tiles_url": _tiles("light") if region.has_basemap else "",
        "tiles_dark_url": _tiles("dark") if region.has_basemap else "",
        "bounds": box.text() if (box := _extent(region)) else "",
        "districts_url": reverse("regions:districts"),
        "address_url": reverse("regions:address"),
        "attribution": basemap.attribution if (basemap := basemap_of(region)) else "",
    }


def _tiles(scheme: str) -> str:
    """Leaflet fills in z, x and y."""
    return reverse("regions:tile", args=[scheme, 0, 0, 0]).removesuffix("0/0/0.svg") + "{z}/{x}/{y}.svg"


def _extent(region: Region) -> Bounds | None:
    if region.border:
        return bounds(region.border)
    if region.lat is None or region.lon is None:
        return None
    return Bounds(region.lat - AROUND, region.lon - AROUND, region.lat + AROUND, region.lon + AROUND)


def overview(region: Region, cards: list[dict[str, Any]], list_url: str) -> Any:
    """The whole region with its districts and the entries of the list beside, as links."""
    areas = [Area(d.name, d.area, f"{list_url}?district={d.slug}") for d in districts(region) if d.area]
    pins = [Pin(card["lat"], card["lon"], card["title"], card["url"]) for card in cards if card["lat"] is not None]
    title = _("Karte von %(name)s") % {"name": region.name}
    return overview_map(basemap_of(region), title=title, border=region.border, areas=areas, pins=pins)


def thumbnail(region: Region, entry: Entry) -> Any:
    """A small map with one pin, or with a circle where the place is blurred; '' without a point."""
    if entry.lat is None or entry.lon is None:
        return ""
    radius = BLUR_LIMIT if entry.precision == Precision.BLURRED else 0
    title = _("Hier ist es ungefähr") if radius else _("Hier ist es")
    return point_map(basemap_of(region), entry.lat, entry.lon, title=title, radius=radius)
