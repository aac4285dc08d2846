"""The drawn geography of the demo towns holds together: districts share out the town, addresses lie in them."""

import json
from itertools import pairwise
from pathlib import Path

import allmende
from allmende.core.geo import blur, bounds, contains, distance, load_basemap

PACKAGE = Path(allmende.__file__).parent
GEO = PACKAGE / "portal/demo_town/geo"


def read(name):
    return json.loads((GEO / name).read_text())


TOWN, ADDRESSES, STREETS = read("lindach.json"), read("addresses.json"), read("streets.json")
DISTRICTS = {district["slug"]: district for district in TOWN["districts"]}


def districts_at(lat, lon):
    return [slug for slug, district in DISTRICTS.items() if contains(district["polygon"], lat, lon)]


def grid():
    box = bounds(TOWN["border"]).padded(0.05)
    steps = [step / 60 for step in range(61)]
    return [
        (box.south + (box.north - box.south) * up, box.west + (box.east - box.west) * right)
        for up in steps
        for right in steps
    ]


def test_five_districts_share_out_the_town():
    wrong = [point for point in grid() if len(districts_at(*point)) != contains(TOWN["border"], *point)]

    assert len(DISTRICTS) == 5
    assert wrong == []


def test_neighbours_have_the_same_corners_on_their_common_border():
    edges = [
        edge for district in DISTRICTS.values() for edge in pairwise(map(tuple, district["polygon"]["coordinates"][0]))
    ]
    outside = set(pairwise(map(tuple, TOWN["border"]["coordinates"][0])))

    alone = {edge for edge in edges if edge[::-1] not in edges}

    assert alone == outside


def test_shapes_are_simple_closed_rings():
    for district in DISTRICTS.values():
        (ring,) = district["polygon"]["coordinates"]
        assert ring[0] == ring[-1]
        assert 8 <= len(ring) - 1 <= 25


def test_the_town_reaches_south_to_49_979_and_not_beyond():
    assert bounds(TOWN["border"]).south == 49.979


def test_every_address_lies_in_its_district():
    wrong = [address for address in ADDRESSES if districts_at(address["lat"], address["lon"]) != [address["district"]]]

    assert wrong == []


def test_the_addresses_of_the_demo_exist():
    wanted = {("Hauptstraße", "12"), ("Schulstraße", "6"), ("Am Sportplatz", "1"), ("Bahnhofstraße", "20")}

    assert wanted <= {(address["street"], address["number"]) for address in ADDRESSES}


def test_no_address_is_there_twice():
    assert len({(address["street"], address["number"]) for address in ADDRESSES}) == len(ADDRESSES)


def test_a_street_with_addresses_has_its_centre_among_them():
    for street in STREETS:
        houses = [(a["lat"], a["lon"]) for a in ADDRESSES if a["street"] == street["name"]]
        if houses:
            assert min(distance((street["lat"], street["lon"]), house) for house in houses) < 500


def test_every_street_is_listed_once_and_lies_in_a_district():
    names = [street["name"] for street in STREETS]

    assert names == sorted(set(names))
    assert {address["street"] for address in ADDRESSES} <= set(names)
    assert all(len(districts_at(street["lat"], street["lon"])) == 1 for street in STREETS)


def test_a_blurred_home_stays_on_the_base_map():
    box = load_basemap(PACKAGE / "regions/basemap/lindach.geojson.gz").bounds

    for address in ADDRESSES:
        lat, lon = blur(address["lat"], address["lon"])
        assert box.south < lat < box.north
        assert box.west < lon < box.east


def test_the_second_town_lies_far_away():
    other = read("auenstedt.json")

    assert contains(other["border"], other["centre"]["lat"], other["centre"]["lon"])
    assert distance(tuple(other["centre"].values()), tuple(TOWN["centre"].values())) > 150_000
    assert contains(TOWN["border"], TOWN["centre"]["lat"], TOWN["centre"]["lon"])
