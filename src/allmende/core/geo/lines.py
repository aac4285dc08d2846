"""Cutting and thinning lines and rings, in whole units of a map sheet."""

from array import array
from collections.abc import Iterator

Point = tuple[int, int]
Box = tuple[int, int, int, int]  # left, top, right, bottom


def box_of(points: list[Point]) -> Box:
    columns, rows = [point[0] for point in points], [point[1] for point in points]
    return min(columns), min(rows), max(columns), max(rows)


def overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def thinned(points: list[Point], tolerance: float) -> list[Point]:
    """The line without points that lie closer than the tolerance to it (Douglas and Peucker 1973); both ends stay."""
    if len(points) < 3:
        return points
    keep = bytearray(len(points))
    keep[0] = keep[-1] = 1
    stretches = [(0, len(points) - 1)]
    while stretches:
        first, last = stretches.pop()
        index, far = _farthest(points, first, last)
        if far > tolerance:
            keep[index] = 1
            stretches += [(first, index), (index, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _farthest(points: list[Point], first: int, last: int) -> tuple[int, float]:
    (x1, y1), (x2, y2) = points[first], points[last]
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    best, far = first, 0.0
    for index in range(first + 1, last):
        x, y = points[index][0] - x1, points[index][1] - y1
        share = min(1.0, max(0.0, (x * dx + y * dy) / length)) if length else 0.0
        gap = (x - share * dx) ** 2 + (y - share * dy) ** 2
        if gap > far:
            best, far = index, gap
    return best, far**0.5


def cut_line(points: list[Point], box: Box) -> Iterator[list[Point]]:
    """The stretches of a line that touch the box: whole segments, so nothing has to be rounded."""
    stretch: list[Point] = []
    before = points[0]
    for point in points[1:]:
        if overlap(box, box_of([before, point])):
            stretch = stretch or [before]
            stretch.append(point)
        elif stretch:
            yield stretch
            stretch = []
        before = point
    if stretch:
        yield stretch


def cut_ring(points: list[Point], box: Box) -> list[Point]:
    """The ring within the box (Sutherland and Hodgman 1974); empty if it lies outside."""
    left, top, right, bottom = box
    for axis, limit, sign in ((0, left, 1), (0, right, -1), (1, top, 1), (1, bottom, -1)):
        points = _cut_side(points, axis, limit * sign, sign)
        if not points:
            break
    return points


def _cut_side(points: list[Point], axis: int, limit: int, sign: int) -> list[Point]:
    kept: list[Point] = []
    before = points[-1]
    inside_before = before[axis] * sign >= limit
    for point in points:
        inside = point[axis] * sign >= limit
        if inside != inside_before:
            share = (limit * sign - before[axis]) / (point[axis] - before[axis])
            other = round(before[1 - axis] + share * (point[1 - axis] - before[1 - axis]))
            kept.append((limit * sign, other) if axis == 0 else (other, limit * sign))
        if inside:
            kept.append(point)
        before, inside_before = point, inside
    return kept


def packed(points: list[Point]) -> "array[int]":
    """Four bytes a number instead of a hundred a point, since a process keeps whole sheets."""
    return array("i", [number for point in points for number in point])


def unpacked(numbers: "array[int]") -> list[Point]:
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def path(points: list[Point], origin: Point, close: str = "") -> str:
    """SVG path data with steps from point to point, which are short; ``close`` is "z" for a ring."""
    x, y = points[0]
    parts = [f"M{x - origin[0]} {y - origin[1]}"]
    for next_x, next_y in points[1:]:
        step = f"l{next_x - x} {next_y - y}" if len(parts) == 1 else f" {next_x - x} {next_y - y}"
        parts.append(step)
        x, y = next_x, next_y
    return "".join(parts).replace(" -", "-") + close
