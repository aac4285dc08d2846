"""The base map of a region: its own from the data folder, or the one of the demo town that lies beside this file."""

from pathlib import Path

from django.conf import settings

from allmende.core.geo import Basemap, load_basemap
from allmende.regions.models import Region


def basemap_of(region: Region) -> Basemap | None:
    """The base map, None if the region has none. Raises ValueError if its file cannot be read as one."""
    if not region.has_basemap:
        return None
    for folder in (settings.DATA / "maps", Path(__file__).parent):
        path = folder / f"{region.slug}.geojson.gz"
        if path.is_file():
            return load_basemap(path)
    return None
