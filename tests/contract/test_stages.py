"""Who may enter a region in which stage: the same answer in every channel."""

import pytest
from contract.samples import body, fresh, guest_pages, own_pages
from django.urls import reverse

from allmende.entries.kinds import kinds
from allmende.entries.models import Entry
from allmende.regions.actions import admit
from allmende.regions.models import Region
from allmende.regions.theme import theme

pytestmark = pytest.mark.django_db

Stage = Region.Stage
TITLE = "Zwetschgenfest der Quittenfreunde"
KINDS = list(kinds())
INSTALLATION = {"/regionen/"}  # shows open regions of all, and nothing of this one
AT_THE_DOOR = {"/barriere-melden/"}  # whoever cannot use even the closed door may say so


def at_stage(region, stage) -> None:
    region.stage = stage
    region.save()


@pytest.fixture
def people(alice, bob, charlie, moderator, editor, admin, platform, region):
    """bob is invited, charlie is not; alice wrote the entry."""
    admit(bob, to=region, by=admin)
    return {
        "guest": None,
        "charlie": charlie,
        "bob": bob,
        "moderator": moderator,
        "editor": editor,
        "admin": admin,
        "platform": platform,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("stage", "inside"),
    [
        (Stage.PREPARING, ["moderator", "editor", "admin", "platform"]),
        (Stage.INVITED, ["bob", "moderator", "editor", "admin", "platform"]),
        (Stage.OPEN, ["guest", "charlie", "bob", "moderator", "editor", "admin", "platform"]),
        (Stage.READ_ONLY, ["guest", "charlie", "bob", "moderator", "editor", "admin", "platform"]),
    ],
)
def test_a_region_is_closed_or_open_in_every_channel(kind, sign_in, people, region, make_entry, stage, inside):
    entry = make_entry(kind, TITLE)
    at_stage(region, stage)
    pages = sorted(
        {*guest_pages(kind), entry.url, "/suche/?q=Zwetschgenfest", "/karte/ortsteile.json", "/karte/adresse/?q=Haupt"}
        - INSTALLATION
        - AT_THE_DOOR
    )

    for name, person in people.items():
        browser = sign_in(person)
        answers = {page: browser.get(page) for page in pages}
        statuses = {page: answer.status_code for page, answer in answers.items()}
        told = {page for page, answer in answers.items() if TITLE in body(answer)}
        assert statuses == dict.fromkeys(pages, 200 if name in inside else 403), (name, stage)
        assert (entry.url in told) == (name in inside)
        assert told == set() or name in inside


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.INVITED])
def test_under_a_path_a_closed_region_does_not_exist_for_strangers(sign_in, people, other_region, stage):
    at_stage(other_region, stage)
    pages = [
        "",
        "verzeichnis/",
        "verzeichnis/karte/punkte.json",
        "veranstaltungen/kalender.ics",
        "suche/",
        "anmelden/",
        "registrieren/",
        "karte/ortsteile.json",
        "amt/",
        "konto/",
    ]

    for person in (None, people["charlie"], people["editor"]):
        browser = sign_in(person)
        assert {page: browser.get(f"/auenstedt/{page}").status_code for page in pages} == dict.fromkeys(pages, 404)

    assert sign_in(people["platform"]).get("/auenstedt/").status_code == 200


def test_the_home_region_under_its_path_is_closed_alike(client, region):
    at_stage(region, Stage.PREPARING)

    assert [client.get(path).status_code for path in ("/", "/lindach/", "/lindach/verzeichnis/")] == [403, 404, 404]


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.INVITED])
def test_a_closed_region_at_its_own_address_says_so_and_lets_people_sign_in(client, region, stage):
    at_stage(region, stage)

    closed, sign_in = client.get("/"), client.get("/anmelden/")
    css = client.get(f"/theme/{theme(region.brand, region.accent)[0]}.css")

    assert "Hier entsteht etwas Gemeinsames" in body(closed)
    assert 'href="/anmelden/"' in body(closed)
    assert "/verzeichnis/" not in body(closed)
    assert [sign_in.status_code, css.status_code, client.get("/registrieren/").status_code] == [200, 200, 200]


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.INVITED])
def test_nothing_is_written_through_a_closed_door(sign_in, people, region, make_entry, stage):
    entry = make_entry("organisation", TITLE)
    at_stage(region, stage)
    pages = [*own_pages(entry), "/verzeichnis/neu/", f"/melden/{entry.pk}/"]

    for person in (None, people["charlie"]):
        browser = sign_in(person)
        assert {browser.post(page, {"note": "x"}).status_code for page in pages} == {403}

    assert Entry.objects.count() == 1


