from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.entries.models import Entry
from allmende.regions.actions import switch_module
from allmende.regions.models import Region

GUEST_HOME = 9


def fill(make_profile, make_event, number):
    for one in range(number):
        make_profile(f"Verein {one}")
        make_event(f"Fest {one}", days=one + 1)


@pytest.mark.parametrize("number", [1, 3])
def test_a_guest_s_home_page_costs_the_same_for_1_and_3_rows(
    client, region, make_profile, make_event, django_assert_num_queries, number
):
    fill(make_profile, make_event, number)

    with django_assert_num_queries(GUEST_HOME):
        answer = client.get("/")

    assert [card["title"] for card in answer.context["coming"]] == [f"Fest {one}" for one in range(number)]


def test_the_home_page_of_an_empty_town_has_tiles_all_the_same(client, region):
    answer = client.get("/")

    assert [str(tile["title"]) for tile in answer.context["tiles"]] == ["Organisationen", "Veranstaltungen"]
    assert (answer.context["coming"], answer.context["new_entries"]) == ([], [])


def test_new_entries_stand_newest_first_and_drafts_not_at_all(client, make_profile):
    old, new = make_profile("Alter Verein"), make_profile("Neuer Verein")
    make_profile("Entwurf", public=False)
    Entry.objects.filter(pk=old.pk).update(published_at=timezone.now() - timedelta(days=5))
    Entry.objects.filter(pk=new.pk).update(published_at=timezone.now() - timedelta(days=1))

    answer = client.get("/")

    assert [card["title"] for card in answer.context["new_entries"]] == ["Neuer Verein", "Alter Verein"]


def test_an_event_that_is_over_is_not_coming(client, make_event):
    make_event("Gestern", days=-2)
    make_event("Morgen", days=1)

    answer = client.get("/")

    assert [card["title"] for card in answer.context["coming"]] == ["Morgen"]


def test_a_topic_tells_how_many_entries_it_has(client, region, make_profile):
    sport = region.topic_schemes.get().topics.get(slug="sport")
    make_profile("TSV", main_topic=sport, topics=[])

    answer = client.get("/")

    assert [(topic["name"], topic["count"]) for topic in answer.context["topics"]] == [("Sport", 1), ("Kultur", 0)]


def test_a_module_that_is_off_is_nowhere_on_the_home_page(client, region, make_event):
    make_event("Sommerfest")
    switch_module(region, "events", on=False, position=20, options={}, by=None)

    answer = client.get("/")

    assert [str(tile["title"]) for tile in answer.context["tiles"]] == ["Organisationen"]
    assert (answer.context["coming"], answer.context["events_url"]) == ([], "")


def test_the_region_s_own_name_of_a_module_stands_on_its_tile(client, region):
    switch_module(region, "directory", on=True, position=10, options={"title": "Vereine"}, by=None)

    answer = client.get("/")

    assert [str(tile["title"]) for tile in answer.context["tiles"]] == ["Vereine", "Veranstaltungen"]


def test_the_chooser_shows_open_and_listed_regions_with_links(client, region, other_region):
    hidden = region.__class__.objects.get(pk=other_region.pk)
    answer = client.get("/regionen/")

    assert [(place.name, place.home_url) for place in answer.context["regions"]] == [
        ("Auenstedt", "http://testserver/auenstedt/"),
        ("Lindach", "http://testserver/"),
    ]

    hidden.stage = Region.Stage.INVITED
    hidden.save()

    assert [place.name for place in client.get("/regionen/").context["regions"]] == ["Lindach"]


def test_the_chooser_needs_no_region(client, db):
    assert client.get("/regionen/").status_code == 200


def test_without_a_region_the_home_page_says_what_to_do(client, db):
    answer = client.get("/")

    assert answer.status_code == 503
    assert b"allmende init" in answer.content
