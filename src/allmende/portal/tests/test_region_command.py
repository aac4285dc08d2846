from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from allmende.regions.models import Region


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
