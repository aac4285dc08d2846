from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from allmende.accounts.models import User
from allmende.core.health import INSTALLED
from allmende.core.models import LogEntry
from allmende.regions.models import Address, Region, Role

GIVEN = {
    "name": "Bad Älling", "land": "DE-BY", "address": "https://Aelling.example", "admin_mail": "Chefin@aelling.example",
    "no_input": True,
}  # fmt: skip


def init(**changes):
    out = StringIO()
    call_command("init", stdout=out, **(GIVEN | changes))
    return out.getvalue().strip().splitlines()


def path_of(link):
    return link.removeprefix("https://aelling.example")


@pytest.fixture
def link(db):
    return path_of(init()[-1])


@pytest.fixture
def browser(client):
    client.defaults["HTTP_HOST"] = "aelling.example"
    return client


def test_init_makes_the_region_and_its_administrator(db):
    init()

    region = Region.objects.get()
    assert (region.slug, region.name, region.is_home, region.stage) == ("bad-aelling", "Bad Älling", True, "preparing")
    assert region.url("portal:home") == "https://aelling.example/"
    assert region.contact_mail == "chefin@aelling.example"
    assert sorted(Role.objects.values_list("user__email", "name", "region__slug")) == [
        ("chefin@aelling.example", "platform_admin", None),
        ("chefin@aelling.example", "region_admin", "bad-aelling"),
    ]
    assert LogEntry.objects.filter(verb=INSTALLED).exists()


def test_the_last_line_is_a_link_that_signs_in_once(link, browser):
    assert browser.get(link).status_code == 200
    assert "_auth_user_id" not in browser.session

    answer = browser.post(link)

    assert answer.url == "/amt/einstellungen/"
    assert browser.session["_auth_user_id"] == str(User.objects.get().pk)
    assert EmailAddress.objects.get().verified
    browser.logout()
    assert browser.get(link).status_code == 404
    assert browser.post(link).status_code == 404
    assert "_auth_user_id" not in browser.session


def test_the_link_ends_after_a_week(db, browser):
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        link = path_of(init()[-1])

    assert browser.post(link).status_code == 404


def test_an_invented_link_opens_nothing(db, browser, link):
    assert browser.get("/konto/erste-anmeldung/abc/").status_code == 404


def test_run_again_it_gives_a_new_link_and_changes_nothing_else(link, browser):
    again = init(name="Andersdorf", address="https://other.example")

    assert Region.objects.get().name == "Bad Älling"
    assert browser.get(link).status_code == 404
    assert browser.get(path_of(again[-1])).status_code == 200


def test_run_again_it_makes_another_administrator(link):
    call_command("init", admin_mail="zweiter@aelling.example", no_input=True, stdout=StringIO())

    assert Role.objects.filter(name="region_admin").count() == 2


@pytest.mark.parametrize("missing", ["name", "land", "address", "admin_mail"])
def test_what_is_missing_is_named(db, missing):
    with pytest.raises(CommandError, match="Missing: --" + missing.replace("_", "-")):
        init(**{missing: ""})

    assert Region.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"land": "DE-XX"}, {"land": "Bayern"}, {"address": "https://a.example/path"}, {"address": "ftp://a.example"},
        {"address": "a b"}, {"admin_mail": "niemand"}, {"name": "!!!"}, {"name": "Amt"}, {"slug": "Nicht Gut"},
        {"contact_mail": "x"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_made(db, wrong):
    with pytest.raises(CommandError):
        init(**wrong)

    assert (Region.objects.count(), User.objects.count()) == (0, 0)


def test_an_address_without_scheme_is_https(db):
    init(address="aelling.example:8443")

    assert Region.objects.get().url("portal:home") == "https://aelling.example:8443/"


def test_it_asks_for_what_is_missing(db, monkeypatch):
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "DE-BY")

    init(land="", no_input=False)

    assert (asked, Region.objects.get().land) == (["Land, such as DE-BY: "], "DE-BY")


def test_a_demo_is_not_set_up(db, settings):
    settings.DEMO = True

    with pytest.raises(CommandError, match="allmende demo"):
        init()


def test_no_demo_is_made_where_a_real_region_is(region, settings):
    settings.DEMO = True

    with pytest.raises(CommandError, match="holds a real region, Lindach; nothing was changed"):
        call_command("demo", origin="http://127.0.0.1:8140")

    assert list(Region.objects.all()) == [region]
    assert not Address.objects.filter(host="127.0.0.1:8140").exists()
