from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from allmende.entries.models import Topic
from allmende.entries.queries import topics_of
from allmende.regions.models import ModuleSwitch, Region

FACTS = {
    "stage": "open",
    "name": "Lindach",
    "contact_mail": "rathaus@lindach.example",
    "land": "DE-BY",
    "listed": "on",
}
SETTINGS = "/amt/einstellungen/"
FIRST_TOPIC = {
    "slug": "sport",
    "name": "Sport",
    "icon": "sport",
    "color": "1",
    "check_when": "",
    "position": "1",
    "name_en": "Sports",
}
SECOND_TOPIC = {
    "slug": "kultur",
    "name": "Kultur",
    "icon": "music",
    "color": "2",
    "check_when": "",
    "position": "2",
    "name_en": "Culture",
}


def picture(color="red"):
    file = BytesIO()
    Image.new("RGB", (40, 30), color).save(file, "PNG")
    return SimpleUploadedFile("bild.png", file.getvalue(), "image/png")


def topic_form(*rows, scheme="haupt"):
    data = {"do": scheme, f"{scheme}-TOTAL_FORMS": str(len(rows)), f"{scheme}-INITIAL_FORMS": "2"}
    return data | {f"{scheme}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}


def fresh(region):
    return Region.objects.get(pk=region.pk)


def test_facts_are_saved_and_hold_at_once(sign_in, region, admin):
    browser = sign_in(admin)

    answer = browser.post(
        SETTINGS, FACTS | {"name": "Lindach an der Lind", "claim": "Wo alle sind", "stage": "read_only"}
    )

    assert (answer.status_code, answer.url) == (302, SETTINGS)
    assert (fresh(region).name, fresh(region).claim, fresh(region).stage) == (
        "Lindach an der Lind",
        "Wo alle sind",
        "read_only",
    )
    assert fresh(region).listed


def test_wrong_facts_are_told_kept_and_not_shown_in_the_frame(sign_in, region, admin):
    answer = sign_in(admin).post(SETTINGS, FACTS | {"name": "", "contact_mail": "keine"})

    assert answer.status_code == 400
    assert sorted(answer.context["form"].errors) == ["contact_mail", "name"]
    assert answer.context["region"].name == "Lindach"
    assert b'value="keine"' in answer.content


def test_the_colours_become_the_theme(sign_in, region, admin):
    browser = sign_in(admin)

    answer = browser.post(f"{SETTINGS}aussehen/", {"brand": "#7A1F4B", "accent": "#f2b84b"})

    assert answer.url == f"{SETTINGS}aussehen/"
    assert fresh(region).brand == "#7a1f4b"


@pytest.mark.parametrize("color", ["#fffef0", "#ffffff", "red", "#12345"])
def test_a_colour_that_cannot_be_read_is_refused(sign_in, region, admin, color):
    answer = sign_in(admin).post(f"{SETTINGS}aussehen/", {"brand": color, "accent": "#f2b84b"})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["brand"]
    assert fresh(region).brand == "#1f5c4a"


def test_no_list_of_choices_begins_with_dashes(sign_in, region, admin):
    form = sign_in(admin).get(SETTINGS).context["form"]

    assert form.fields["land"].choices[:2] == [("", "Bitte wählen"), ("DE-BW", "Baden-Württemberg")]


def test_the_preview_saves_nothing_and_shows_both_schemes(sign_in, region, admin):
    answer = sign_in(admin).post(f"{SETTINGS}aussehen/", {"brand": "#7a1f4b", "accent": "#f2b84b", "preview": "1"})

    assert answer.status_code == 200
    assert [scheme["name"] for scheme in answer.context["preview"]["schemes"]] == ["light", "dark"]
    assert fresh(region).brand == "#1f5c4a"


def test_a_pale_colour_is_mended_and_the_page_says_so(sign_in, admin):
    answer = sign_in(admin).get(f"{SETTINGS}aussehen/vorschau/", {"brand": "#5a9e80", "accent": "#f2b84b"})

    preview = answer.context["preview"]
    assert preview["mended"]
    assert all(scheme["contrast"] >= 4.5 for scheme in preview["schemes"])


def test_what_is_no_colour_gives_a_sentence_and_no_500(sign_in, admin):
    answer = sign_in(admin).get(f"{SETTINGS}aussehen/vorschau/", {"brand": "x", "accent": ""})

    assert answer.status_code == 200
    assert sorted(answer.context["preview"]["errors"]) == ["accent", "brand"]


def test_logo_and_picture_are_stored_with_their_words_and_taken_away(sign_in, region, admin):
    browser = sign_in(admin)
    colors = {"brand": "#1f5c4a", "accent": "#f2b84b"}

    browser.post(
        f"{SETTINGS}aussehen/",
        colors
        | {
            "logo_file": picture(),
            "logo_alt": "Ein Blatt",
            "picture_file": picture("blue"),
            "picture_credit": "Stadt",
            "rights": "on",
        },
    )

    stored = fresh(region)
    assert (stored.logo.alt, stored.picture.credit) == ("Ein Blatt", "Stadt")

    browser.post(
        f"{SETTINGS}aussehen/",
        colors | {"logo_file-clear": "on", "picture_alt": "Der Fluss", "picture_credit": "Stadt"},
    )

    assert (fresh(region).logo, fresh(region).picture.alt) == (None, "Der Fluss")


def test_a_picture_needs_its_rights_and_its_author(sign_in, region, admin):
    answer = sign_in(admin).post(
        f"{SETTINGS}aussehen/", {"brand": "#1f5c4a", "accent": "#f2b84b", "picture_file": picture()}
    )

    assert sorted(answer.context["form"].errors) == ["picture_credit", "rights"]
    assert fresh(region).picture is None


def test_modules_are_switched_named_and_ruled(sign_in, region, admin, client, make_event):
    make_event("Sommerfest")
    data = {
        "directory-on": "on",
        "directory-position": "5",
        "directory-title": "Vereine",
        "directory-check": "first",
        "events-position": "20",
        "events-title": "",
        "events-check": "usual",
    }

    answer = sign_in(admin).post(f"{SETTINGS}bausteine/", data)

    assert answer.url == f"{SETTINGS}bausteine/"
    rows = {row.module: (row.on, row.position, row.options) for row in ModuleSwitch.objects.filter(region=region)}
    assert rows == {"directory": (True, 5, {"check": "first", "title": "Vereine"}), "events": (False, 20, {})}
    assert client.get("/veranstaltungen/").status_code == 404


def test_a_place_that_is_no_number_keeps_everything(sign_in, region, admin):
    data = {
        "directory-on": "on",
        "directory-position": "zehn",
        "directory-check": "usual",
        "events-position": "20",
        "events-check": "usual",
    }

    answer = sign_in(admin).post(f"{SETTINGS}bausteine/", data)

    assert answer.status_code == 400
    assert ModuleSwitch.objects.filter(region=region).count() == 0


def test_the_words_of_the_place_hold_and_go_again(sign_in, region, admin):
    browser = sign_in(admin)

    browser.post(f"{SETTINGS}worte/", {"district": "Stadtteil", "districts": "Stadtteile"})
    assert fresh(region).words == {"district": "Stadtteil", "districts": "Stadtteile"}

    browser.post(f"{SETTINGS}worte/", {})
    assert fresh(region).words == {}


def test_a_word_needs_its_plural(sign_in, region, admin):
    answer = sign_in(admin).post(f"{SETTINGS}worte/", {"district": "Stadtteil"})

    assert list(answer.context["form"].errors) == ["districts"]


def test_topics_are_renamed_ordered_and_added(sign_in, region, admin):
    new = {"slug": "", "name": "Natur & Garten", "icon": "tree", "color": "4", "check_when": "before", "position": "1"}
    rows = [FIRST_TOPIC | {"position": "3", "name": "Bewegung"}, SECOND_TOPIC, new]

    answer = sign_in(admin).post(f"{SETTINGS}themen/", topic_form(*rows))

    assert answer.url == f"{SETTINGS}themen/"
    found = Topic.objects.filter(scheme__region=region).values_list("slug", "name", "icon", "color", "check_when")
    assert list(found) == [
        ("natur-garten", "Natur & Garten", "tree", 4, "before"),
        ("kultur", "Kultur", "music", 2, ""),
        ("sport", "Bewegung", "sport", 1, ""),
    ]


def test_an_empty_new_topic_adds_nothing(sign_in, region, admin):
    empty = {"slug": "", "name": "", "icon": "star", "color": "1", "check_when": "", "position": ""}

    answer = sign_in(admin).post(f"{SETTINGS}themen/", topic_form(FIRST_TOPIC, SECOND_TOPIC, empty))

    assert answer.status_code == 302
    assert Topic.objects.filter(scheme__region=region).count() == 2


def test_a_topic_cannot_lose_its_name(sign_in, region, admin):
    answer = sign_in(admin).post(f"{SETTINGS}themen/", topic_form(FIRST_TOPIC | {"name": ""}, SECOND_TOPIC))

    assert answer.status_code == 400
    assert Topic.objects.get(scheme__region=region, slug="sport").name == "Sport"


def test_the_climate_topics_come_with_one_button(sign_in, region, admin):
    browser = sign_in(admin)
    assert browser.get(f"{SETTINGS}themen/").context["offers_climate"]

    browser.post(f"{SETTINGS}themen/", {"ready": "klima"})

    schemes = {scheme.slug: (scheme.is_main, scheme.topics.count()) for scheme in region.topic_schemes.all()}
    assert schemes == {"haupt": (True, 2), "klima": (False, 8)}
    assert not browser.get(f"{SETTINGS}themen/").context["offers_climate"]


def test_a_region_without_topics_begins_with_the_ready_ones(sign_in, other_region, platform):
    browser = sign_in(platform)
    page = f"/auenstedt{SETTINGS}themen/"
    assert browser.get(page).context["offers_town"]

    browser.post(page, {"ready": "themen"})

    assert [topic.slug for topic in topics_of(other_region)][:2] == ["sport", "kultur"]
    assert not browser.get(page).context["offers_town"]


def test_an_unknown_scheme_is_404(sign_in, admin):
    assert sign_in(admin).post(f"{SETTINGS}themen/", {"do": "nothing"}).status_code == 404


@pytest.mark.parametrize("page", ["", "aussehen/", "bausteine/", "worte/", "themen/"])
def test_only_admins_write(sign_in, region, editor, page):
    before = fresh(region).__dict__

    answer = sign_in(editor).post(f"{SETTINGS}{page}", FACTS | {"name": "Andersdorf"})

    assert answer.status_code == 404
    assert {k: v for k, v in fresh(region).__dict__.items() if k != "_state"} == {
        k: v for k, v in before.items() if k != "_state"
    }
