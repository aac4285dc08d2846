"""Addresses that lead to us, to others, or nowhere: asked as a visitor would."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from allmende.core.doctor import GOOD, HINT, UNSEEN, WRONG, Asked, Finding, lookup
from allmende.regions import doctor
from allmende.regions.actions import give_role
from allmende.regions.models import Address, Region, Role


class Proxy(BaseHTTPRequestHandler):
    status, body = 200, b"ok"

    def do_GET(self) -> None:  # the library's name
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: Any) -> None:
        """Nothing in the terminal."""


@pytest.fixture
def proxy(region: Region) -> Iterator[type[Proxy]]:
    """Answers at the address of the region."""
    kind = type("ProxyOfThisTest", (Proxy,), {})
    server = HTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Address.objects.exclude(host="").update(host=f"127.0.0.1:{server.server_port}", scheme="http")
    yield kind
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def _without_https(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = False


def found() -> Finding:
    (finding,) = doctor.addresses(Asked())
    return finding


def test_an_address_that_leads_to_us(proxy):
    assert found().state == GOOD


@pytest.mark.parametrize(
    ("status", "body", "text"), [(502, b"", "meldet der Proxy 502"), (200, b"It works!", "etwas anderes als Allmende")]
)
def test_an_address_that_leads_to_something_else(proxy, status, body, text):
    proxy.status, proxy.body = status, body

    finding = found()

    assert (finding.state, text in finding.text) == (WRONG, True)


def test_https_that_is_none(proxy):
    Address.objects.update(scheme="https")

    assert (found().state, "nicht mit https" in found().text) == (WRONG, True)


def test_without_https_nobody_can_sign_in(proxy, settings):
    settings.SESSION_COOKIE_SECURE = True

    assert (found().state, "Niemand kann sich dort anmelden" in found().text) == (WRONG, True)


def test_where_nobody_listens(region):
    Address.objects.exclude(host="").update(host="127.0.0.1:1")

    assert found().state == HINT


@pytest.mark.parametrize(("knows", "state"), [(True, WRONG), (False, UNSEEN)])
def test_a_name_that_the_dns_does_not_know(region, monkeypatch, knows, state):
    Address.objects.exclude(host="").update(host="nirgends.invalid")
    monkeypatch.setattr(lookup, "_knows_the_world", lambda: knows)

    assert found().state == state


def test_a_time_zone_that_is_none(region, other_region):
    Region.objects.filter(pk=other_region.pk).update(time_zone="Europe/Lindach")

    assert [finding.text for finding in doctor.zones(Asked())] == [
        "Auenstedt: Die Zeitzone Europe/Lindach gibt es nicht."
    ]


def test_somebody_has_to_hold_the_keys(db, request):
    empty = [finding.mend for finding in doctor.keys(Asked())]
    request.getfixturevalue("region")
    nobody = [finding.mend for finding in doctor.keys(Asked())]
    give_role(request.getfixturevalue("alice"), Role.Name.PLATFORM_ADMIN, region=None, by=None)

    assert (empty, nobody) == (["allmende init"], ["allmende init --admin-mail ADRESSE"])
    assert [finding.state for finding in doctor.keys(Asked())] == [GOOD]
