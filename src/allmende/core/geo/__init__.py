"""Places, borders and maps; everything here is plain geometry and knows no domain (``docs/developers/maps.md``)."""

from allmende.core.geo.basemap import Basemap, load_basemap
from allmende.core.geo.cells import DEPTH, cell, cover, group_bounds, group_key, group_shift, tile_range
from allmende.core.geo.mercator import (
    HIGHEST_ZOOM,
    LOWEST_ZOOM,
    Bounds,
    fit_zoom,
    project,
    read_bounds,
    tile_bounds,
    unproject,
    valid_point,
    valid_tile,
)
from allmende.core.geo.points import BLUR_LIMIT, blur, distance
from allmende.core.geo.polygons import bounds, centroid, contains, inner_point
from allmende.core.geo.tiles import render_tile

__all__ = [
    "BLUR_LIMIT", "DEPTH", "HIGHEST_ZOOM", "LOWEST_ZOOM", "Basemap", "Bounds", "blur", "bounds", "cell", "centroid",
    "contains", "cover", "distance", "fit_zoom", "group_bounds", "group_key", "group_shift", "inner_point",
    "load_basemap", "project", "read_bounds", "render_tile", "tile_bounds", "tile_range", "unproject", "valid_point",
    "valid_tile",
]  # fmt: skip
