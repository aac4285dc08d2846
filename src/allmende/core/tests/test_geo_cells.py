import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.core.geo import (
    DEPTH,
    Bounds,
    cell,
    cover,
    group_bounds,
    group_key,
    group_shift,
    project,
    read_bounds,
    tile_bounds,
    tile_range,
    unproject,
    valid_point,
    valid_tile,
)

lats = st.floats(-85, 85)
lons = st.floats(-180, 180)
zooms = st.integers(0, DEPTH)


def tile_of(lat, lon, zoom):
    x, y = project(lat, lon)
    return min(2**zoom - 1, int(x * 2**zoom)), min(2**zoom - 1, int(y * 2**zoom))


@given(lats, lons)
def test_a_cell_fits_a_number_of_javascript(lat, lon):
    assert 0 <= cell(lat, lon) < 2**53


@given(lats, lons, zooms)
def test_the_cell_of_a_point_lies_in_the_range_of_its_tile(lat, lon, zoom):
    low, high = tile_range(zoom, *tile_of(lat, lon, zoom))

    assert low <= cell(lat, lon) <= high


@given(lats, lons, zooms, st.sampled_from([(1, 0), (0, 1), (-1, 0), (0, -1)]))
def test_the_cell_of_a_point_lies_in_no_neighbouring_tile(lat, lon, zoom, step):
    x, y = tile_of(lat, lon, zoom)
    neighbour = ((x + step[0]) % 2**zoom, (y + step[1]) % 2**zoom)

    low, high = tile_range(zoom, *neighbour)

    assert (low <= cell(lat, lon) <= high) == (neighbour == (x, y))


@given(zooms.filter(lambda zoom: zoom < DEPTH), st.data())
def test_the_four_tiles_below_share_out_the_range_of_a_tile(zoom, data):
    x, y = (data.draw(st.integers(0, 2**zoom - 1)) for _ in "xy")

    parts = sorted(tile_range(zoom + 1, 2 * x + right, 2 * y + down) for right in (0, 1) for down in (0, 1))

    assert tile_range(zoom, x, y) == (parts[0][0], parts[3][1])
    assert [low - 1 for low, _ in parts[1:]] == [high for _, high in parts[:3]]


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (27, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_a_tile_that_does_not_exist_has_no_range(z, x, y):
    with pytest.raises(ValueError, match="no tile"):
        tile_range(z, x, y)


def test_the_corners_of_the_world_are_the_first_and_the_last_cell():
    assert (cell(89, -180), cell(-89, 180)) == (0, 4**DEPTH - 1)


@given(lats, lons, zooms)
def test_points_of_one_tile_are_one_group(lat, lon, zoom):
    low, high = tile_range(zoom, *tile_of(lat, lon, zoom))

    key = group_key(cell(lat, lon), zoom)

    assert key == low >> group_shift(zoom) == high >> group_shift(zoom)


@given(lats, lons, st.integers(0, 20))
def test_the_box_of_a_group_is_its_tile(lat, lon, zoom):
    box = group_bounds(group_key(cell(lat, lon), zoom), zoom)

    assert box == tile_bounds(zoom, *tile_of(lat, lon, zoom))


@given(lats, lons)
def test_projecting_there_and_back_gives_the_same_point(lat, lon):
    assert unproject(*project(lat, lon)) == pytest.approx((lat, lon), abs=1e-9)


@given(st.tuples(lats, lats).map(sorted), st.tuples(lons, lons).map(sorted), st.floats(0, 1), st.floats(0, 1))
def test_every_point_of_a_box_lies_in_the_ranges_that_cover_it(lats, lons, up, right):
    box = Bounds(lats[0], lons[0], lats[1], lons[1])
    point = cell(lats[0] + (lats[1] - lats[0]) * up, lons[0] + (lons[1] - lons[0]) * right)

    ranges = cover(box)

    assert len(ranges) <= 4
    assert any(low <= point <= high for low, high in ranges)


def test_a_box_on_a_corner_of_tiles_needs_no_range_of_half_the_world():
    ranges = cover(Bounds(-0.001, -0.001, 0.001, 0.001))

    assert sum(high - low + 1 for low, high in ranges) < 4**DEPTH / 10**9


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "2,0,1,1", "0,2,1,1", "inf,0,inf,1", "1,2,3,4,5"]
)
def test_what_is_no_box_is_none(text):
    assert read_bounds(text) is None


def test_a_box_comes_back_from_its_text():
    box = Bounds(49.9, 11.5, 50.1, 11.6)

    assert read_bounds(box.text()) == box


def test_a_box_larger_than_the_world_is_the_world():
    assert read_bounds("-1000,-1000,1000,1000") == (-85.05112877980659, -180, 85.05112877980659, 180)


@pytest.mark.parametrize(
    ("lat", "lon", "valid"),
    [
        (50, 11, True),
        (-85, 180, True),
        (90, 0, False),
        (0, 181, False),
        (float("nan"), 0, False),
        (0, float("inf"), False),
    ],
)
def test_only_points_on_the_map_are_valid(lat, lon, valid):
    assert valid_point(lat, lon) is valid


@pytest.mark.parametrize(
    ("z", "x", "y", "valid"),
    [
        (11, 0, 0, True),
        (18, 2**18 - 1, 0, True),
        (10, 0, 0, False),
        (19, 0, 0, False),
        (11, 2048, 0, False),
        (11, 0, -1, False),
    ],
)
def test_only_tiles_of_a_drawn_zoom_are_valid(z, x, y, valid):
    assert valid_tile(z, x, y) is valid