def test_pictures_of_a_closed_region_stay_inside(sign_in, people, region, make_entry):
    from allmende.core.models import Picture
    from allmende.entries import actions
    from allmende.entries.tests.test_writing import jpeg, upload

    entry = make_entry("organisation", TITLE)
    actions.set_picture(entry, upload(jpeg()), by=None, alt="Ein Garten")
    at_stage(region, Stage.INVITED)
    picture = Picture.objects.get()
    found = {}

    for name, person in people.items():
        answer = sign_in(person).get(f"/bilder/{picture.token}/{picture.widths[0]}.webp")
        found[name] = answer.status_code
        if answer.streaming:
            b"".join(answer.streaming_content)

    assert found == {
        "guest": 404,
        "charlie": 404,
        "bob": 200,
        "moderator": 200,
        "editor": 200,
        "admin": 200,
        "platform": 200,
    }


def test_the_logo_of_a_closed_region_stands_on_its_page(client, region):
    from allmende.core.files import store_picture
    from allmende.entries.tests.test_writing import jpeg, upload

    region.logo = store_picture(upload(jpeg()), alt="Logo")
    at_stage(region, Stage.PREPARING)
    address = f"/bilder/{region.logo.token}/{region.logo.widths[0]}.webp"

    page, logo = client.get("/"), client.get(address)
    b"".join(logo.streaming_content)

    assert address in body(page)
    assert logo.status_code == 200


@pytest.mark.parametrize(
    ("stage", "listed"), [(Stage.PREPARING, False), (Stage.INVITED, False), (Stage.OPEN, True), (Stage.READ_ONLY, True)]
)
def test_the_chooser_shows_open_regions(client, other_region, stage, listed):
    at_stage(other_region, stage)

    assert ("Auenstedt" in body(client.get("/regionen/"))) == listed


def test_the_chooser_leaves_out_who_does_not_want_to_be_there(client, other_region):
    other_region.listed = False
    other_region.save()

    assert "Auenstedt" not in body(client.get("/regionen/"))


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_region_for_reading_only_people_read_and_write_nothing(kind, sign_in, people, alice, region, make_entry):
    entry = make_entry(kind, TITLE)
    draft = make_entry(kind, "Ein Entwurf", public=False)
    at_stage(region, Stage.READ_ONLY)
    before = {row.pk: (row.status, row.version, row.state) for row in Entry.objects.all()}

    for person in (alice, people["bob"], people["editor"], people["moderator"]):
        browser = sign_in(person)
        pages = [page for one in (entry, draft) for page in own_pages(one) if not page.endswith("/verbergen/")]
        statuses = {
            page: browser.post(page, {"note": "x", "title": "Neu"}).status_code
            for page in [*pages, entry.url.rpartition("/")[0].rpartition("/")[0] + "/neu/"]
        }
        assert {page: status for page, status in statuses.items() if status not in {403, 404, 405}} == {}

    assert {row.pk: (row.status, row.version, row.state) for row in Entry.objects.all()} == before
    assert "Eintragen" not in body(sign_in(None).get(entry.url.rpartition(str(entry.pk))[0]))


def test_there_even_so_an_entry_may_be_hidden_and_an_admin_may_write(sign_in, people, region, make_entry):
    entry = make_entry("organisation", TITLE)
    at_stage(region, Stage.READ_ONLY)

    hidden = sign_in(people["moderator"]).post(
        f"/verzeichnis/{entry.pk}/verbergen/", {"note": "Beleidigend", "form_token": "a"}
    )
    new = sign_in(people["admin"]).get("/verzeichnis/neu/")

    assert (hidden.status_code, new.status_code, fresh(entry).status) == (302, 200, "hidden")


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.INVITED, Stage.READ_ONLY])
def test_a_region_that_is_not_open_says_so_to_those_inside(sign_in, people, region, stage):
    at_stage(region, stage)

    assert 'class="stage"' in body(sign_in(people["editor"]).get("/"))


def test_an_open_region_needs_no_word_about_it(client, region):
    assert 'class="stage"' not in body(client.get(reverse("portal:home")))
