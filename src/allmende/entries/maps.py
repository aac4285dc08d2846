"""What the map pages and thumbnails need: addresses of tiles and points, and the drawn map that needs no script."""

from typing import Any

from django.urls import reverse

from allmende.core.geo import load_basemap
from allmende.entries.models import Entry
from allmende.regions.models import Region
from allmende.regions.queries import districts


def map_facts(region: Region, cards: list[dict[str, Any]], list_url: str) -> dict[str, Any]:
    return {"tiles_url": _tiles("light"), "tiles_dark_url": _tiles("dark"), "districts_url": reverse("regions:districts")}


def _tiles(scheme: str) -> str:
    """Leaflet fills in z, x and y."""
    return reverse("regions:tile", args=[scheme, 0, 0, 0]).removesuffix("0/0/0.svg") + "{z}/{x}/{y}.svg"


def thumbnail(region: Region, entry: Entry) -> Any:
    return ""


__all__ = ["districts", "load_basemap", "map_facts", "thumbnail"]
