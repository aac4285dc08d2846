import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from allmende.core import health
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
    assert working.content == b'{"database": true, "migrations": true, "work": true, "disk": true}'
    assert dead.content == b'{"database": true, "migrations": true, "work": false, "disk": true}'


def test_not_ready_when_the_disk_is_nearly_full(monkeypatch):
    beat()
    monkeypatch.setattr(health, "ROOM", 2**60)

    full = ready(RequestFactory().get("/health/ready"))

    assert (full.status_code, json.loads(full.content)["disk"]) == (503, False)


def test_not_ready_when_the_data_folder_takes_no_files(settings, tmp_path):
    beat()
    settings.DATA = tmp_path / "unmounted"

    unwritable = ready(RequestFactory().get("/health/ready"))

    assert (unwritable.status_code, json.loads(unwritable.content)["disk"]) == (503, False)


def test_the_disk_of_the_database_counts_as_well(settings, monkeypatch, tmp_path):
    """It may lie on another one: ALLMENDE_DATABASE_URL says where."""
    settings.DATA = tmp_path
    asked = []

    def free(folder):
        asked.append(folder)
        return SimpleNamespace(free=health.ROOM if folder == tmp_path else health.ROOM - 1)

    monkeypatch.setattr(health.shutil, "disk_usage", free)

    assert health.has_room() is (connection.vendor != "sqlite")
    assert len(asked) == (2 if connection.vendor == "sqlite" else 1)
