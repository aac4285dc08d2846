"""The page with the map holds the drawing, the same entries as a list, and what the script needs."""

import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

CARD = {
    "id": 7,
    "url": "/7/",
    "title": "TSV <Lindach>",
    "kind_label": "Verein",
    "district": "Altstadt",
    "summary": "Sport",
}
PAGE = {
    "module": SimpleNamespace(title="Verzeichnis", summary=""),
    "view": "map",
    "points_url": "/verzeichnis/punkte/?topic=sport",
    "tiles_url": "/karte/kacheln/light/{z}/{x}/{y}.svg",
    "tiles_dark_url": "/karte/kacheln/dark/{z}/{x}/{y}.svg",
    "bounds": "11.54,49.97,11.61,50.02",
    "overview": SafeString("<figure>Karte</figure>"),
}


@pytest.fixture
def page():
    return lambda *cards: render_to_string("entries/map.html", PAGE | {"cards": cards})


def test_an_entry_in_the_list_knows_its_place_on_the_map(page):
    text = page(CARD | {"lat": 50.00586, "lon": 11.5959})

    assert re.findall(r'data-map-entry="7" data-lat="([\d.]+)" data-lon="([\d.]+)"', text) == [("50.00586", "11.59590")]
    assert '<a href="/7/">TSV &lt;Lindach&gt;</a>' in text


def test_an_entry_without_a_point_says_so(page):
    text = page(CARD | {"lat": None, "lon": None})

    assert ("Ohne Punkt auf der Karte" in text, "data-lat" in text) == (True, False)


def test_the_drawing_stands_where_the_script_will_put_the_map(page):
    text = page()

    (data, inside) = re.search(r'<div class="map" ([^>]+)>(.*?)</div>', text, re.DOTALL).groups()
    assert inside == "<figure>Karte</figure>"
    assert 'data-tiles="/karte/kacheln/light/{z}/{x}/{y}.svg"' in data
    assert 'data-points="/verzeichnis/punkte/?topic=sport"' in data


def test_a_page_without_entries_says_what_to_do_next(page):
    assert "Alle Filter entfernen" in page()
