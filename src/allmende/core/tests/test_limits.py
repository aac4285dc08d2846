from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from ipaddress import ip_network
from threading import Barrier, Thread

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory

from allmende.core.limits import TooMany, client_address, client_network, forget_past_windows, hit, who_asks
from allmende.core.models import Window

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Callable[[timedelta], None]]:
    with time_machine.travel(datetime.fromisoformat("2026-03-02T10:20:00+00:00"), tick=False) as traveller:
        yield traveller.shift


def test_past_the_limit_it_says_when_to_come_back(clock):
    for _ in range(3):
        hit("inquiry", "account 1", "3/h")

    with pytest.raises(TooMany) as refusal:
        hit("inquiry", "account 1", "3/h")

    assert refusal.value.retry_after == 40 * 60


def test_a_limit_may_hold_for_several_units(clock):
    hit("inquiry", "account 1", "1/15m")

    with pytest.raises(TooMany) as refusal:
        hit("inquiry", "account 1", "1/15m")

    assert refusal.value.retry_after == 10 * 60


def test_a_new_window_begins_anew(clock):
    hit("inquiry", "account 1", "1/h")
    clock(timedelta(minutes=40))

    hit("inquiry", "account 1", "1/h")

    assert list(Window.objects.values_list("count", flat=True)) == [1, 1]


@pytest.mark.parametrize(("scope", "who", "limit"), [("report", "account 1", "1/h"), ("inquiry", "account 2", "1/h")])
def test_another_person_or_another_deed_counts_by_itself(clock, scope, who, limit):
    hit("inquiry", "account 1", "1/h")

    hit(scope, who, limit)

    assert Window.objects.count() == 2


def test_two_limits_on_one_deed_count_apart(clock):
    hit("write", "account 1", "60/m")
    hit("write", "account 1", "600/h")

    assert list(Window.objects.values_list("count", flat=True)) == [1, 1]


def test_the_table_tells_nobodys_address(clock):
    hit("inquiry", "address 198.51.100.7")

    window = Window.objects.get()
    assert len(window.key) == 64
    assert set(window.key) <= set("0123456789abcdef")


def test_a_limit_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        hit("inquiry", "account 1")


def test_past_windows_are_forgotten(clock):
    hit("inquiry", "account 1", "5/m")
    hit("inquiry", "account 1", "5/d")
    clock(timedelta(minutes=2))

    assert forget_past_windows() == 1
    assert Window.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_hits_at_the_same_moment_are_all_counted():
    start = Barrier(8)

    def hit_five_times() -> None:
        start.wait()
        for _ in range(5):
            hit("inquiry", "account 1", "1000/d")
        connection.close()

    threads = [Thread(target=hit_five_times) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(Window.objects.values_list("count", flat=True)) == 40


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # a stranger says so
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "192.0.2.66, 203.0.113.9", "203.0.113.9"),  # the visitor invented the first
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),  # two proxies
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "rubbish", "10.0.0.1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_only_trusted_proxies_tell_the_visitors_address(settings, peer, forwarded, address):
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/8"),)
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [("198.51.100.7", "198.51.100.7"), ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"), ("rubbish", "")],
)
def test_a_household_counts_as_one(address, network):
    assert client_network(address) == network


def test_an_account_counts_wherever_it_is(settings):
    settings.TRUSTED_PROXIES = ()
    request = RequestFactory().get("/", REMOTE_ADDR="198.51.100.7")
    request.user = AnonymousUser()
    guest = who_asks(request)
    request.user = type("Person", (), {"is_authenticated": True, "pk": 7})()

    assert (guest, who_asks(request)) == ("address 198.51.100.7", "account 7")
