import json
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import allmende
from allmende.core.geo import bounds, load_basemap, project, render_tile
from allmende.core.geo.labels import lay_out
from allmende.core.geo.lines import cut_line, cut_ring, thinned
from allmende.core.geo.static_map import Area, Pin, overview_map, point_map

PACKAGE = Path(allmende.__file__).parent
TOWN = json.loads((PACKAGE / "portal/demo_town/geo/lindach.json").read_text())
HALL = (50.00586, 11.5959)  # Hauptstraße 12
ALLOWED = {"svg", "rect", "path", "g", "text", "textPath"}


@pytest.fixture(scope="module")
def basemap():
    return load_basemap(PACKAGE / "regions/basemap/lindach.geojson.gz")


def tile_at(zoom, lat=HALL[0], lon=HALL[1]):
    x, y = project(lat, lon)
    return zoom, int(x * 2**zoom), int(y * 2**zoom)


def tiles_of_the_town(zoom):
    box = bounds(TOWN["border"])
    _, left, top = tile_at(zoom, box.north, box.west)
    _, right, bottom = tile_at(zoom, box.south, box.east)
    return [(zoom, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def test_a_base_map_is_read_once(basemap):
    assert load_basemap(PACKAGE / "regions/basemap/lindach.geojson.gz") is basemap
    assert basemap.attribution == "© OpenStreetMap-Mitwirkende"


def test_a_base_map_may_be_plain_and_have_parts_and_holes(tmp_path):
    square = [
        [[11, 50], [11.1, 50], [11.1, 50.1], [11, 50.1], [11, 50]],
        [[11.04, 50.04], [11.06, 50.04], [11.06, 50.06], [11.04, 50.04]],
    ]
    geometry = {"type": "MultiPolygon", "coordinates": [square]}
    feature = {"type": "Feature", "properties": {"k": "green"}, "geometry": geometry}
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "bbox": [11, 50, 11.1, 50.1], "features": [feature]}))

    tile = render_tile(load_basemap(path), *tile_at(12, 50.05, 11.05))

    (green,) = re.findall(r'<path fill="#d8e5c9" d="([^"]+)"', tile)
    assert green.count("z") == 2  # the ring and, turning the other way, its hole


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("zoom", range(11, 19))
def test_a_tile_is_a_small_drawing_without_style_and_script(basemap, zoom, scheme):
    tiles = tiles_of_the_town(zoom)[:: max(1, 4 ** (zoom - 15))]

    for tile in tiles:
        text = render_tile(basemap, *tile, scheme)
        assert len(text.encode()) <= 60_000
        assert {element.tag.split("}")[1] for element in ET.fromstring(text).iter()} <= ALLOWED
        assert not re.search(r" style=|class=|http(?!://www\.w3\.org/2000/svg)", text)


def test_outside_the_data_there_is_plain_land(basemap):
    tile = render_tile(basemap, *tile_at(14, 52, 8))

    assert [element.tag.split("}")[1] for element in ET.fromstring(tile)] == ["rect"]


def test_a_street_is_named_from_zoom_16(basemap):
    near, far = ("".join(render_tile(basemap, *tile) for tile in tiles_of_the_town(zoom)) for zoom in (16, 15))

    assert (">Hauptstraße</textPath>" in near, ">Hauptstraße</textPath>" in far) == (True, False)


def test_districts_are_named_and_at_the_greatest_distance_the_town(basemap):
    middle, far = ("".join(render_tile(basemap, *tile) for tile in tiles_of_the_town(zoom)) for zoom in (14, 11))

    assert {district["name"] for district in TOWN["districts"]} <= set(re.findall(r">([^<]+)</text>", middle))
    assert set(re.findall(r">([^<]+)</text>", far)) == {"Lindach"}


def test_houses_have_their_numbers_when_close(basemap):
    assert ">12</text>" in render_tile(basemap, *tile_at(18))


