"""Tiles, districts and addresses come from our own house."""

import pytest

from allmende.core.text import fold
from allmende.regions.models import Street
from allmende.regions.queries import address_point

pytestmark = pytest.mark.django_db

SQUARE = {"type": "Polygon", "coordinates": [[[11.5, 49.9], [11.7, 49.9], [11.7, 50.0], [11.5, 50.0], [11.5, 49.9]]]}


@pytest.fixture
def streets(region):
    rows = [
        ("Hauptstraße", ""),
        ("Hauptstraße", "12"),
        ("Hauptstraße", "2"),
        ("Öhrchengasse", ""),
        ("Bahnhofstraße", "20"),
    ]
    for number, (name, house) in enumerate(rows):
        Street.objects.create(
            region=region,
            name=name,
            number=house,
            folded=fold(f"{name} {house}"),
            lat=round(49.98 + number / 1000, 3),
            lon=11.6,
        )


def labels(client, text, prefix=""):
    return [row["label"] for row in client.get(f"{prefix}/karte/adresse/", {"q": text}).json()["addresses"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("haupt", ["Hauptstraße", "Hauptstraße 12", "Hauptstraße 2"]),
        ("HAUPTSTRASSE 1", ["Hauptstraße 12"]),
        ("oehrchen", ["Öhrchengasse"]),
        ("Öhr", ["Öhrchengasse"]),
        ("h", []),
        ("", []),
        ("!!", []),
        ("%", []),
        ("%%", []),
        ("__", []),
        ("x" * 5000, []),
    ],
)
def test_addresses_are_found_by_their_beginning(client, streets, text, found):
    assert labels(client, text) == found


def test_an_address_has_its_point(client, streets):
    assert client.get("/karte/adresse/", {"q": "bahnhof"}).json() == {
        "addresses": [{"label": "Bahnhofstraße 20", "lat": 49.984, "lon": 11.6, "district": ""}]
    }


def test_addresses_of_another_region_are_not_found(client, streets, other_region):
    assert labels(client, "haupt", "/auenstedt") == []


@pytest.mark.parametrize("query", ["q=%00", "q=ab%00", "q=%ff%fe", "q=%ed%a0%80"])
def test_broken_text_is_refused(client, streets, query):
    assert client.get(f"/karte/adresse/?{query}").status_code == 400


def test_the_point_of_an_address(region, streets):
    assert address_point(region, "hauptstrasse 12") == (49.981, 11.6)
    assert (
        address_point(region, "Nirgendwo 3") == address_point(region, " ") == address_point(region, "!") == (None, None)
    )


def test_districts_and_border_are_shapes(client, region):
    region.border = SQUARE
    region.save()
    region.districts.filter(slug="altstadt").update(area=SQUARE)

    shapes = client.get("/karte/ortsteile.json").json()

    assert [feature["properties"] for feature in shapes["features"]] == [
        {"slug": "altstadt", "name": "Altstadt"},
        {"border": True},
    ]


@pytest.mark.parametrize(
    "path", ["light/14/8719/5555", "dark/0/0/0", "light/99/0/0", "sepia/0/0/0", "light/1/7/7", f"light/3/{9**40}/1"]
)
def test_a_region_without_a_base_map_has_no_tiles(client, region, path):
    assert client.get(f"/karte/kacheln/{path}.svg").status_code == 404
