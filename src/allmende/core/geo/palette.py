"""Colours and widths of the base map; ``css/map.css`` has the same colours for maps inside a page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    land: str
    built: str
    green: str
    water: str
    stream: str
    rail: str
    rail_gap: str
    street: str
    street_edge: str
    main: str
    main_edge: str
    motorway: str
    motorway_edge: str
    hair: str  # small roads from afar
    path: str
    text: str
    text_place: str
    text_water: str


PALETTES = {
    "light": Palette(
        land="#f6f3ec", built="#ece4d6", green="#d8e5c9", water="#b4d5e4", stream="#a3cbdd",
        rail="#b3aa9c", rail_gap="#f6f3ec", street="#ffffff", street_edge="#dbcfbb", main="#fff3d6",
        main_edge="#d9c193", motorway="#f7d9a0", motorway_edge="#d3a860", hair="#dbcfbb", path="#c9b99f",
        text="#5f564a", text_place="#4a4238", text_water="#3f7693",
    ),
    "dark": Palette(
        land="#1b2229", built="#262f38", green="#1e302c", water="#1d4257", stream="#24516a",
        rail="#5b6570", rail_gap="#1b2229", street="#3b4752", street_edge="#141a20", main="#4d5964",
        main_edge="#141a20", motorway="#75684b", motorway_edge="#141a20", hair="#36424c", path="#46525c",
        text="#b4bfc8", text_place="#d5dde3", text_water="#86b9d3",
    ),
}  # fmt: skip

# Pixels by zoom 11 to 18 (index 0 to 7) of a road's fill; 0 leaves the class out.
WIDTHS: dict[int, tuple[float, ...]] = {
    1: (2.2, 2.8, 3.6, 4.8, 6.5, 9, 13, 18),
    2: (1.6, 2.0, 2.8, 3.8, 5.5, 8, 12, 17),
    3: (1.4, 1.8, 2.5, 3.5, 5.0, 7.5, 11, 16),
    4: (1.2, 1.6, 2.3, 3.3, 5.0, 7.5, 11, 16),
    5: (0, 0.8, 1.2, 2.0, 3.6, 6.0, 9.5, 14),
    6: (0, 0, 0, 0.9, 2.0, 3.6, 6, 9),
    7: (0, 0, 0, 0.6, 0.8, 1.1, 1.5, 2),
}
PATH_CLASS = 7  # drawn as a dashed line without an edge


def road_width(rank: int, zoom: int) -> float:
    """Pixels; 0 where the class is not drawn."""
    return WIDTHS.get(rank, WIDTHS[PATH_CLASS])[max(0, min(7, zoom - 11))]
