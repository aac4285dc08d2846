"""Where names stand on a sheet: laid out once for a whole zoom, so that a name goes on across the edges of tiles."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from allmende.core.geo.basemap import TILE_UNITS, UNITS, Shape, Sheet
from allmende.core.geo.lines import Box, Point, box_of, unpacked

_NARROW, _WIDE = frozenset("fijlrtI.,-' ()1"), frozenset("mwMWÄÖOQGß")
_GRID = 6 * UNITS  # names keep about this far apart
_REPEAT = 420 * UNITS  # a long street says its name again


@dataclass(frozen=True)
class Label:
    """A name: along the line if it has several points, else around its one point."""

    kind: str  # street, water, number, town, district
    text: str
    size: int  # units
    line: tuple[Point, ...]
    box: Box


class Room:
    """Which squares of the sheet already hold a name."""

    def __init__(self) -> None:
        self._taken: set[Point] = set()

    def take(self, boxes: list[Box]) -> bool:
        """Take the place of these boxes unless one of them is taken."""
        squares = {
            (x, y)
            for left, top, right, bottom in boxes
            for x in range(left // _GRID, right // _GRID + 1)
            for y in range(top // _GRID, bottom // _GRID + 1)
        }
        if squares & self._taken:
            return False
        self._taken |= squares
        return True


def text_width(text: str, size: float) -> float:
    """About how wide the text is in a sans-serif type of this size."""
    return size * sum(0.3 if char in _NARROW else 0.8 if char in _WIDE else 0.56 for char in text)


def lay_out(sheet: Sheet) -> dict[tuple[int, int], list[Label]]:
    """The names of a sheet by tile: districts first, then streets and water, at last house numbers."""
    room = Room()
    by_tile: dict[tuple[int, int], list[Label]] = defaultdict(list)
    for label in [*_places(sheet, room), *_streets(sheet, room), *_numbers(sheet, room)]:
        left, top, right, bottom = label.box
        for x in range(left // TILE_UNITS, right // TILE_UNITS + 1):
            for y in range(top // TILE_UNITS, bottom // TILE_UNITS + 1):
                by_tile[x, y].append(label)
    return by_tile


def _places(sheet: Sheet, room: Room) -> Iterator[Label]:
    rank = 1 if sheet.zoom <= 12 else 2
    size = (15 if rank == 1 else 12) * UNITS
    for shape in sheet.shapes:
        if shape.feature.kind == "place" and shape.feature.rank == rank and sheet.zoom <= 16:
            yield from _upright("town" if rank == 1 else "district", size, shape, room)


def _numbers(sheet: Sheet, room: Room) -> Iterator[Label]:
    size = 9 * UNITS
    for shape in sheet.shapes:
        if shape.feature.kind == "number" and sheet.zoom >= 17:
            yield from _upright("number", size, shape, room)


def _upright(kind: str, size: int, shape: Shape, room: Room) -> Iterator[Label]:
    (x, y), name = unpacked(shape.points)[0], shape.feature.name
    half, rise = round(text_width(name, size * 1.15) / 2), size // 2
    box = (x - half, y - rise, x + half, y + rise)
    if room.take([box]):
        yield Label(kind, name, size, ((x, y),), box)


def _streets(sheet: Sheet, room: Room) -> Iterator[Label]:
    """Main roads choose their room first."""
    named = defaultdict(list)
    for shape in sheet.shapes:
        kind, name = shape.feature.kind, shape.feature.name
        if name and kind in _FROM_ZOOM and sheet.zoom >= _FROM_ZOOM[kind]:
            named[shape.feature.rank or 9, kind, name].append(unpacked(shape.points))
    for (rank, kind, name), parts in sorted(named.items(), key=lambda item: item[0][0]):
        size = (11 if kind == "road" and (rank < 6 or sheet.zoom > 16) else 10) * UNITS
        for line in _chains(parts):
            yield from _along(line, "street" if kind == "road" else "water", name, size, room)


_FROM_ZOOM = {"road": 16, "stream": 15, "water": 16}


def _chains(parts: list[list[Point]]) -> Iterator[list[Point]]:
    """Pieces of one street joined end to end; at a fork it goes straight on."""
    rest = sorted(parts, key=len, reverse=True)
    while rest:
        chain = rest.pop(0)
        for _ in range(2):  # on from its end, then from its beginning
            while found := _straight_on(chain, rest):
                piece = rest.pop(found[1])
                chain += (piece if piece[0] == chain[-1] else piece[::-1])[1:]
            chain.reverse()
        yield chain


def _straight_on(chain: list[Point], rest: list[list[Point]]) -> tuple[float, int] | None:
    """The piece that goes on from the chain's end with the smallest turn: (turn in radians, its index)."""
    turns = [
        (_bend([chain[-2], chain[-1], piece[1] if piece[0] == chain[-1] else piece[-2]]), index)
        for index, piece in enumerate(rest)
        if chain[-1] in (piece[0], piece[-1])
    ]
    return min(turns, default=None)


def _along(line: list[Point], kind: str, text: str, size: int, room: Room) -> Iterator[Label]:
    """The name on the straightest stretches of the line that are long enough and still free."""
    need = text_width(text, size) + size / 2
    total = sum(math.dist(a, b) for a, b in pairwise(line))
    taken: list[float] = []
    for bend, middle, stretch in _stretches(line, need, total):
        if bend > 1.2 or any(abs(middle - other) < _REPEAT for other in taken):
            continue
        readable = stretch if stretch[0][0] <= stretch[-1][0] else stretch[::-1]
        if room.take([_around(point, size) for point in _dots(readable, size)]):
            taken.append(middle)
            left, top, right, bottom = box_of(readable)
            yield Label(kind, text, size, tuple(readable), (left - size, top - size, right + size, bottom + size))


def _stretches(line: list[Point], need: float, total: float) -> list[tuple[float, float, list[Point]]]:
    """Stretches of the wanted length: (how much it bends in radians, where its middle is, its points), best first."""
    steps = max(1, min(24, int((total - need) / (20 * UNITS)) + 1)) if total >= need else 0
    found = []
    for step in range(steps):
        start = (total - need) * (step + 0.5) / steps
        stretch = _between(line, start, start + need)
        found.append((_bend(stretch), start + need / 2, stretch))
    return sorted(found, key=lambda item: round(item[0] * 4) + abs(item[1] / total - 0.5))


def _between(line: list[Point], start: float, end: float) -> list[Point]:
    points, run = [], 0.0
    for a, b in pairwise(line):
        length = math.dist(a, b)
        if run + length > start and run < end:
            points += [_part(a, b, max(0.0, start - run) / length), _part(a, b, min(length, end - run) / length)]
        run += length
    return [point for index, point in enumerate(points) if not index or point != points[index - 1]]


def _part(a: Point, b: Point, share: float) -> Point:
    return round(a[0] + (b[0] - a[0]) * share), round(a[1] + (b[1] - a[1]) * share)


def _bend(line: list[Point]) -> float:
    """All turns of the line added up, in radians; a letter would fall over at a sharp one."""
    angles = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(line)]
    return sum(abs(math.remainder(after - before, math.tau)) for before, after in pairwise(angles))


def _dots(line: list[Point], gap: int) -> Iterator[Point]:
    for a, b in pairwise(line):
        count = max(1, round(math.dist(a, b) / gap))
        yield from (_part(a, b, step / count) for step in range(count + 1))


def _around(point: Point, size: int) -> Box:
    reach = size // 2
    return point[0] - reach, point[1] - reach, point[0] + reach, point[1] + reach
