from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from allmende.accounts.models import User
from allmende.core import health
from allmende.core.health import INSTALLED
from allmende.core.models import LogEntry
from allmende.entries.queries import topics_of
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
    assert len(topics_of(region)) == 12


def test_the_last_line_is_a_link_that_signs_in_once(link, browser):
    assert browser.get(link).status_code == 200
    assert "_auth_user_id" not in browser.session

    assert browser.post(link, {"name": ""}).status_code == 400
    answer = browser.post(link, {"name": "Renate Vogt"})

    assert User.objects.get().name == "Renate Vogt"
    assert answer.url == "/amt/einstellungen/"
    assert browser.session["_auth_user_id"] == str(User.objects.get().pk)
    assert EmailAddress.objects.get().verified
    browser.logout()
    assert browser.get(link).status_code == 404
    assert browser.post(link, {"name": "Wer anders"}).status_code == 404
    assert "_auth_user_id" not in browser.session


def test_the_link_ends_after_a_week(db, browser):
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        link = path_of(init()[-1])

    assert browser.post(link).status_code == 404


def test_an_invented_link_opens_nothing(db, browser, link):
    assert browser.get("/konto/erste-anmeldung/abc/").status_code == 404


def test_with_the_mail_alone_it_gives_a_new_link_and_changes_nothing_else(link, browser):
    again = call_again("Chefin@aelling.example")

    assert Region.objects.get().name == "Bad Älling"
    assert browser.get(link).status_code == 404
    assert browser.get(path_of(again[-1])).status_code == 200


def test_with_another_mail_it_makes_another_administrator(link):
    call_again("zweiter@aelling.example")

    assert Role.objects.filter(name="region_admin").count() == 2


def call_again(mail):
    out = StringIO()
    call_command("init", admin_mail=mail, no_input=True, stdout=out)
    return out.getvalue().strip().splitlines()


@pytest.mark.parametrize("given", [{}, {"name": "Andersdorf", "address": "https://other.example"}, {"admin_mail": ""}])
def test_what_is_set_up_already_is_refused(link, browser, given):
    before = LogEntry.objects.count()

    with pytest.raises(CommandError, match="Hier ist schon Bad Älling eingerichtet"):
        init(**given)

    assert Region.objects.get().name == "Bad Älling"
    assert LogEntry.objects.count() == before
    assert browser.get(link).status_code == 200


def test_an_older_version_is_not_set_up_again(link):
    health._seen["migrated"] = False
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name <> '0001_initial'")

    try:
        with pytest.raises(CommandError, match="einer älteren Version"):
            call_again("chefin@aelling.example")
    finally:
        health._seen["migrated"] = True


@pytest.mark.parametrize("missing", ["name", "land", "address", "admin_mail"])
def test_what_is_missing_is_named(db, missing):
    with pytest.raises(CommandError, match="Es fehlt: --" + missing.replace("_", "-")):
        init(**{missing: ""})

    assert Region.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"land": "DE-XX"}, {"land": "Bavaria"}, {"address": "https://a.example/path"}, {"address": "ftp://a.example"},
        {"address": "a b"}, {"address": "https://a.example?x"}, {"admin_mail": "niemand"}, {"name": "!!!"},
        {"name": "Amt"}, {"name": "a" * 81}, {"slug": "Nicht Gut"}, {"contact_mail": "x"},
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_is_made(db, monkeypatch, wrong):
    monkeypatch.setattr("allmende.portal.management.commands.init.call_command", None)  # it is not called

    with pytest.raises(CommandError):
        init(**wrong)

    assert (Region.objects.count(), User.objects.count()) == (0, 0)


def test_nothing_is_half_set_up(db, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr("allmende.portal.actions.first.issue", fail)

    with pytest.raises(RuntimeError):
        init()

    assert (Region.objects.count(), User.objects.count(), LogEntry.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("land", ["DE-BY", "de-by", "BY", "Bayern", "bayern"])
def test_a_land_is_known_by_its_name(db, land):
    init(land=land)

    assert Region.objects.get().land == "DE-BY"


def test_an_address_without_scheme_is_https(db):
    init(address="aelling.example:8443")

    assert Region.objects.get().url("portal:home") == "https://aelling.example:8443/"


class Terminal:
    """Somebody who answers."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.questions = []

    def __call__(self, question):
        self.questions.append(question)
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)


@pytest.fixture
def terminal(monkeypatch):
    def sit_down(*answers):
        somebody = Terminal(*answers)
        monkeypatch.setattr("builtins.input", somebody)
        return somebody

    return sit_down


def test_it_asks_for_what_is_missing(db, terminal):
    somebody = terminal("Bayern")

    init(land="", no_input=False)

    assert Region.objects.get().land == "DE-BY"
    assert [question[:32] for question in somebody.questions] == ["In welchem Bundesland liegt er? "]


def test_it_asks_until_the_answer_is_good(db, terminal):
    somebody = terminal(
        "",
        "Bad Älling",
        "Freistaat",
        "DE-BY",
        "https://aelling.example/start",
        "aelling.example",
        "chefin",
        "chefin@aelling.example",
    )

    lines = init(name="", land="", address="", admin_mail="", no_input=False)

    region = Region.objects.get()
    assert (region.name, region.land, region.url("portal:home")) == ("Bad Älling", "DE-BY", "https://aelling.example/")
    assert len(somebody.questions) == 8
    assert lines[0].startswith("Willkommen!")
    assert lines[-1].startswith("https://aelling.example/konto/erste-anmeldung/")


def test_whoever_goes_away_leaves_nothing(db, terminal):
    terminal("Bad Älling", "Bayern")

    with pytest.raises(CommandError, match="Abgebrochen"):
        init(name="", land="", address="", admin_mail="", no_input=False)

    assert Region.objects.count() == 0


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
