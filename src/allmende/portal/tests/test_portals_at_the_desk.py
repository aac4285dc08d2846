"""Making and keeping portals at the desk."""

import pytest

from allmende.core.models import LogEntry
from allmende.core.once import form_token
from allmende.entries import actions
from allmende.entries.models import TopicScheme
from allmende.portal.actions import open_portal
from allmende.regions.models import Address, Portal

PORTALS = "/amt/einstellungen/portale/"
LOOK = {"brand": "#1d6a72", "accent": "#f0b23f", "logo_alt": "", "picture_alt": "", "picture_credit": "", "claim": ""}


@pytest.fixture
def portal(region):
    return open_portal(region, name="Klima", path="klima", topics=[{"slug": "e", "name": "Energie"}], by=None)


@pytest.fixture
def desk(sign_in, admin):
    return sign_in(admin)


def new(desk, **given):
    facts = {"name": "Klima", "path": "klima", "topics": "climate", "form_token": form_token()}
    return desk.post(PORTALS, facts | given)


def change(desk, portal, **given):
    facts = {"name": portal.name, "about": "", "host": "", **LOOK, "form_token": form_token()}
    return desk.post(f"{PORTALS}{portal.pk}/", facts | given)


def test_without_a_portal_the_page_says_what_one_is_for(desk):
    assert "Noch kein Themenportal" in desk.get(PORTALS).content.decode()


def test_a_portal_with_the_ready_topics_is_made_and_logged(desk, admin):
    answer = new(desk)

    portal, told = Portal.objects.get(), LogEntry.objects.get(verb="portal added")
    assert answer["Location"] == f"{PORTALS}{portal.pk}/"
    assert (portal.scheme.topics.count(), portal.scheme.is_main) == (8, False)
    assert (told.new, told.actor_id) == ({"name": "Klima", "path": "klima"}, str(admin.pk))
    assert desk.get("/klima/").status_code == 200


def test_sent_twice_it_is_made_once(desk):
    token = form_token()

    answers = [new(desk, form_token=token) for _ in range(2)]

    assert Portal.objects.count() == 1
    assert answers[0].status_code == 302


def test_a_list_of_the_region_that_is_free_becomes_the_portals(desk, region):
    topics = [{"slug": "r", "name": "R"}]
    scheme = actions.add_scheme(region, slug="rad", name="Rad", topics=topics, is_main=False, by=None)

    new(desk, topics=str(scheme.pk))

    assert Portal.objects.get().scheme == scheme
    assert str(scheme.pk) not in dict(desk.get(PORTALS).context["form"].fields["topics"].choices)


def test_main_topics_are_not_offered(desk, region):
    main = TopicScheme.objects.get(region=region, is_main=True)

    assert new(desk, topics=str(main.pk)).status_code == 400


def test_one_topic_is_enough_to_begin_with(desk):
    new(desk, name="Rad und Weg", path="", topics="alone")

    portal = Portal.objects.get()
    assert [topic.name for topic in portal.scheme.topics.all()] == ["Rad und Weg"]
    assert Address.objects.get(portal=portal).path == "rad-und-weg"


def test_main_topics_that_have_the_same_short_name_stay_what_they_are(desk, region):
    TopicScheme.objects.filter(is_main=True).update(slug="klima")

    new(desk)

    assert Portal.objects.get().scheme.slug == "klima-2"
    assert TopicScheme.objects.get(slug="klima").topics.count() == 2


WRONG = ["amt", "veranstaltungen", "events", "lindach", "auenstedt", "Groß", "a b", "ä", "klima/x", "x" * 41, "k\x00"]


@pytest.mark.parametrize("path", WRONG)
def test_an_address_that_is_taken_or_none_is_refused(desk, other_region, path):
    answer = new(desk, path=path)

    assert (answer.status_code, Portal.objects.count()) == (400, 0)


def test_the_address_of_a_portal_is_taken_for_others(desk, portal):
    answer = new(desk)

    assert answer.context["form"].errors["path"] == ["Die Adresse „klima“ ist schon vergeben."]


@pytest.mark.parametrize("name", ["", "x" * 81, "   "])
def test_a_name_is_needed_and_bounded(desk, name):
    assert new(desk, name=name).status_code == 400


def test_name_texts_and_colours_change_and_are_logged(desk, portal):
    answer = change(desk, portal, name="Fürs Klima", claim="Wir tun was", about="Viel.", brand="#7a1f1f")

    portal.refresh_from_db()
    assert answer.status_code == 302
    assert (portal.name, portal.claim, portal.about, portal.brand) == ("Fürs Klima", "Wir tun was", "Viel.", "#7a1f1f")
    assert LogEntry.objects.filter(verb="portal changed").latest("pk").new["claim"] == "Wir tun was"
    assert "Wir tun was" in desk.get("/klima/").content.decode()


def test_a_colour_that_nobody_can_read_is_refused(desk, portal):
    answer = change(desk, portal, brand="#fffdf0")

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["brand"])


def test_a_preview_changes_nothing(desk, portal):
    assert change(desk, portal, brand="#7a1f1f", preview="1").status_code == 200

    assert Portal.objects.get().brand == portal.brand


def test_a_host_of_its_own_comes_and_goes(desk, portal):
    change(desk, portal, host="Klima.Lindach.example")
    there = desk.get("/", HTTP_HOST="klima.lindach.example").context["region"].portal
    change(desk, portal, host="")

    assert there == portal
    assert [str(one) for one in Address.objects.filter(portal=portal)] == ["/klima/"]
    assert desk.get("/", HTTP_HOST="klima.lindach.example").status_code == 400


@pytest.mark.parametrize("host", ["https://klima.example", "klima.example/pfad", "a b", "testserver", "klimä.example"])
def test_a_host_that_is_taken_or_none_is_refused(desk, portal, host):
    answer = change(desk, portal, host=host)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["host"])
    assert Address.objects.filter(portal=portal).count() == 1


def test_off_and_on_again(desk, portal):
    url = f"{PORTALS}{portal.pk}/"
    seen = []
    for do in ("off", "on"):
        desk.post(url, {"do": do, "form_token": form_token()})
        seen.append((desk.get("/klima/").status_code, desk.get(url).status_code))

    told = LogEntry.objects.filter(verb="portal changed").order_by("pk")
    assert seen == [(404, 200), (200, 200)]
    assert [row.new for row in told] == [{"on": False}, {"on": True}]


def test_a_portal_of_another_region_is_not_there(desk, other_region):
    foreign = open_portal(other_region, name="Auen", path="auen", topics=[{"slug": "a", "name": "A"}], by=None)

    assert change(desk, foreign).status_code == 404
    assert desk.get(f"{PORTALS}{foreign.pk}/").status_code == 404


def test_editors_do_not_make_portals(sign_in, editor, portal):
    browser = sign_in(editor)

    assert (new(browser, path="neu").status_code, change(browser, portal).status_code) == (404, 404)
