"""Web Mercator (EPSG:3857) on the unit square: x grows eastward, y southward, both from 0 to 1, as map tiles count."""

import math
from typing import NamedTuple

LATITUDE_LIMIT = 85.05112877980659  # the square of Web Mercator ends here
TILE_SIZE = 256
LOWEST_ZOOM = 11
HIGHEST_ZOOM = 18


class Bounds(NamedTuple):
    """A box in degrees; it never crosses the date line."""

    south: float
    west: float
    north: float
    east: float

    def padded(self, share: float) -> "Bounds":
        """The box, larger on each side by a share of its height and width."""
        tall, wide = (self.north - self.south) * share, (self.east - self.west) * share
        return Bounds(self.south - tall, self.west - wide, self.north + tall, self.east + wide)

    def text(self) -> str:
        """As "west,south,east,north", which ``read_bounds`` reads and ``data-bounds`` of a map wants."""
        return f"{self.west:.5f},{self.south:.5f},{self.east:.5f},{self.north:.5f}"


def valid_point(lat: float, lon: float) -> bool:
    """Is this a place that a map can show? False for NaN, infinities and the caps beyond Web Mercator."""
    return abs(lat) <= LATITUDE_LIMIT and abs(lon) <= 180


def valid_tile(z: int, x: int, y: int) -> bool:
    """Does this tile exist and is it of a zoom that we draw?"""
    return LOWEST_ZOOM <= z <= HIGHEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z


def project(lat: float, lon: float) -> tuple[float, float]:
    """Degrees to the unit square; latitudes beyond the limit are moved to it."""
    sine = math.sin(math.radians(max(-LATITUDE_LIMIT, min(LATITUDE_LIMIT, lat))))
    return lon / 360 + 0.5, 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)


def unproject(x: float, y: float) -> tuple[float, float]:
    """The unit square back to (lat, lon) in degrees."""
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))), (x - 0.5) * 360


def tile_bounds(z: int, x: int, y: int) -> Bounds:
    """The box of a tile in degrees."""
    north, west = unproject(x / 2**z, y / 2**z)
    south, east = unproject((x + 1) / 2**z, (y + 1) / 2**z)
    return Bounds(south, west, north, east)


def read_bounds(text: str) -> Bounds | None:
    """A box from "west,south,east,north" (the order of Leaflet's toBBoxString and of RFC 7946), None if it is none."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    west, east = max(west, -180.0), min(east, 180.0)
    south, north = max(south, -LATITUDE_LIMIT), min(north, LATITUDE_LIMIT)
    return Bounds(south, west, north, east) if west < east and south < north else None


def fit_zoom(bounds: Bounds, width: float, height: float) -> float:
    """The zoom (a fraction) at which the box just fills width × height pixels."""
    left, top = project(bounds.north, bounds.west)
    right, bottom = project(bounds.south, bounds.east)
    share = max((right - left) / width, (bottom - top) / height, 1e-12)
    return math.log2(1 / (TILE_SIZE * share))
