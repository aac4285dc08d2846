"""A month with very much in it: no day is cut off, none drowns the page."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from allmende.entries import actions
from allmende.modules.events.models import Event

BERLIN = ZoneInfo("Europe/Berlin")
MONTH = "/veranstaltungen/kalender/?monat=2030-05"
GERMAN = {"accept-language": "de"}


@pytest.fixture
def on_a_day(make_event):
    """So many events on the 18th of May 2030, an hour apart."""

    def on_a_day(number):
        start = datetime(2030, 5, 18, 8, tzinfo=BERLIN)
        return [make_event(f"Fest {one}", start=start + timedelta(hours=one)) for one in range(number)]

    return on_a_day


def day_of(answer, number):
    return next(day for week in answer.context["weeks"] for day in week if day["date"].isoformat() == number)


def links_to_more(answer):
    """Address and accessible name."""
    found = re.findall(r'class="month__more" href="([^"]*)">(.*?)</a>', answer.content.decode())
    return [(address.replace("&amp;", "&"), re.sub(r"<[^>]*>", "", name)) for address, name in found]


@pytest.mark.parametrize("number", [1, 6])
def test_a_day_with_few_shows_them_all(client, on_a_day, number):
    on_a_day(number)

    answer = client.get(MONTH, headers=GERMAN)

    assert len(day_of(answer, "2030-05-18")["items"]) == number
    assert links_to_more(answer) == []


@pytest.mark.parametrize(("number", "name"), [(7, "und 1 weitere"), (9, "und 3 weitere")])
def test_a_day_with_many_shows_the_first_and_leads_to_all(client, on_a_day, number, name):
    on_a_day(number)

    answer = client.get(MONTH, headers=GERMAN)
    ((address, told),) = links_to_more(answer)
    listed = client.get(address)

    assert [item["title"] for item in day_of(answer, "2030-05-18")["items"]] == [f"Fest {one}" for one in range(6)]
    assert told == f"{name} am 18. Mai 2030"
    assert [card["title"] for card in listed.context["cards"]] == [f"Fest {one}" for one in range(number)]


def test_the_list_of_a_day_keeps_the_filters(client, on_a_day):
    on_a_day(8)

    ((address, _name),) = links_to_more(client.get(f"{MONTH}&q=fest&from=2030-05-01&next=", headers=GERMAN))

    assert address == "/veranstaltungen/?q=fest&from=2030-05-18&to=2030-05-18"


def test_the_end_of_a_full_month_is_there(client, make_event):
    """25 dates each day: before, a month ended after 600."""
    make_event("Führung")
    begin = datetime(2030, 5, 1, 7, tzinfo=BERLIN)
    spans = [
        (begin + timedelta(days=day, minutes=20 * one), begin + timedelta(days=day, minutes=20 * one + 10))
        for day in range(31)
        for one in range(25)
    ]
    actions.edit(Event.objects.get(), {"spans": spans}, by=None)

    answer = client.get(MONTH)

    found = [(len(day["items"]), day["more"]) for week in answer.context["weeks"] for day in week if day["items"]]
    assert found == [(6, 19)] * 31


def test_what_goes_over_days_counts_on_each_of_them(client, on_a_day, make_event):
    on_a_day(6)
    fair = make_event("Messe")
    edges = datetime(2030, 5, 17, 9, tzinfo=BERLIN), datetime(2030, 5, 20, 0, tzinfo=BERLIN)
    actions.edit(fair, {"spans": [edges]}, by=None)

    answer = client.get(MONTH)

    days = [day_of(answer, f"2030-05-{day}") for day in (17, 18, 19, 20)]
    assert [(len(day["items"]), day["more"]) for day in days] == [(1, 0), (6, 1), (1, 0), (0, 0)]
