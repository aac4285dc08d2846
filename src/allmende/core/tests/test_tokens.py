from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from allmende.core.models import Token
from allmende.core.tokens import forget_expired, issue, peek, revoke, use

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_a_token_is_used_once():
    plain = issue("thread", "7", lifetime=DAY, data={"side": "b"})

    first, second = use("thread", plain), use("thread", plain)

    assert (first.subject, first.data) == ("7", {"side": "b"})
    assert second is None


def test_looking_does_not_use_it_up():
    plain = issue("thread", "7", lifetime=DAY)

    subjects = [peek("thread", plain).subject for _ in range(3)]

    assert subjects == ["7", "7", "7"]
    assert use("thread", plain) is not None
    assert peek("thread", plain) is None


def test_a_token_expires():
    plain = issue("thread", "7", lifetime=DAY)

    with time_machine.travel(timezone.now() + DAY + timedelta(seconds=1)):
        assert peek("thread", plain) is None
        assert use("thread", plain) is None


@pytest.mark.parametrize("plain", ["", "x", "\udc80", "a" * 10_000, "\0"])
def test_rubbish_is_no_token(plain):
    issue("thread", "7", lifetime=DAY)

    assert peek("thread", plain) is None
    assert use("thread", plain) is None


def test_a_token_opens_only_what_it_was_made_for():
    plain = issue("thread", "7", lifetime=DAY)

    assert use("invitation", plain) is None


def test_the_database_does_not_know_the_token():
    plain = issue("thread", "7", lifetime=DAY)

    assert plain not in str(Token.objects.values())


def test_of_two_that_press_at_the_same_moment_one_gets_it(monkeypatch):
    plain = issue("thread", "7", lifetime=DAY)
    seen = peek("thread", plain)
    use("thread", plain)
    monkeypatch.setattr("allmende.core.tokens.peek", lambda *_: seen)

    assert use("thread", plain) is None


def test_revoked_tokens_open_nothing():
    plain, other = issue("thread", "7", lifetime=DAY), issue("thread", "8", lifetime=DAY)

    count = revoke("thread", "7")

    assert count == 1
    assert peek("thread", plain) is None
    assert peek("thread", other) is not None


def test_expired_tokens_are_forgotten_after_a_month():
    issue("thread", "7", lifetime=DAY)
    issue("thread", "8", lifetime=60 * DAY)

    with time_machine.travel(timezone.now() + 32 * DAY):
        count = forget_expired()

    assert count == 1
    assert Token.objects.get().subject == "8"