def test_a_name_on_the_edge_is_drawn_by_both_tiles(basemap):
    labels = lay_out(basemap.sheet(16))

    shared = {label for here in labels for label in labels[here] if label in labels.get((here[0] + 1, here[1]), [])}

    assert len(shared) > 3
    assert all(label.box[0] // 1024 < label.box[2] // 1024 for label in shared)


def test_names_do_not_cover_each_other(basemap):
    labels = {label for tile in lay_out(basemap.sheet(17)).values() for label in tile if len(label.line) == 1}
    boxes = sorted(label.box for label in labels)

    covered = [(a, b) for a, b in pairwise(boxes) if a[2] > b[0] and a[1] < b[3] and b[1] < a[3]]

    assert covered == []


@pytest.mark.parametrize("bad", [(10, 0, 0, "light"), (14, 2**14, 0, "light"), (14, 0, 0, "sepia")])
def test_what_is_no_tile_is_refused(basemap, bad):
    with pytest.raises(ValueError, match="no tile"):
        render_tile(basemap, *bad)


def test_a_line_loses_what_nobody_sees():
    assert thinned([(0, 0), (5, 1), (10, 0), (20, 30), (30, 0)], 2) == [(0, 0), (10, 0), (20, 30), (30, 0)]


def test_a_line_is_cut_into_the_stretches_that_touch_the_box():
    line = [(-30, 5), (-20, 5), (5, 5), (30, 5), (40, 50), (5, 50), (5, 8)]

    assert list(cut_line(line, (0, 0, 10, 10))) == [[(-20, 5), (5, 5), (30, 5)], [(5, 50), (5, 8)]]


def test_a_ring_is_cut_at_the_sides_of_the_box():
    assert sorted(cut_ring([(-10, 2), (20, 2), (20, 8), (-10, 8)], (0, 0, 10, 10))) == [
        (0, 2),
        (0, 8),
        (10, 2),
        (10, 8),
    ]
    assert cut_ring([(-10, 2), (-5, 2), (-5, 8)], (0, 0, 10, 10)) == []


def overview(basemap, pins=(), title="Karte"):
    areas = [
        Area(district["name"], district["polygon"], f"?district={district['slug']}") for district in TOWN["districts"]
    ]
    return overview_map(basemap, title=title, border=TOWN["border"], areas=areas, pins=pins)


def links(figure):
    return re.findall(r'<a class="([^"]+)" href="([^"]+)" aria-label="([^"]+)"', figure)


def test_an_overview_is_small_and_its_districts_are_links(basemap):
    figure = overview(basemap)

    assert len(figure.encode()) < 18_000
    assert [href for _, href, _ in links(figure)] == [f"?district={district['slug']}" for district in TOWN["districts"]]


def test_pins_that_would_cover_each_other_lead_to_the_list(basemap):
    pins = [
        Pin(*HALL, "Bürgersaal", "/1/"),
        Pin(50.0058, 11.5958, "Rathaus", "/2/"),
        Pin(49.98195, 11.59666, "Sportplatz", "/3/"),
    ]

    figure = overview(basemap, pins)

    assert links(figure)[5:] == [
        ("map-pin", "#liste", "2 Einträge: Bürgersaal, Rathaus"),
        ("map-pin", "/3/", "Sportplatz"),
    ]


def test_a_pin_outside_the_drawing_is_left_out(basemap):
    assert links(overview(basemap, [Pin(51, 8, "Fern", "/1/")]))[5:] == []


def test_what_people_wrote_cannot_leave_its_place(basemap):
    evil = '"><script>alert(1)</script>'

    figure = overview(basemap, [Pin(*HALL, evil, f"/{evil}")], title=evil)

    assert "<script" not in figure
    assert ET.fromstring(figure).tag == "figure"


def test_a_drawing_has_no_style_of_its_own(basemap):
    for figure in (overview(basemap), point_map(basemap, *HALL, title="Hier")):
        assert not re.search(r"style|fill=|stroke=|id=", figure)


def test_a_region_without_border_shows_its_pins_and_without_any_nothing():
    figure = overview_map(None, title="Karte", border=None, pins=[Pin(*HALL, "Bürgersaal", "/1/")])

    assert links(figure) == [("map-pin", "/1/", "Bürgersaal")]
    assert overview_map(None, title="Karte", border=None) == ""


def test_a_point_has_a_pin_in_the_middle_and_the_notice_of_the_data(basemap):
    figure = point_map(basemap, *HALL, title="Hauptstraße 12")

    assert len(figure.encode()) < 6_000
    assert 'role="img" aria-label="Hauptstraße 12"' in figure
    assert '<g class="map-pin" transform="translate(160 100)">' in figure
    assert "© OpenStreetMap-Mitwirkende" in figure


def test_a_blurred_place_is_a_circle_and_no_pin(basemap):
    figure = point_map(basemap, *HALL, title="Ungefähr hier", radius=200)

    (radius,) = re.findall(r'<circle class="map-area" cx="160" cy="100" r="(\d+)"', figure)
    metres_a_pixel = 40_075_017 * 0.6427 / 256 / 2**14.7
    assert int(radius) == pytest.approx(200 / metres_a_pixel, abs=1)
    assert "map-pin" not in figure
