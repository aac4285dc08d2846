"""Borders as GeoJSON geometries (RFC 7946: Polygon and MultiPolygon, lon before lat, holes after the outer ring)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allmende.core.geo.mercator import Bounds

Geometry = Mapping[str, Any]
Ring = Sequence[Sequence[float]]


def rings(polygon: Geometry) -> Iterator[list[Ring]]:
    """One list of rings a part: the outer one, then its holes. A geometry of another type has none."""
    coordinates = polygon.get("coordinates", [])
    parts = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(polygon.get("type", ""), [])
    yield from (part for part in parts if part and part[0])


def contains(polygon: Geometry, lat: float, lon: float) -> bool:
    """Does the point lie inside, and in no hole? Of two polygons that share an edge only one has a point on it."""
    return any(
        inside(outer, lat, lon) and not any(inside(hole, lat, lon) for hole in holes)
        for outer, *holes in rings(polygon)
    )


def inside(ring: Ring, lat: float, lon: float) -> bool:
    """Is the point in the ring? Count the edges that a ray to the east crosses: odd is inside."""
    odd = False
    x_before, y_before = ring[-1][0], ring[-1][1]
    for x, y, *_ in ring:
        if (y > lat) != (y_before > lat) and lon < (x_before - x) * (lat - y) / (y_before - y) + x:
            odd = not odd
        x_before, y_before = x, y
    return odd


def bounds(polygon: Geometry) -> Bounds:
    """The box around the polygon. Raises ValueError if it is empty."""
    points = [point for outer, *_ in rings(polygon) for point in outer]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return Bounds(min(lats), min(lons), max(lats), max(lons))


def centroid(polygon: Geometry) -> tuple[float, float]:
    """(lat, lon) of the middle by area, holes left out of account; it may lie outside a bent polygon.

    Raises ValueError if the polygon is empty.
    """
    total = lat_sum = lon_sum = 0.0
    for outer, *_ in rings(polygon):
        area, lat, lon = _middle(outer)
        total, lat_sum, lon_sum = total + area, lat_sum + area * lat, lon_sum + area * lon
    if not total:
        box = bounds(polygon)
        return (box.south + box.north) / 2, (box.west + box.east) / 2
    return lat_sum / total, lon_sum / total


def _middle(ring: Ring) -> tuple[float, float, float]:
    """Area (twice, in square degrees, never negative) and (lat, lon) of a ring's centroid by the shoelace formula."""
    base_x, base_y = ring[0][0], ring[0][1]  # near the origin the products keep their digits
    area = x_sum = y_sum = 0.0
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = (x1 - base_x) * (y2 - base_y) - (x2 - base_x) * (y1 - base_y)
        area += cross
        x_sum += (x1 + x2 - 2 * base_x) * cross
        y_sum += (y1 + y2 - 2 * base_y) * cross
    if not area:
        return 0.0, base_y, base_x
    return abs(area), base_y + y_sum / (3 * area), base_x + x_sum / (3 * area)


def inner_point(polygon: Geometry) -> tuple[float, float]:
    """(lat, lon) that surely lies inside, near the middle: where a name or a pin goes.

    Raises ValueError if the polygon is empty.
    """
    lat, lon = centroid(polygon)
    if contains(polygon, lat, lon):
        return lat, lon
    box = bounds(polygon)
    heights = [box.south + (box.north - box.south) * step / 16 for step in (8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14)]
    widest = max((stretch for height in heights for stretch in _stretches(polygon, height)), default=None)
    return (widest[1], widest[2]) if widest else (lat, lon)


def _stretches(polygon: Geometry, lat: float) -> Iterator[tuple[float, float, float]]:
    """(width, lat, lon of the middle) of each stretch of this parallel that lies inside."""
    crossings = sorted(
        (x2 - x1) * (lat - y1) / (y2 - y1) + x1
        for part in rings(polygon)
        for ring in part
        for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True)
        if (y1 > lat) != (y2 > lat)
    )
    for west, east in zip(crossings[::2], crossings[1::2], strict=True):
        yield east - west, lat, (west + east) / 2
