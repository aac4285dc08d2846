def test_several_regions_stand_on_a_drawn_map(client, region, other_region):
    other_region.lat, other_region.lon = 51.8, 11.3
    other_region.save()

    page = client.get("/regionen/").content.decode()

    assert page.count('class="map-static"') == 1
    assert page.count('href="http://testserver/auenstedt/"') == 2


def test_one_region_needs_no_map(client, region):
    assert client.get("/regionen/").content.decode().count("map-static") == 0
