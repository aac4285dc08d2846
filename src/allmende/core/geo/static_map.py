"""Maps inside a page, as SVG: what people see without JavaScript. ``css/map.css`` colours them, light and dark."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from allmende.core.geo import polygons
from allmende.core.geo.basemap import AREAS, Basemap, Feature
from allmende.core.geo.lines import Box, Point, box_of, cut_line, cut_ring, overlap, path, thinned
from allmende.core.geo.mercator import TILE_SIZE, Bounds, fit_zoom, project, unproject
from allmende.core.geo.points import EARTH_RADIUS
from allmende.core.geo.polygons import Geometry

OVERVIEW_SIZE = (480, 440)  # units of the drawing; CSS lets it grow with the page
POINT_SIZE = (320, 200)
_TOUCH = 34  # pins nearer than this become one: on a phone each keeps 24 pixels of its own
_EARTH = 6.283185307179586 * EARTH_RADIUS


class Area(NamedTuple):
    """A district: its polygon is a link."""

    name: str
    polygon: Geometry
    href: str


class Pin(NamedTuple):
    """An entry on the map."""

    lat: float
    lon: float
    title: str
    href: str


class Frame(NamedTuple):
    """Which part of the world a drawing shows: its middle on the unit square, its zoom, its size."""

    x: float
    y: float
    zoom: float
    width: int
    height: int
    border: tuple[Point, ...] = ()  # in units of the drawing: features that do not touch it are left out

    def place(self, lat: float, lon: float) -> Point:
        return self.scaled(*project(lat, lon))

    def scaled(self, x: float, y: float) -> Point:
        scale = TILE_SIZE * 2**self.zoom
        return round((x - self.x) * scale + self.width / 2), round((y - self.y) * scale + self.height / 2)

    @property
    def box(self) -> Box:
        return -8, -8, self.width + 8, self.height + 8


def overview_map(
    basemap: Basemap | None,
    *,
    title: str,
    border: Geometry | None,
    areas: Sequence[Area] = (),
    pins: Sequence[Pin] = (),
    list_href: str = "#liste",
) -> SafeString:
    """A figure of the whole region: districts are links, so are the pins; pins too near each other link to the list.

    Without a base map it has no ground, without a border it shows where areas and pins are; with none of them it is "".
    ``title`` names the drawing for screen readers.
    """
    box = _extent(border, areas, pins)
    if box is None:
        return SafeString("")
    frame = _frame_of(box, border)
    groups, outline = _grouped(pins, frame), _outline(border, frame) if border else ""
    whole = f"M0 0h{frame.width}v{frame.height}H0z"
    parts = [
        _background(basemap, frame, _FAR) if basemap else "",
        f'<path class="map-outside" fill-rule="evenodd" d="{whole}{outline}"/>' if border else "",
        *(_area(area, frame) for area in areas),
        f'<path class="map-border" d="{outline}"/>',
        *_area_names(areas, frame, [group[0][0] for group in groups]),
        *(_pins(group, list_href) for group in groups),
    ]
    return _figure("group", title, frame, parts, basemap)


def point_map(basemap: Basemap | None, lat: float, lon: float, *, title: str, radius: float = 0) -> SafeString:
    """A small figure with one pin or, where the place is blurred, a circle of so many metres round the point."""
    zoom = 14.7 if radius else 15.5
    frame = Frame(*project(lat, lon), zoom, *POINT_SIZE)
    x, y = frame.place(lat, lon)
    mark = f'<circle class="map-area" cx="{x}" cy="{y}" r="{_pixels(radius, lat, zoom)}"/>' if radius else _drop(x, y)
    background = _background(basemap, frame, _NEAR) if basemap else ""
    return _figure("img", title, frame, [background, mark], basemap)


def _extent(border: Geometry | None, areas: Sequence[Area], pins: Sequence[Pin]) -> Bounds | None:
    boxes = [polygons.bounds(border)] if border else [polygons.bounds(area.polygon) for area in areas]
    if not border:
        boxes += [Bounds(pin.lat - 0.004, pin.lon - 0.006, pin.lat + 0.004, pin.lon + 0.006) for pin in pins]
    if not boxes:
        return None
    souths, wests, norths, easts = zip(*boxes, strict=True)
    return Bounds(min(souths), min(wests), max(norths), max(easts)).padded(0.03)


def _frame_of(box: Bounds, border: Geometry | None) -> Frame:
    width, height = OVERVIEW_SIZE
    left, top = project(box.north, box.west)
    right, bottom = project(box.south, box.east)
    frame = Frame((left + right) / 2, (top + bottom) / 2, fit_zoom(box, width, height), width, height)
    if not border:
        return frame
    outer = max((part[0] for part in polygons.rings(border)), key=len)
    return frame._replace(border=tuple(frame.place(lat, lon) for lon, lat, *_ in outer))


def _figure(role: str, title: str, frame: Frame, parts: Sequence[str], basemap: Basemap | None) -> SafeString:
    """``group`` where links are inside, since an ``img`` hides what it holds from screen readers."""
    credit = f'<figcaption class="map-credit">{escape(basemap.attribution)}</figcaption>' if basemap else ""
    return SafeString(  # all that people wrote is escaped in the parts
        f'<figure class="map-static"><svg viewBox="0 0 {frame.width} {frame.height}" role="{role}"'
        f' aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<rect class="map-land" width="{frame.width}" height="{frame.height}"/>{"".join(parts)}</svg>{credit}</figure>'
    )


# Which sorts of features a drawing shows, from the ground up: (class in CSS, kind, ranks, pixels that may get lost).
Layer = tuple[str, str, frozenset[int], float]
_FAR: tuple[Layer, ...] = (
    ("map-green", "green", frozenset({0}), 2.5),
    ("map-water", "water", frozenset({0}), 1.0),
    ("map-stream", "stream", frozenset({0}), 1.5),
    ("map-road", "road", frozenset({5}), 1.2),
    ("map-rail", "rail", frozenset({0}), 1.2),
    ("map-road map-road--main", "road", frozenset({2, 3, 4}), 1.0),
    ("map-road map-road--motorway", "road", frozenset({1}), 1.0),
)
_NEAR: tuple[Layer, ...] = (
    ("map-built", "built", frozenset({0}), 1.0),
    ("map-green", "green", frozenset({0}), 1.0),
    ("map-water", "water", frozenset({0}), 1.0),
    ("map-stream map-near", "stream", frozenset({0}), 1.0),
    ("map-road map-near", "road", frozenset({6}), 1.0),
    ("map-road map-road--edge map-near", "road", frozenset({2, 3, 4, 5}), 1.0),
    ("map-rail map-near", "rail", frozenset({0}), 1.0),
    ("map-road map-road--street map-near", "road", frozenset({5}), 1.0),
    ("map-road map-road--main map-near", "road", frozenset({2, 3, 4}), 1.0),
    ("map-road map-road--motorway map-near", "road", frozenset({1}), 1.0),
)


@lru_cache(maxsize=256)
def _background(basemap: Basemap, frame: Frame, layers: tuple[Layer, ...]) -> str:
    drawn = []
    for classes, kind, ranks, tolerance in layers:
        chosen = (feature for feature in basemap.features if feature.kind == kind and feature.rank in ranks)
        data = "".join(_drawn(feature, frame, tolerance) for feature in chosen)
        drawn.append(f'<path class="{classes}" d="{data}"/>' if data else "")
    # A drawing within the drawing is clipped, also where the page lets the outer one grow beyond its frame.
    return f'<svg width="{frame.width}" height="{frame.height}">{"".join(drawn)}</svg>'


def _drawn(feature: Feature, frame: Frame, tolerance: float) -> str:
    """Path data of a feature within the frame, empty if it lies outside or is too small to be seen."""
    numbers = iter(feature.points)
    points = [frame.scaled(x, y) for x, y in zip(numbers, numbers, strict=True)]
    box = box_of(points)
    is_area = feature.kind in AREAS
    if not overlap(box, frame.box) or (is_area and (box[2] - box[0]) * (box[3] - box[1]) < 40 * tolerance):
        return ""
    points = thinned(points, tolerance)
    if frame.border and not any(polygons.inside(frame.border, y, x) for x, y in points):
        return ""
    if is_area:
        ring = cut_ring(points, frame.box)
        return path(ring, (0, 0), "z") if len(ring) > 2 else ""
    return "".join(path(piece, (0, 0)) for piece in cut_line(points, frame.box))


def _outline(polygon: Geometry, frame: Frame) -> str:
    rings = (ring for part in polygons.rings(polygon) for ring in part)
    return "".join(path([frame.place(lat, lon) for lon, lat, *_ in ring[:-1]], (0, 0), "z") for ring in rings)


def _area(area: Area, frame: Frame) -> str:
    return (
        f'<a class="map-district" href="{escape(area.href)}" aria-label="{escape(area.name)}">'
        f'<title>{escape(area.name)}</title><path d="{_outline(area.polygon, frame)}"/></a>'
    )


def _area_names(areas: Sequence[Area], frame: Frame, pins: Sequence[Point]) -> Iterator[str]:
    """Names where no pin and no other name is; hidden from screen readers, which have them from the links."""
    taken = [(x - 14, x + 14, y) for x, y in pins]
    for area in areas:
        x, middle = frame.place(*polygons.inner_point(area.polygon))
        half = 4 * len(area.name)
        heights = [middle + step for step in (0, -22, 22, -34, 34)]
        y = next((y for y in heights if not any(_meet(x, y, half, other) for other in taken)), middle)
        taken.append((x - half, x + half, y - 5))
        yield f'<text class="map-name" x="{x}" y="{y}" aria-hidden="true">{escape(area.name)}</text>'


def _meet(x: int, y: int, half: int, other: tuple[int, int, int]) -> bool:
    left, right, middle = other
    return x - half < right and left < x + half and abs(middle + 5 - y) < 18


def _grouped(pins: Sequence[Pin], frame: Frame) -> list[list[tuple[Point, Pin]]]:
    """Pins within the frame; those nearer than a fingertip to the first of a group join it."""
    groups: list[list[tuple[Point, Pin]]] = []
    for pin in pins:
        x, y = frame.place(pin.lat, pin.lon)
        if not overlap((x, y, x, y), (0, 0, frame.width, frame.height)):
            continue
        for group in groups:
            if max(abs(group[0][0][0] - x), abs(group[0][0][1] - y)) < _TOUCH:
                group.append(((x, y), pin))
                break
        else:
            groups.append([((x, y), pin)])
    return groups


def _pins(group: list[tuple[Point, Pin]], list_href: str) -> str:
    (x, y), pin = group[0]
    if len(group) == 1:
        return _pin(x, y, pin.href, pin.title, '<circle r="8"/><circle class="map-dot" r="3"/>')
    count = ngettext("%(count)s Eintrag: %(names)s", "%(count)s Einträge: %(names)s", len(group)) % {
        "count": len(group),
        "names": ", ".join(pin.title for _point, pin in group[:5]) + (" …" if len(group) > 5 else ""),
    }
    return _pin(x, y, list_href, count, f'<circle r="12"/><text y="5">{len(group)}</text>')


def _pin(x: int, y: int, href: str, label: str, mark: str) -> str:
    """The clear circle makes the target big enough for a finger."""
    return (
        f'<a class="map-pin" href="{escape(href)}" aria-label="{escape(label)}" transform="translate({x} {y})">'
        f'<title>{escape(label)}</title><circle class="map-touch" r="{_TOUCH // 2}"/>{mark}</a>'
    )


def _drop(x: int, y: int) -> str:
    """A pin whose tip stands on the point."""
    return (
        f'<g class="map-pin" transform="translate({x} {y})">'
        '<path d="M0 0C-3-9-13-13-13-23a13 13 0 1 1 26 0C13-13 3-9 0 0z"/><circle class="map-dot" cy="-23" r="5"/></g>'
    )


def _pixels(metres: float, lat: float, zoom: float) -> int:
    """How long so many metres are on a drawing of this zoom at this latitude."""
    _x, north = project(lat, 0)
    lat_after, _lon = unproject(0.5, north - 1 / (TILE_SIZE * 2**zoom))
    return round(metres / ((lat_after - lat) / 360 * _EARTH))


__all__ = ["OVERVIEW_SIZE", "POINT_SIZE", "Area", "Pin", "overview_map", "point_map"]
