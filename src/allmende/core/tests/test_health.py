from datetime import timedelta

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from allmende.core.health import SILENCE, beat, live, ready

pytestmark = pytest.mark.django_db


def test_alive_asks_nothing_of_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = live(RequestFactory().get("/health/live"))

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_while_later_work_shows_signs_of_life():
    silent = ready(RequestFactory().get("/health/ready"))
    beat()
    working = ready(RequestFactory().get("/health/ready"))
    with time_machine.travel(timezone.now() + SILENCE + timedelta(seconds=1)):
        dead = ready(RequestFactory().get("/health/ready"))

    assert [answer.status_code for answer in (silent, working, dead)] == [503, 200, 503]
    assert working.content == b'{"database": true, "migrations": true, "work": true}'
    assert dead.content == b'{"database": true, "migrations": true, "work": false}'
