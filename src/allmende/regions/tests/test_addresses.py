"""How a request finds its region: by host, by path, else the home region; and what links it then gets."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import get_resolver, get_script_prefix, reverse

from allmende.regions.actions import add_region, reserved_slugs
from allmende.regions.models import Address, Region
from allmende.regions.queries import route

pytestmark = pytest.mark.django_db


def canonical(response) -> str:
    return response.context["canonical"]


def shown(response) -> str:
    return response.context["region"].name


@pytest.fixture
def hosted(region: Region) -> Region:
    """Neustedt, with a host of its own."""
    town = add_region(
        "neustedt",
        name="Neustedt",
        land="DE-NI",
        contact_mail="rathaus@neustedt.example",
        by=None,
        host="Neustedt.example",
    )
    town.stage = Region.Stage.OPEN
    town.save()
    return town


def test_the_first_region_is_the_home_region(region, other_region):
    assert [region.is_home, other_region.is_home] == [True, False]


@pytest.mark.parametrize(
    ("host", "path", "town"),
    [
        ("testserver", "/", "Lindach"),
        ("testserver", "/verzeichnis/", "Lindach"),
        ("testserver", "/lindach/", "Lindach"),
        ("testserver", "/lindach/verzeichnis/", "Lindach"),
        ("testserver", "/auenstedt/", "Auenstedt"),
        ("testserver", "/auenstedt/verzeichnis/", "Auenstedt"),
        ("testserver", "/Auenstedt/verzeichnis/", "Auenstedt"),
        ("testserver", "/neustedt/", "Neustedt"),
        ("neustedt.example", "/", "Neustedt"),
        ("NEUSTEDT.example", "/verzeichnis/", "Neustedt"),
        ("localhost", "/", "Lindach"),
        ("127.0.0.1:8123", "/auenstedt/", "Auenstedt"),
        ("[::1]:8123", "/", "Lindach"),
    ],
)
def test_which_region_answers(client, other_region, hosted, host, path, town):
    answer = client.get(path, HTTP_HOST=host)

    assert answer.status_code == 200
    assert shown(answer) == town


@pytest.mark.parametrize("path", ["/auenstedt/", "/lindach/", "/auenstedt/verzeichnis/"])
def test_at_a_host_of_its_own_there_is_no_other_region(client, other_region, hosted, path):
    assert client.get(path, HTTP_HOST="neustedt.example").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "boese.example",
        "testserver.boese.example",
        "neustedt.example:8080",
        "localhost.boese.example",
        "",
        "a b",
        "testserver@boese.example",
    ],
)
def test_hosts_that_nobody_entered_are_refused(client, hosted, host):
    assert client.get("/", HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize("path", ["/lindach", "/auenstedt", "/Lindach", "/lindach?a=1&b=2"])
def test_a_region_without_a_slash_gets_one_for_good(client, other_region, path):
    answer = client.get(path)

    name, mark, query = path.partition("?")
    assert (answer.status_code, answer.url) == (301, f"{name.lower()}/{mark}{query}")


@pytest.mark.parametrize("path", ["//lindach/", "//", "//boese.example/", "///lindach"])
def test_two_slashes_in_front_are_refused(client, region, path):
    assert client.get("/", PATH_INFO=path).status_code == 400


@pytest.mark.parametrize(
    "path", ["/lindach//boese.example/", "/lindach//verzeichnis/", "/lindach//verzeichnis", "/auenstedt//"]
)
def test_two_slashes_behind_a_region_lead_nowhere_else(client, other_region, path):
    answer = client.get("/", PATH_INFO=path)

    assert answer.status_code in {400, 404}


@pytest.mark.parametrize("page", ["", "verzeichnis/", "verzeichnis/karte/", "anmelden/", "suche/?q=a", "regionen/"])
def test_the_home_region_shows_the_same_page_with_and_without_its_path(client, region, page):
    with_path, without = client.get(f"/lindach/{page}"), client.get(f"/{page}")

    assert with_path.status_code == without.status_code == 200
    assert canonical(with_path) == canonical(without) == f"http://testserver/{page.partition('?')[0]}"


def test_the_canonical_address_of_a_region_under_a_path_carries_it(client, other_region):
    answer = client.get("/auenstedt/verzeichnis/")

    assert canonical(answer) == "http://testserver/auenstedt/verzeichnis/"


def test_the_canonical_address_of_a_region_with_a_host_is_there(client, hosted):
    answer = client.get("/neustedt/verzeichnis/")

    assert canonical(answer) == "https://neustedt.example/verzeichnis/"


def test_links_keep_the_path_and_it_is_forgotten_afterwards(client, other_region):
    page = client.get("/auenstedt/verzeichnis/").content.decode()

    assert 'href="/auenstedt/verzeichnis/karte/"' in page
    assert 'href="/verzeichnis/' not in page
    assert get_script_prefix() == "/"
    assert reverse("directory:list") == "/verzeichnis/"


def test_redirects_keep_the_path(client, other_region):
    slash = client.get("/auenstedt/verzeichnis")
    sign_in = client.get("/auenstedt/verzeichnis/neu/")

    assert slash.url == "/auenstedt/verzeichnis/"
    assert sign_in.url == "/auenstedt/anmelden/?next=/auenstedt/verzeichnis/neu/"


def test_the_path_is_forgotten_after_an_error_too(client, other_region):
    client.get("/auenstedt/gibt-es-nicht/")
    client.raise_request_exception = False

    assert get_script_prefix() == "/"


SECRET = [
    "",
    "/",
    "/verzeichnis/",
    "/anmelden/",
    "/regionen/",
    "/theme/0.css",
    "/karte/ortsteile.json",
    "/gibt-es-nicht/",
    "/gibt-es-nicht",
]


@pytest.mark.parametrize("stage", ["preparing", "invited"])
@pytest.mark.parametrize("page", SECRET)
def test_a_region_that_is_not_open_has_no_address_for_strangers(client, other_region, stage, page):
    type(other_region).objects.filter(pk=other_region.pk).update(stage=stage)

    answer, of_nothing = client.get(f"/auenstedt{page}"), client.get(f"/nirgendwo{page}")

    assert (answer.status_code, of_nothing.status_code) == (404, 404)
    assert "Auenstedt" not in answer.content.decode()
    assert shown(answer) == shown(of_nothing) == "Lindach"


@pytest.mark.parametrize(
    ("path", "status"), [("/auenstedt", 301), ("/auenstedt/", 200), ("/auenstedt/gibt-es-nicht/", 404)]
)
def test_its_own_people_find_it(sign_in, other_region, platform, path, status):
    type(other_region).objects.filter(pk=other_region.pk).update(stage="preparing")

    answer = sign_in(platform).get(path)

    assert answer.status_code == status
    assert answer.url == "/auenstedt/" if status == 301 else shown(answer) == "Auenstedt"


def test_an_entry_is_found_in_its_own_region_only(client, other_region, make_profile):
    profile = make_profile()

    answers = [
        client.get(f"{prefix}/verzeichnis/{profile.pk}/").status_code for prefix in ("", "/lindach", "/auenstedt")
    ]

    assert answers == [200, 200, 404]


@pytest.mark.parametrize(
    "page",
    ["karte/punkte.json", "", "{pk}/", "{pk}/nachricht/", "{pk}/mitglieder/", "{pk}/bearbeiten/", "{pk}/verbergen/"],
)
def test_things_of_another_region_are_nowhere_not_even_for_their_own_people(
    sign_in, other_region, make_profile, tsv, alice, page
):
    profile = make_profile("TSV Lindach 1921", organisation=tsv)

    answer = sign_in(alice).get(f"/auenstedt/verzeichnis/{page.format(pk=profile.pk)}")

    assert answer.status_code == (404 if "{pk}" in page else 200)
    assert "TSV Lindach 1921" not in answer.content.decode()


def test_absolute_links_outside_a_request(region, other_region, hosted):
    links = [town.url("directory:detail", 7, query="?a=1") for town in (region, other_region, hosted)]

    assert links == [
        "http://testserver/verzeichnis/7/?a=1",
        "http://testserver/auenstedt/verzeichnis/7/?a=1",
        "https://neustedt.example/verzeichnis/7/?a=1",
    ]


def test_absolute_links_within_a_request_to_another_region(client, region, other_region):
    page = client.get("/auenstedt/regionen/").content.decode()

    assert 'href="http://testserver/"' in page
    assert 'href="http://testserver/auenstedt/"' in page


def test_finding_the_region_takes_two_queries_however_many_there_are(
    region, other_region, hosted, django_assert_num_queries
):
    with django_assert_num_queries(2):
        found = route("testserver", "/auenstedt/verzeichnis/")
        root = found.region.address()

    assert (found.prefix, root.path) == ("/auenstedt/", "auenstedt")


def test_without_any_region_the_installation_says_so(client, db):
    answer = client.get("/", HTTP_HOST="10.0.0.7")

    assert answer.status_code == 503
    assert "allmende init" in answer.content.decode()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health_needs_no_host_and_no_region(client, db, path):
    assert client.get(path, HTTP_HOST="10.0.0.7").status_code != 400


@pytest.mark.parametrize(
    "slug",
    ["verzeichnis", "veranstaltungen", "directory", "api", "health", "static", "anmelden", "amt", "konto", "demo"],
)
def test_reserved_names_are_no_regions(region, slug):
    with pytest.raises(ValidationError) as refused:
        add_region(slug, name="Ort", land="DE-BY", contact_mail="rathaus@ort.example", by=None)

    assert refused.value.code == "slug"


@pytest.mark.parametrize("slug", ["", "Lindach", "a b", "ä", "a/b", "../x", "-", "a" * 41, "a_b.c"])
def test_what_is_no_path_segment_is_no_region(region, slug):
    with pytest.raises(ValidationError):
        add_region(slug, name="Ort", land="DE-BY", contact_mail="rathaus@ort.example", by=None)


def test_a_taken_name_is_refused(region):
    with pytest.raises(ValidationError) as refused:
        add_region("lindach", name="Lindach", land="DE-BY", contact_mail="rathaus@lindach.example", by=None)

    assert refused.value.code == "taken"


@pytest.mark.parametrize("host", ["testserver", "TESTSERVER"])
def test_a_taken_host_is_refused_and_nothing_is_left(region, host):
    with pytest.raises(ValidationError):
        add_region(
            "anderswo", name="Anderswo", land="DE-BY", contact_mail="rathaus@anderswo.example", by=None, host=host
        )

    assert list(Region.objects.values_list("slug", flat=True)) == ["lindach"]
    assert Address.objects.count() == 2


def test_every_first_part_of_an_address_is_reserved():
    segments = {str(pattern.pattern).partition("/")[0] for pattern in top_patterns(get_resolver().url_patterns)} - {""}

    assert segments - reserved_slugs() == set()


def top_patterns(patterns):
    """Patterns that stand at the top, also of files that are included without a prefix."""
    for pattern in patterns:
        if str(pattern.pattern) == "" and hasattr(pattern, "url_patterns"):
            yield from top_patterns(pattern.url_patterns)
        else:
            yield pattern


def test_a_session_holds_in_every_region_of_a_host(client, sign_in, other_region, alice):
    sign_in(alice)

    names = [client.get(path).context["user"].name for path in ("/", "/lindach/", "/auenstedt/")]

    assert names == ["Alice"] * 3


def test_forms_of_another_host_are_refused(region):
    browser = Client(enforce_csrf_checks=True)
    browser.get("/anmelden/")
    token = browser.cookies["csrftoken"].value

    answer = browser.post(
        "/anmelden/", {"email": "a@b.example", "csrfmiddlewaretoken": token}, HTTP_ORIGIN="https://boese.example"
    )

    assert answer.status_code == 403
