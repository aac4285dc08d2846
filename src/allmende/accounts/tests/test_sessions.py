"""Where an account is signed in."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from allmende.accounts.actions import forget_ended_sessions
from allmende.accounts.devices import can_hold_passkeys, device
from allmende.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/konto/sitzungen/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 Version/18.4 Mobile/15E148 Safari/604.1"


def signed_in(user, agent: str = FIREFOX, **extra) -> Client:
    browser = Client(HTTP_USER_AGENT=agent, **extra)
    browser.post("/anmelden/passwort/", {"login": user.email, "password": PASSWORD})
    return browser


def rows(browser) -> list[tuple[str, bool]]:
    return [(row["device"], row["is_here"]) for row in browser.get(PAGE).context["rows"]]


def is_in(browser) -> bool:
    return browser.get("/konto/daten/").status_code == 200


def number_of(browser) -> str:
    return str(UserSession.objects.get(session_key=browser.session.session_key).pk)


def test_every_device_is_listed_with_what_it_calls_itself(alice):
    laptop = signed_in(alice)
    signed_in(alice, IPHONE)

    assert sorted(rows(laptop)) == [("Firefox, Linux", True), ("Safari, iPhone", False)]


def test_one_device_is_signed_out_from_another(alice):
    laptop, phone = signed_in(alice), signed_in(alice, IPHONE)

    answer = laptop.post(PAGE, {"session": number_of(phone)})

    assert (answer.status_code, answer.url) == (302, PAGE)
    assert is_in(laptop)
    assert not is_in(phone)


def test_all_others_are_signed_out_at_once(alice):
    laptop, *others = [signed_in(alice) for _ in range(3)]

    laptop.post(PAGE, {"all": "1"})

    assert is_in(laptop)
    assert [is_in(other) for other in others] == [False, False]


@pytest.mark.parametrize("number", ["", "0", "abc", "987654321987654321987"])
def test_a_session_that_is_not_there_cannot_be_ended(alice, number):
    assert signed_in(alice).post(PAGE, {"session": number}).status_code == 404


def test_nobody_signs_out_somebody_else(alice, bob):
    mine, theirs = signed_in(alice), signed_in(bob)

    answer = mine.post(PAGE, {"session": number_of(theirs)})

    assert answer.status_code == 404
    assert is_in(theirs)


def test_a_visit_is_noted_once_an_hour(alice, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    browser = signed_in(alice)
    seen = []
    for minutes in (59, 61, 90):
        time_machine.move_to(now + timedelta(minutes=minutes), tick=False)
        browser.get("/konto/daten/")
        seen.append((UserSession.objects.get().last_seen_at - now) // timedelta(minutes=1))

    assert seen == [0, 61, 61]


def test_what_was_noted_of_a_session_goes_when_it_runs_out(alice, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    signed_in(alice)
    early = forget_ended_sessions()
    time_machine.move_to(now + timedelta(days=15), tick=False)

    assert early == 0
    assert forget_ended_sessions() == 1
    assert not UserSession.objects.exists()


def test_the_address_is_that_of_the_visitor_not_of_a_forged_header(alice):
    signed_in(alice, REMOTE_ADDR="192.0.2.9", HTTP_X_FORWARDED_FOR="203.0.113.1")

    assert UserSession.objects.get().ip == "192.0.2.9"


def test_a_very_long_name_of_a_browser_is_cut(alice):
    assert is_in(signed_in(alice, "x" * 5000))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) Version/18.0 Safari/605.1.15", "Safari, Mac"),
        ("curl/8.0", "Unbekanntes Gerät"),
        ("", "Unbekanntes Gerät"),
    ],
)
def test_devices_have_names_that_people_know(agent, name):
    assert device(agent) == name


@pytest.mark.parametrize(
    ("host", "possible"),
    [
        ("stadt.example", True),
        ("stadt.example:8443", True),
        ("localhost:8000", True),
        ("127.0.0.1:8000", False),
        ("192.0.2.1", False),
        ("[::1]:8000", False),
        ("[2001:db8::1]", False),
    ],
)
def test_passkeys_live_at_names(host, possible):
    assert can_hold_passkeys(host) == possible
