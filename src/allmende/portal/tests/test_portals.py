"""A thematic portal: what it shows and to whom, and where its pages lie."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.core.files import picture_path
from allmende.core.models import Picture
from allmende.entries import actions
from allmende.entries.models import Entry, Status, Visibility
from allmende.portal.actions import open_portal
from allmende.portal.tests.conftest import put_in
from allmende.regions.actions import add_region, give_role, switch_module, update_portal
from allmende.regions.models import Address, Portal, Region, Role

CHANNELS = (
    "/klima/",
    "/klima/suche/?q=rad",
    "/klima/verzeichnis/",
    "/klima/verzeichnis/karte/",
    "/klima/verzeichnis/karte/punkte.json",
    "/klima/verzeichnis/export.csv",
    "/klima/verzeichnis/export.json",
    "/klima/veranstaltungen/",
    "/klima/veranstaltungen/kalender/",
    "/klima/veranstaltungen/kalender.ics",
    "/klima/veranstaltungen/karte/punkte.json",
    "/klima/veranstaltungen/export.csv",
    "/klima/veranstaltungen/export.json",
)
POINT = {"exact": {"street": "Hauptstraße 1", "lat": 49.98, "lon": 11.6, "private": False}}


def text(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


# What it shows


def test_every_channel_shows_what_has_a_topic_of_the_portal_and_nothing_else(
    client, region, energy, sport, make_profile, make_event
):
    for title, topics in (("Radinitiative", [sport, energy]), ("Radsportclub", [sport])):
        put_in(make_profile(title, **POINT), *topics)
        put_in(make_event(f"{title} faehrt", **POINT), *topics)

    pages = {path: text(client.get(path)) for path in CHANNELS}

    assert {path: ("Radinitiative" in page, "Radsportclub" in page) for path, page in pages.items()} == dict.fromkeys(
        CHANNELS, (True, False)
    )
    assert "Radsportclub" in text(client.get("/verzeichnis/"))


@pytest.mark.parametrize("secret", ["draft", "waiting", "hidden", "archived", "signed_in", "circle", "link"])
def test_what_a_guest_may_not_see_is_in_no_channel_of_the_portal(
    client, region, energy, make_profile, make_event, secret
):
    for entry in (make_profile("Geheimrad", **POINT), make_event("Geheimrad faehrt", **POINT)):
        put_in(entry, energy)
        if secret in Visibility.values:
            circle = {"circle": region.circle} if secret == Visibility.CIRCLE else {}
            actions.edit(entry, {"visibility": secret, **circle}, by=None)
        else:
            Entry.objects.filter(pk=entry.pk).update(status=Status(secret), listed=False)
            actions.relist([entry.pk])

    pages = [text(client.get(path)) for path in CHANNELS]
    own = [client.get("/klima" + entry.url.split("?")[0]) for entry in Entry.objects.all()]

    assert [path for path, page in zip(CHANNELS, pages, strict=True) if "Geheimrad" in page] == []
    assert {answer.status_code for answer in own} == {404}


def test_the_signed_in_see_in_the_portal_what_is_for_them(sign_in, alice, energy, make_event):
    event = make_event("Nur unter uns", visibility=Visibility.SIGNED_IN)
    put_in(event, energy)

    seen = {who: "Nur unter uns" in text(sign_in(who).get("/klima/veranstaltungen/")) for who in (None, alice)}

    assert seen == {None: False, alice: True}


def test_one_browses_by_the_topics_of_the_portal(client, region, energy, sport, make_event):
    put_in(make_event("Sonnenstrom", main_topic=sport), energy)

    page, here, there = (
        client.get("/klima/"),
        *(client.get(f"/klima/veranstaltungen/?topic={one}") for one in ("energie", "sport")),
    )

    assert [(topic["name"], topic["count"]) for topic in page.context["topics"]] == [("Energie", 1), ("Mobilität", 0)]
    assert (here.status_code, there.status_code) == (200, 400)
    assert here.context["cards"][0]["topic_name"] == "Energie"
    assert client.get("/veranstaltungen/").context["cards"][0]["topic_name"] == "Sport"


def test_counts_are_those_of_the_portal(client, energy, make_profile):
    make_profile("Ohne")
    put_in(make_profile("Mit"), energy)

    assert client.get("/klima/").context["counts"]()["organisation"] == 1
    assert client.get("/").context["counts"]()["organisation"] == 2


# Where its pages lie


def test_an_entry_of_the_portal_has_the_portals_frame_and_the_regions_canonical_address(client, energy, make_event):
    event = make_event("Sonnenstrom")
    put_in(event, energy)

    page = text(client.get(f"/klima/veranstaltungen/{event.pk}/"))

    assert f'<link rel="canonical" href="http://testserver/veranstaltungen/{event.pk}/">' in page
    assert "Ein Angebot von Lindach" in page
    assert "· Lindach fürs Klima</title>" in page


def test_a_list_is_canonical_in_the_portal_and_in_the_region(client, portal):
    pages = [text(client.get(f"{prefix}/veranstaltungen/")) for prefix in ("/klima", "")]

    assert '<link rel="canonical" href="http://testserver/klima/veranstaltungen/">' in pages[0]
    assert '<link rel="canonical" href="http://testserver/veranstaltungen/">' in pages[1]


@pytest.mark.parametrize("page", ["", "termin.ics"])
def test_an_entry_without_a_topic_of_the_portal_is_the_regions(client, portal, make_event, page):
    event = make_event("Turnfest")

    answer = client.get(f"/klima/veranstaltungen/{event.pk}/{page}?von=plakat")

    assert (answer.status_code, answer["Location"]) == (302, f"/veranstaltungen/{event.pk}/{page}?von=plakat")


@pytest.mark.parametrize(
    "path",
    ["amt/", "amt/einstellungen/portale/", "konto/", "impressum/", "regionen/", "barriere-melden/?seite=/klima/"],
)
def test_what_is_the_regions_stays_at_its_address(client, portal, path):
    answer = client.get(f"/klima/{path}")

    assert (answer.status_code, answer["Location"]) == (302, f"/{path}")


def test_who_is_signed_in_stays_so_on_the_way_to_the_region(sign_in, admin, portal):
    answer = sign_in(admin).get("/klima/amt/", follow=True)

    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, "/amt/")


def test_one_signs_in_within_the_portal_and_comes_back(client, portal):
    answer = client.get("/klima/veranstaltungen/neu/")

    assert answer["Location"] == "/klima/anmelden/?next=/klima/veranstaltungen/neu/"
    assert "Lindach fürs Klima" in text(client.get(answer["Location"]))


def test_a_path_inside_a_path_leads_nowhere_else(client, portal):
    assert client.get("/klima//boese.example/amt/").status_code == 404
    assert client.get("/klima/klima/").status_code == 404


def test_without_the_last_slash_and_in_capitals(client, portal):
    assert client.get("/klima?q=1")["Location"] == "/klima/?q=1"
    assert client.get("/Klima/").status_code == 200


def test_the_look_is_the_portals(client, admin, portal):
    before = client.get("/klima/").context["theme_href"]

    update_portal(portal, {"brand": "#7a1f1f"}, by=admin)

    after = client.get("/klima/").context["theme_href"]
    assert before != after
    assert client.get("/").context["theme_href"] != after
    assert "immutable" in client.get(after)["Cache-Control"]


def test_the_regions_home_page_leads_to_its_portals_and_the_chooser_does_not(client, admin, portal):
    seen = [text(client.get("/")), text(client.get("/regionen/"))]
    update_portal(portal, {"on": False}, by=admin)
    seen.append(text(client.get("/")))

    assert ["http://testserver/klima/" in page for page in seen] == [True, False, False]


def test_the_page_of_an_entry_names_the_portals_that_show_it(client, energy, make_event):
    event = make_event("Sonnenstrom")
    before = client.get(f"/veranstaltungen/{event.pk}/").context["portals"]
    put_in(event, energy)

    after = client.get(f"/veranstaltungen/{event.pk}/").context["portals"]

    assert (before, after) == ([], [("Lindach fürs Klima", "http://testserver/klima/")])


def test_a_portal_of_a_region_under_a_path(client, other_region, admin):
    open_portal(other_region, name="Auenklima", path="auenklima", topics=[{"slug": "k", "name": "K"}], by=None)

    assert "Ein Angebot von Auenstedt" in text(client.get("/auenklima/"))
    assert client.get("/auenklima/impressum/")["Location"] == "/auenstedt/impressum/"


def test_a_portal_lies_beside_its_region_at_the_regions_own_host(client, region, portal):
    other = add_region("bad", name="Bad", land="DE-BY", contact_mail="amt@bad.example", by=None, host="bad.example")
    Region.objects.filter(pk=other.pk).update(stage="open")
    made = open_portal(other, name="Badklima", path="badklima", topics=[{"slug": "k", "name": "K"}], by=None)

    answer = client.get("/badklima/", HTTP_HOST="bad.example")

    assert answer.context["region"].portal == made
    assert client.get("/badklima/amt/", HTTP_HOST="bad.example")["Location"] == "/amt/"
    assert made.url("portal:home") == "https://bad.example/badklima/"
    assert client.get("/klima/", HTTP_HOST="bad.example").status_code == 404


# Marks, feeds


def test_who_has_the_answer_of_the_region_does_not_have_that_of_the_portal(client, energy, make_event):
    put_in(make_event("Sonnenstrom", **POINT), energy)

    for path in ("kalender.ics", "karte/punkte.json", "export.csv"):
        tags = [client.get(f"{prefix}/veranstaltungen/{path}")["ETag"] for prefix in ("", "/klima")]
        assert tags[0] != tags[1]
        assert client.get(f"/klima/veranstaltungen/{path}", headers={"if-none-match": tags[0]}).status_code == 200
        assert client.get(f"/klima/veranstaltungen/{path}", headers={"if-none-match": tags[1]}).status_code == 304


def test_a_calendar_subscribed_in_the_portal_stays_the_portals(client, energy, make_event):
    put_in(make_event("Sonnenstrom"), energy)
    make_event("Turnfest")

    address = client.get("/klima/veranstaltungen/?topic=energie").context["ical_url"]
    calendar = text(client.get(address.removeprefix("http://testserver")))

    assert address == "http://testserver/klima/veranstaltungen/kalender.ics?topic=energie"
    assert "Lindach fürs Klima: Veranstaltungen" in calendar.replace("\r\n ", "")
    assert ("Sonnenstrom" in calendar, "Turnfest" in calendar) == (True, False)


def test_the_same_event_is_one_in_both_calendars(client, energy, make_event):
    put_in(make_event("Sonnenstrom"), energy)

    calendars = [text(client.get(f"{prefix}/veranstaltungen/kalender.ics")) for prefix in ("", "/klima")]

    lines = [[line for line in one.splitlines() if line.startswith(("UID", "URL"))] for one in calendars]
    assert lines[0] == lines[1]


def test_points_lead_to_pages_of_the_portal(client, energy, make_event):
    event = make_event("Sonnenstrom", **POINT)
    put_in(event, energy)

    (point,) = json.loads(text(client.get("/klima/veranstaltungen/karte/punkte.json")))["points"]

    assert point["url"] == f"/klima/veranstaltungen/{event.pk}/"


# Closed, switched off


@pytest.mark.parametrize("stage", ["preparing", "invited"])
def test_the_portal_of_a_closed_region_does_not_exist(client, other_region, stage, make_event):
    portal = open_portal(other_region, name="Auenklima", path="auenklima", topics=[{"slug": "k", "name": "K"}], by=None)
    Address.objects.create(region=other_region, portal=portal, host="auenklima.example")
    Region.objects.filter(pk=other_region.pk).update(stage=stage)

    answers = [
        client.get(path.replace("/klima/", "/auenklima/"))
        for path in (*CHANNELS, "/klima/anmelden/", "/klima/konto/erste-anmeldung/x/")
    ]
    at_host = [client.get(path.replace("/klima/", "/"), HTTP_HOST="auenklima.example") for path in CHANNELS]

    assert {answer.status_code for answer in [*answers, *at_host]} == {404}
    assert [one for one in [*answers, *at_host] if "Auenklima" in text(one) or "Auenstedt" in text(one)] == []


def test_whoever_may_enter_the_region_enters_its_portal(sign_in, alice, other_region):
    open_portal(other_region, name="Auenklima", path="auenklima", topics=[{"slug": "k", "name": "K"}], by=None)
    Region.objects.filter(pk=other_region.pk).update(stage="preparing")
    give_role(alice, Role.Name.EDITOR, region=other_region, by=None)

    assert sign_in(alice).get("/auenklima/").status_code == 200


def test_a_portal_that_is_switched_off_is_gone_in_every_channel(client, portal, admin):
    Address.objects.create(region=portal.region, portal=portal, host="klima.example")
    assert client.get("/", HTTP_HOST="klima.example").status_code == 200

    update_portal(portal, {"on": False}, by=admin)

    assert {client.get(path).status_code for path in CHANNELS} == {404}
    assert {client.get(path.replace("/klima/", "/"), HTTP_HOST="klima.example").status_code for path in CHANNELS} == {
        404
    }


def test_a_switched_off_module_is_off_in_the_portal(client, portal, region):
    switch_module(region, "events", on=False, position=1, options={}, by=None)

    assert client.get("/klima/veranstaltungen/").status_code == 404


def test_at_a_host_of_its_own_all_is_the_portals_and_the_rest_leads_home(client, portal, energy, make_event):
    Address.objects.create(region=portal.region, portal=portal, host="klima.example")
    put_in(make_event("Sonnenstrom"), energy)

    page = client.get("/veranstaltungen/", HTTP_HOST="klima.example")

    assert [card["title"] for card in page.context["cards"]] == ["Sonnenstrom"]
    assert page.context["canonical"] == "https://klima.example/veranstaltungen/"
    assert client.get("/amt/", HTTP_HOST="klima.example")["Location"] == "http://testserver/amt/"
    assert client.get("/", HTTP_HOST="klima.example").context["theme_href"].startswith("/theme/")


def shown(browser, address):
    answer = browser.get(address)
    text(answer)  # read to its end, the file is closed
    return answer.status_code


def test_its_picture_is_for_everybody_who_may_see_the_portal(client, portal, admin, sign_in, settings):
    picture = Picture.objects.create(region_id=portal.region_id, widths=[480], width=480, height=200)
    Portal.objects.filter(pk=portal.pk).update(picture=picture)
    file = picture_path(picture, 480)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"RIFF")
    address = f"/klima/bilder/{picture.token}/480.webp"

    seen = [shown(client, address)]
    update_portal(portal, {"on": False}, by=admin)
    seen += [shown(sign_in(who), address.removeprefix("/klima")) for who in (None, admin)]

    assert seen == [200, 404, 200]


def test_logo_and_picture_of_a_portal_are_shown_by_something(portal, time_machine):
    kept = [Picture.objects.create(region_id=portal.region_id, width=480, height=200) for _ in range(2)]
    Portal.objects.filter(pk=portal.pk).update(logo=kept[0], picture=kept[1], on=False)
    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert actions.remove_orphan_pictures() == 0
    assert Picture.objects.count() == 2


def test_who_edits_what_is_not_in_the_portal_is_led_to_the_town(portal, make_event, sign_in, alice, tsv):
    event = make_event("Turnfest", by=alice, organisation=tsv)
    page = f"/veranstaltungen/{event.pk}/bearbeiten/"

    answer = sign_in(alice).get(f"/klima{page}")

    assert (answer.status_code, answer.url.endswith(page), "klima" in answer.url) == (302, True, False)
