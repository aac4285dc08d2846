"""A base map of our own: roads, water, green, built land and names from a GeoJSON file, ready to be drawn at a zoom.

Features carry ``k`` (kind: road, rail, stream, water, green, built, place, number), ``c`` (class: roads 1 motorway to
7 path; places 1 town, 2 district) and ``n`` (name).
"""

import gzip
import json
from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from allmende.core.geo.lines import Box, box_of, packed, thinned
from allmende.core.geo.mercator import TILE_SIZE, Bounds, project

UNITS = 4  # a sheet counts quarters of a pixel, so that whole numbers are fine enough
TILE_UNITS = TILE_SIZE * UNITS
AREAS = frozenset({"built", "green", "water"})
MARGIN = 16 * UNITS  # a wide road's edge reaches into the next tile


@dataclass(frozen=True, eq=False, repr=False)
class Feature:
    kind: str
    rank: int  # c, 0 if it has none
    name: str
    points: "array[float]"  # x and y in turn, on the unit square of Web Mercator


@dataclass(frozen=True, eq=False, repr=False)
class Shape:
    """A feature at one zoom, in units of the sheet."""

    feature: Feature
    points: "array[int]"
    box: Box


@dataclass(frozen=True, eq=False, repr=False)
class Sheet:
    """The whole base map at one zoom, thinned, with an index by tile."""

    zoom: int
    shapes: list[Shape]
    by_tile: dict[tuple[int, int], list[Shape]]


@dataclass(frozen=True, eq=False, repr=False)
class Basemap:
    """Hashed by identity: one file is one base map in a process."""

    features: list[Feature]
    bounds: Bounds
    attribution: str
    _sheets: dict[int, Sheet] = field(default_factory=dict)

    def sheet(self, zoom: int) -> Sheet:
        """The sheet of a zoom, made when it is first asked for."""
        if zoom not in self._sheets:
            self._sheets[zoom] = _make_sheet(self, zoom)
        return self._sheets[zoom]


@lru_cache(maxsize=16)
def load_basemap(path: Path | str) -> Basemap:
    """The base map of a .geojson or .geojson.gz file, read once in a process.

    The file may name its ``attribution``. Raises OSError if it is missing and ValueError if it is no such file.
    """
    raw = Path(path).read_bytes()
    data = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    features = [feature for row in data["features"] for feature in _read(row)]
    west, south, east, north = data["bbox"]
    return Basemap(features, Bounds(south, west, north, east), data.get("attribution", ""))


def _read(row: dict[str, Any]) -> Iterator[Feature]:
    """Rings become features of their own: areas of one kind are drawn as one path, where a hole is a hole."""
    about = row["properties"]
    for points in _lines(row["geometry"]["type"], row["geometry"]["coordinates"]):
        numbers = array("d", [number for point in points for number in point])
        yield Feature(about["k"], about.get("c", 0), about.get("n", ""), numbers)


def _lines(kind: str, coordinates: list[Any]) -> Iterator[list[tuple[float, float]]]:
    """The lines of a geometry on the unit square; outer rings turn one way and holes the other, so fills add up."""
    if kind.startswith("Multi"):
        for part in coordinates:
            yield from _lines(kind.removeprefix("Multi"), part)
    elif kind == "Polygon":
        for index, ring in enumerate(coordinates):
            points = [project(lat, lon) for lon, lat, *_ in ring]
            yield points if (_turn(points) > 0) == (index == 0) else points[::-1]
    else:
        line = [coordinates] if kind == "Point" else coordinates
        yield [project(lat, lon) for lon, lat, *_ in line]


def _turn(ring: list[tuple[float, float]]) -> float:
    """Positive if the ring turns one way, negative if the other (shoelace formula)."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _make_sheet(basemap: Basemap, zoom: int) -> Sheet:
    shapes = [shape for feature in basemap.features if (shape := _scaled(feature, zoom))]
    by_tile: dict[tuple[int, int], list[Shape]] = defaultdict(list)
    for shape in shapes:
        left, top, right, bottom = shape.box
        for x in range((left - MARGIN) // TILE_UNITS, (right + MARGIN) // TILE_UNITS + 1):
            for y in range((top - MARGIN) // TILE_UNITS, (bottom + MARGIN) // TILE_UNITS + 1):
                by_tile[x, y].append(shape)
    return Sheet(zoom, shapes, dict(by_tile))


def _scaled(feature: Feature, zoom: int) -> Shape | None:
    """The feature at this zoom, None if it would be smaller than two pixels."""
    scale = TILE_UNITS * 2**zoom
    numbers = iter(feature.points)
    exact = [(round(x * scale), round(y * scale)) for x, y in zip(numbers, numbers, strict=True)]
    points = thinned(exact, _coarse(zoom))
    box = box_of(points)
    if len(points) > 1 and max(box[2] - box[0], box[3] - box[1]) < 2 * UNITS:
        return None
    return Shape(feature, packed(points), box)


def _coarse(zoom: int) -> float:
    """How far a thinned line may stray: half a pixel where much is seen at once, less when close."""
    return UNITS * (0.6 if zoom < 15 else 0.3)
