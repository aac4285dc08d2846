import gzip
import json

from allmende.regions.basemap import basemap_of
from allmende.regions.models import Region

EMPTY = {"type": "FeatureCollection", "bbox": [11, 50, 12, 51], "attribution": "Stadt", "features": []}


def test_the_demo_town_has_its_base_map():
    assert basemap_of(Region(slug="lindach", has_basemap=True)).attribution == "© OpenStreetMap-Mitwirkende"


def test_a_region_without_a_base_map_has_none():
    assert basemap_of(Region(slug="lindach", has_basemap=False)) is None
    assert basemap_of(Region(slug="auenstedt", has_basemap=True)) is None


def test_a_town_brings_its_own(settings, tmp_path):
    settings.DATA = tmp_path
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps/lindach.geojson.gz").write_bytes(gzip.compress(json.dumps(EMPTY).encode()))

    assert basemap_of(Region(slug="lindach", has_basemap=True)).attribution == "Stadt"
