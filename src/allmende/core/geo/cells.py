"""A place as one integer, so that a map tile is a range of an index and a cluster is a prefix.

The cell of a point is its tile at zoom 26 (0.6 m at the equator) with the bits of x and y interleaved, y first:
the quadkey read as a number. It has 52 bits, so it fits a signed 64-bit column and is exact in JavaScript.
Quadkeys: https://learn.microsoft.com/bingmaps/articles/bing-maps-tile-system
"""

from allmende.core.geo.mercator import Bounds, project, tile_bounds

DEPTH = 26
_SIDE = 1 << DEPTH


def _spread(number: int) -> int:
    """Put a zero bit before each of 32 bits."""
    for shift, mask in ((16, 0x0000FFFF0000FFFF), (8, 0x00FF00FF00FF00FF), (4, 0x0F0F0F0F0F0F0F0F),
                        (2, 0x3333333333333333), (1, 0x5555555555555555)):  # fmt: skip
        number = (number | (number << shift)) & mask
    return number


def _gather(number: int) -> int:
    """Drop every second bit: the reverse of _spread."""
    number &= 0x5555555555555555
    for shift, mask in ((1, 0x3333333333333333), (2, 0x0F0F0F0F0F0F0F0F), (4, 0x00FF00FF00FF00FF),
                        (8, 0x0000FFFF0000FFFF), (16, 0x00000000FFFFFFFF)):  # fmt: skip
        number = (number | (number >> shift)) & mask
    return number


def _join(x: int, y: int) -> int:
    return _spread(y) << 1 | _spread(x)


def cell(lat: float, lon: float) -> int:
    """The cell of a point: 0 ≤ cell < 2**52."""
    x, y = project(lat, lon)
    return _join(*(min(_SIDE - 1, max(0, int(part * _SIDE))) for part in (x, y)))


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """Lowest and highest cell of a tile, both inside: ``filter(cell__range=tile_range(z, x, y))``.

    Raises ValueError for a tile that does not exist.
    """
    if not (0 <= z <= DEPTH and 0 <= x < 2**z and 0 <= y < 2**z):
        message = f"no tile {z}/{x}/{y}"
        raise ValueError(message)
    shift = group_shift(z)
    low = _join(x, y) << shift
    return low, low + (1 << shift) - 1


def group_shift(zoom: int) -> int:
    """By how many bits the database shifts a cell to the right to get its group: ``F("cell").bitrightshift(…)``."""
    return 2 * (DEPTH - zoom)


def group_key(cell: int, zoom: int) -> int:
    """The tile of this zoom in which the cell lies, as a number; equal keys are one cluster.

    A map of zoom z that groups by squares of 64 pixels asks for zoom z + 2.
    """
    return cell >> group_shift(zoom)


def group_bounds(key: int, zoom: int) -> Bounds:
    """The box of a group in degrees, for zooming into a cluster."""
    return tile_bounds(zoom, _gather(key), _gather(key >> 1))


def cover(bounds: Bounds) -> list[tuple[int, int]]:
    """Few ranges of cells (at most four, lowest first, both ends inside) that together hold every point of the box.

    They hold some points around it as well: whoever needs the exact box filters by lat and lon too.
    """
    left, top = project(bounds.north, bounds.west)
    right, bottom = project(bounds.south, bounds.east)
    zoom = DEPTH
    while zoom and (_tile(right, zoom) - _tile(left, zoom) > 1 or _tile(bottom, zoom) - _tile(top, zoom) > 1):
        zoom -= 1
    columns = range(_tile(left, zoom), _tile(right, zoom) + 1)
    rows = range(_tile(top, zoom), _tile(bottom, zoom) + 1)
    return _merged(sorted(tile_range(zoom, x, y) for x in columns for y in rows))


def _tile(part: float, zoom: int) -> int:
    return min((1 << zoom) - 1, max(0, int(part * (1 << zoom))))


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = [ranges[0]]
    for low, high in ranges[1:]:
        if low == merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged
