import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from allmende.core.models import Mail
from allmende.core.once import form_token
from allmende.entries.models import TopicScheme
from allmende.portal.actions import open_portal
from allmende.regions.models import Invitation, Region, Role


def add(slug="neudorf", **changes):
    out = StringIO()
    options = {"name": "Neudorf", "land": "DE-BY", "contact_mail": "rathaus@neudorf.example"} | changes
    call_command(
        "region", "add", slug, *(f"--{key.replace('_', '-')}={value}" for key, value in options.items()), stdout=out
    )
    return out.getvalue().strip().splitlines()


def test_another_region_is_made_in_preparation(region):
    lines = add()

    made = Region.objects.get(slug="neudorf")
    assert (made.name, made.stage, made.is_home) == ("Neudorf", "preparing", False)
    assert lines[-1] == "http://testserver/neudorf/"


def test_a_host_of_its_own_becomes_its_address(region):
    assert add(host="Neudorf.example")[-1] == "https://neudorf.example/"


@pytest.mark.parametrize(
    "host", ["https://neudorf.example", "neudorf.example/pfad", "neu dorf", "neudörf.example", "a@b"]
)
def test_a_host_is_a_name_alone(region, host):
    with pytest.raises(CommandError, match="--host"):
        add(host=host)

    assert Region.objects.count() == 1


@pytest.mark.parametrize("slug", ["amt", "veranstaltungen", "lindach", "Groß", "a b"])
def test_a_slug_that_is_taken_or_none_is_refused(region, slug):
    with pytest.raises(CommandError):
        add(slug)

    assert Region.objects.count() == 1


def test_the_first_region_comes_by_init(db):
    with pytest.raises(CommandError, match="allmende init"):
        add()


def run(*arguments):
    out = StringIO()
    call_command("region", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_first_administrator_is_invited_by_mail(region, charlie, sign_in):
    lines = run("add", "neudorf", "--name=Neudorf", "--land=Bayern", "--admin=Charlie@lindach.example")

    made, mail = Region.objects.get(slug="neudorf"), Mail.objects.get(to="charlie@lindach.example")
    browser = sign_in(charlie)
    browser.post(re.search(r"http://testserver(/\S+)", mail.body)[1], {"form_token": form_token()})
    assert made.contact_mail == "charlie@lindach.example"
    assert "charlie@lindach.example" in lines[1]
    assert list(Role.objects.filter(region=made).values_list("user__email", "name")) == [
        ("charlie@lindach.example", "region_admin")
    ]
    assert browser.get("/neudorf/amt/").status_code == 200


def test_topics_are_taken_along(region):
    run("add", "neudorf", "--name=Neudorf", "--land=BY", "--contact-mail=a@neudorf.example", "--topics-from=lindach")

    scheme = TopicScheme.objects.get(region__slug="neudorf")
    assert (scheme.is_main, [topic.name for topic in scheme.topics.all()]) == (True, ["Sport", "Kultur"])
    assert TopicScheme.objects.get(region=region).topics.count() == 2


def test_without_a_word_on_topics_the_region_begins_as_init_leaves_it(region):
    add()

    topics = TopicScheme.objects.get(region__slug="neudorf", is_main=True).topics
    assert list(topics.values_list("slug", flat=True)[:2]) == ["sport", "kultur"]
    assert topics.count() == 12


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"topics_from": "nirgends"}, "region list"),
        ({"topics_from": "auenstedt"}, "noch keine Themen"),
        ({"admin": "niemand"}, "E-Mail-Adresse"),
        ({"contact_mail": "niemand"}, "E-Mail-Adresse"),
        ({"contact_mail": ""}, "--contact-mail"),
        ({"land": "Atlantis"}, "Bundesland"),
        ({"name": " "}, "Namen des Ortes"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_made(other_region, given, error):
    with pytest.raises(CommandError, match=error):
        add(**given)

    assert (Region.objects.count(), Invitation.objects.count()) == (2, 0)


def test_the_address_of_a_portal_is_taken(region):
    open_portal(region, name="Klima", path="klima", topics=[{"slug": "k", "name": "K"}], by=None)

    with pytest.raises(CommandError, match="vergeben"):
        add("klima")


def test_all_regions_are_named(other_region):
    assert run("list") == [
        "lindach\topen\tLindach\thttp://testserver/",
        "auenstedt\topen\tAuenstedt\thttp://testserver/auenstedt/",
    ]
