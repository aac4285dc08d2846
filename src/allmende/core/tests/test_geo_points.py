import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.core.geo import blur, bounds, centroid, contains, distance, inner_point

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]}
WITH_HOLE = {"type": "Polygon", "coordinates": [SQUARE["coordinates"][0], [[4, 4], [4, 6], [6, 6], [6, 4], [4, 4]]]}
TWO = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], [[[20, 0], [22, 0], [22, 2], [20, 2], [20, 0]]]]}
HORSESHOE = {
    "type": "Polygon",
    "coordinates": [[[0, 0], [10, 0], [10, 10], [8, 10], [8, 2], [2, 2], [2, 10], [0, 10], [0, 0]]],
}


def test_a_degree_of_latitude_is_111_kilometres():
    assert distance((50, 11), (51, 11)) == pytest.approx(111_195, abs=1)


def test_a_degree_of_longitude_gets_shorter_towards_the_pole():
    assert distance((60, 11), (60, 12)) == pytest.approx(distance((0, 11), (0, 12)) / 2, rel=0.001)


@given(st.floats(-84, 84), st.floats(-180, 180), st.integers(10, 200))
def test_a_blurred_point_lies_near_and_is_never_the_exact_one(lat, lon, metres):
    moved = blur(lat, lon, metres)

    assert metres / 4 - 2 < distance((lat, lon), moved) <= metres
    assert moved == (round(moved[0], 5), round(moved[1], 5))
    assert -180 <= moved[1] < 180


def test_a_blur_goes_in_every_direction_and_fills_the_ring():
    moved = [blur(50, 11) for _ in range(400)]

    quarters = {(lat > 50, lon > 11) for lat, lon in moved}
    outer = sum(distance((50, 11), point) > 141 for point in moved)  # half of the disk's area lies beyond 141 m
    assert len(quarters) == 4
    assert 150 < outer < 270


@pytest.mark.parametrize("metres", [0, 9, 201, float("nan")])
def test_a_blur_has_bounds(metres):
    with pytest.raises(ValueError, match="10 to 200"):
        blur(50, 11, metres)


@pytest.mark.parametrize(("lat", "lon", "inside"), [(5, 1, True), (5, 5, False), (11, 5, False), (5, -1, False)])
def test_a_hole_is_outside(lat, lon, inside):
    assert contains(WITH_HOLE, lat, lon) is inside


@pytest.mark.parametrize(("lat", "lon", "inside"), [(1, 21, True), (1, 1, True), (1, 15, False)])
def test_a_polygon_may_have_parts(lat, lon, inside):
    assert contains(TWO, lat, lon) is inside


def test_a_geometry_without_area_contains_nothing():
    assert contains({"type": "Point", "coordinates": [1, 1]}, 1, 1) is False


@given(st.floats(0.01, 9.99), st.floats(0.01, 9.99), st.floats(0.1, 9.9))
def test_a_point_lies_in_exactly_one_of_two_neighbours(lat, lon, border):
    west = {"type": "Polygon", "coordinates": [[[0, 0], [border, 0], [border, 10], [0, 10], [0, 0]]]}
    east = {"type": "Polygon", "coordinates": [[[border, 0], [10, 0], [10, 10], [border, 10], [border, 0]]]}

    assert contains(west, lat, lon) + contains(east, lat, lon) == 1


@given(st.floats(-1, 11), st.floats(-1, 11))
def test_turning_a_ring_round_changes_nothing(lat, lon):
    turned = {"type": "Polygon", "coordinates": [HORSESHOE["coordinates"][0][::-1]]}

    assert contains(turned, lat, lon) == contains(HORSESHOE, lat, lon)


def test_bounds_hold_all_parts():
    assert bounds(TWO) == (0, 0, 10, 22)


def test_an_empty_polygon_has_no_bounds():
    with pytest.raises(ValueError, match="empty"):
        bounds({"type": "Polygon", "coordinates": []})


def test_the_centroid_is_the_middle_by_area():
    lat, lon = centroid(TWO)

    assert (lat, lon) == pytest.approx(((5 * 100 + 1 * 4) / 104, (5 * 100 + 21 * 4) / 104))


def test_a_flat_polygon_has_a_centroid_all_the_same():
    assert centroid({"type": "Polygon", "coordinates": [[[0, 0], [4, 0], [2, 0], [0, 0]]]}) == (0, 2)


@pytest.mark.parametrize("polygon", [SQUARE, WITH_HOLE, TWO, HORSESHOE])
def test_a_name_stands_inside_its_district(polygon):
    assert contains(polygon, *inner_point(polygon)) is True
