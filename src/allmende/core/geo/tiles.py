"""Map tiles as SVG: presentation attributes only, so that they are pictures under any content security policy."""

from collections import defaultdict
from functools import lru_cache
from html import escape

from allmende.core.geo.basemap import AREAS, MARGIN, TILE_UNITS, UNITS, Basemap, Shape
from allmende.core.geo.labels import Label, lay_out
from allmende.core.geo.lines import Box, Point, cut_line, cut_ring, path, unpacked
from allmende.core.geo.mercator import TILE_SIZE, valid_tile
from allmende.core.geo.palette import PALETTES, PATH_CLASS, Palette, road_width

_FONT = "Fira Sans,Noto Sans,Segoe UI,Roboto,Helvetica Neue,Arial,DejaVu Sans,sans-serif"
_REACH = (-MARGIN, -MARGIN, TILE_UNITS + MARGIN, TILE_UNITS + MARGIN)
Paths = dict[tuple[str, int], str]


@lru_cache(maxsize=1024)
def render_tile(basemap: Basemap, z: int, x: int, y: int, scheme: str = "light") -> str:
    """The SVG of a tile of 256 × 256 pixels; plain land where the base map ends. Ask ``valid_tile`` before.

    ``scheme`` is light or dark. Raises ValueError for another or for a tile that does not exist.
    """
    if scheme not in PALETTES or not valid_tile(z, x, y):
        message = f"no tile {z}/{x}/{y} in {scheme}"
        raise ValueError(message)
    sheet, palette = basemap.sheet(z), PALETTES[scheme]
    origin = (x * TILE_UNITS, y * TILE_UNITS)
    paths = _paths(sheet.by_tile.get((x, y), []), origin)
    labels = _labels(basemap, z).get((x, y), [])
    body = [
        f'<rect width="{TILE_UNITS}" height="{TILE_UNITS}" fill="{palette.land}"/>',
        *_ground(paths, z, palette),
        *_roads(paths, z, palette),
        *_names(labels, origin, palette),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{TILE_SIZE}" height="{TILE_SIZE}"'
        f' viewBox="0 0 {TILE_UNITS} {TILE_UNITS}" fill="none" stroke-linecap="round" stroke-linejoin="round">'
        f"{''.join(body)}</svg>"
    )


@lru_cache(maxsize=32)
def _labels(basemap: Basemap, zoom: int) -> dict[tuple[int, int], list[Label]]:
    return lay_out(basemap.sheet(zoom))


def _paths(shapes: list[Shape], origin: Point) -> Paths:
    """Path data of what lies on the tile, by kind and class: one path for all of a sort keeps a tile small."""
    reach = (origin[0] + _REACH[0], origin[1] + _REACH[1], origin[0] + _REACH[2], origin[1] + _REACH[3])
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for shape in shapes:
        found[shape.feature.kind, shape.feature.rank].extend(_pieces(shape, reach, origin))
    return {sort: "".join(pieces) for sort, pieces in found.items() if pieces}


def _pieces(shape: Shape, reach: Box, origin: Point) -> list[str]:
    points = unpacked(shape.points)
    if len(points) < 2:
        return []
    if shape.feature.kind in AREAS:
        ring = cut_ring(points, reach)
        return [path(ring, origin, "z")] if len(ring) > 2 else []
    return [path(piece, origin) for piece in cut_line(points, reach)]


def _ground(paths: Paths, zoom: int, palette: Palette) -> list[str]:
    drawn = [
        f'<path fill="{colour}" d="{paths[kind, 0]}"/>'
        for kind, colour in (("built", palette.built), ("green", palette.green), ("water", palette.water))
        if (kind, 0) in paths
    ]
    if ("stream", 0) in paths:
        drawn.append(_stroke(paths["stream", 0], palette.stream, (0.8, 1, 1.2, 1.6, 2.2, 3, 4, 5.5)[zoom - 11]))
    return drawn


def _roads(paths: Paths, zoom: int, palette: Palette) -> list[str]:
    """All edges below all fills, so that crossings are open; railways between the small and the big roads."""
    ranks = sorted((rank for kind, rank in paths if kind == "road" and road_width(rank, zoom)), reverse=True)
    small, big = [rank for rank in ranks if rank > 4], [rank for rank in ranks if rank <= 4]
    return [
        *_layer(paths, small, zoom, palette),
        *_rail(paths, zoom, palette),
        *_layer(paths, big, zoom, palette),
    ]


def _layer(paths: Paths, ranks: list[int], zoom: int, palette: Palette) -> list[str]:
    edges, fills = [], []
    for rank in ranks:
        width, data = road_width(rank, zoom), paths["road", rank]
        fill, edge = _road_colours(rank, palette)
        if rank == PATH_CLASS:
            fills.append(_stroke(data, palette.path, width, f' stroke-dasharray="{4 * UNITS} {3 * UNITS}"'))
        elif width < 1.2:
            fills.append(_stroke(data, edge if rank <= 4 else palette.hair, width))
        else:
            edges.append(_stroke(data, edge, width + (1.2 if zoom < 15 else 2)))
            fills.append(_stroke(data, fill, width))
    return edges + fills


def _road_colours(rank: int, palette: Palette) -> tuple[str, str]:
    if rank == 1:
        return palette.motorway, palette.motorway_edge
    return (palette.main, palette.main_edge) if rank <= 4 else (palette.street, palette.street_edge)


def _rail(paths: Paths, zoom: int, palette: Palette) -> list[str]:
    if ("rail", 0) not in paths:
        return []
    data, width = paths["rail", 0], 1 if zoom < 14 else 2 if zoom < 16 else 3.2
    dashes = f' stroke-dasharray="{6 * UNITS} {6 * UNITS}" stroke-linecap="butt"'
    gaps = [_stroke(data, palette.rail_gap, width - 1, dashes)] if width > 1 else []
    return [_stroke(data, palette.rail, width), *gaps]


def _stroke(data: str, colour: str, width: float, more: str = "") -> str:
    return f'<path stroke="{colour}" stroke-width="{width * UNITS:g}"{more} d="{data}"/>'


def _names(labels: list[Label], origin: Point, palette: Palette) -> list[str]:
    if not labels:
        return []
    texts = "".join(_name(index, label, origin, palette) for index, label in enumerate(labels))
    halo = f'stroke="{palette.land}" stroke-width="{3 * UNITS}" paint-order="stroke"'
    return [f'<g font-family="{_FONT}" text-anchor="middle" {halo}>{texts}</g>']


def _name(index: int, label: Label, origin: Point, palette: Palette) -> str:
    if len(label.line) == 1:
        return _upright(label, origin, palette)
    colour = palette.text_water if label.kind == "water" else palette.text
    slant = ' font-style="italic"' if label.kind == "water" else ""
    return (
        f'<path id="n{index}" stroke="none" d="{path(list(label.line), origin)}"/>'
        f'<text font-size="{label.size}" fill="{colour}" dy="{round(label.size * 0.35)}"{slant}>'
        f'<textPath href="#n{index}" startOffset="50%">{escape(label.text)}</textPath></text>'
    )


def _upright(label: Label, origin: Point, palette: Palette) -> str:
    x, y = label.line[0][0] - origin[0], label.line[0][1] - origin[1] + round(label.size * 0.35)
    colour, more = palette.text, ' fill-opacity=".75"'
    if label.kind != "number":
        colour, more = palette.text_place, f' font-weight="600" letter-spacing="{label.size * 0.06:g}"'
    return f'<text x="{x}" y="{y}" font-size="{label.size}" fill="{colour}"{more}>{escape(label.text)}</text>'
