import pytest

pytestmark = pytest.mark.django_db


def language(answer) -> str:
    return answer.headers["Content-Language"]


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "de"),
        ("de", "de"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr", "de"),
        ("fr,en;q=0.5", "en"),
        ("*", "de"),
        ("x" * 5000, "de"),
        ("\x00", "de"),
    ],
)
def test_the_browser_says_which(client, region, accepted, spoken):
    assert language(client.get("/verzeichnis/", HTTP_ACCEPT_LANGUAGE=accepted)) == spoken


def test_a_choice_is_kept_against_the_browser(client, region):
    chosen = client.post("/sprache/", {"language": "en", "next": "/verzeichnis/?q=a"})
    page = client.get("/verzeichnis/", HTTP_ACCEPT_LANGUAGE="de")

    assert (chosen.status_code, chosen.url) == (302, "/verzeichnis/?q=a")
    assert language(page) == "en"
    assert 'lang="en"' in page.content.decode()


@pytest.mark.parametrize("wanted", ["", "fr", "de-AT", "../..", "xx"])
def test_other_languages_are_not_kept(client, region, wanted):
    client.post("/sprache/", {"language": wanted})

    assert "language" not in client.session


@pytest.mark.parametrize(
    "back",
    ["https://boese.example/", "//boese.example/", "/\\boese.example", "javascript:alert(1)", "", "\t//boese.example"],
)
def test_choosing_never_leads_to_another_site(client, region, back):
    assert client.post("/sprache/", {"language": "en", "next": back}).url == "/"


def test_choosing_in_a_region_under_a_path_stays_there(client, other_region):
    assert client.post("/auenstedt/sprache/", {"language": "en"}).url == "/auenstedt/"


def test_a_language_is_not_chosen_by_a_link(client, region):
    assert client.get("/sprache/?language=en").status_code == 405


def test_caches_learn_that_the_page_depends_on_the_browser(client, region):
    answer = client.get("/verzeichnis/")

    assert "Accept-Language" in answer.headers["Vary"]


def test_words_of_the_place_stand_instead_of_the_delivered_ones(client, region):
    delivered = client.get("/verzeichnis/").content.decode()
    region.words = {"district": "Stadtteil", "whole_town": "Überall in Lindach"}
    region.save()

    own = client.get("/verzeichnis/").content.decode()

    assert ("Ortsteil" in delivered, "Stadtteil" in delivered) == (True, False)
    assert ("Ortsteil" in own, "Stadtteil" in own, "Überall in Lindach" in own) == (False, True, True)


def test_each_region_has_its_own_words(client, region, other_region):
    region.words = {"district": "Stadtteil"}
    region.save()

    assert "Stadtteil" not in client.get("/auenstedt/verzeichnis/").content.decode()
