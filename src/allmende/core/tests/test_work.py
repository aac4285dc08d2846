import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from allmende.core import health, work
from allmende.core.management.commands import work as command
from allmende.core.models import Lease, Mail
from allmende.core.modules import Work
from allmende.core.outbox import enqueue
from allmende.core.tests.test_outbox import Server, running, unused_port
from allmende.core.work import all_work, due_work, next_time, run

pytestmark = pytest.mark.django_db
__all__ = ["unused_port"]  # a fixture

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Piece:
    """Some work that counts how often it ran, and fails as often as it is told to."""

    def __init__(self, name: str = "test.piece", interval: timedelta = MINUTE, failures: int = 0) -> None:
        self.runs = 0
        self.failures = failures
        self.work = Work(name, interval, self.run)

    def run(self) -> int:
        self.runs += 1
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the disk is on fire")
        return 7


def lease_of(piece: Piece) -> Lease:
    return Lease.objects.get(name=piece.work.name)


@pytest.fixture
def piece() -> Piece:
    return Piece()


def test_work_runs_when_due_and_not_before(piece):
    counts = [run(piece.work, NOW + MINUTE * minutes) for minutes in (0, 0.5, 0.99, 1, 1.5, 2)]

    assert counts == [7, 0, 0, 7, 0, 7]


def test_the_lease_tells_how_it_went(piece):
    run(piece.work, NOW)

    lease = lease_of(piece)
    assert (lease.due_at, lease.leased_until, lease.holder, lease.last_count) == (NOW + MINUTE, None, "", 7)
    assert lease.last_run_at is not None


def test_work_that_fails_is_tried_again_after_growing_pauses():
    piece = Piece(failures=8)

    pauses, now = [], NOW
    for _ in range(8):
        assert run(piece.work, now) == 0
        pauses.append((lease_of(piece).due_at - now) / MINUTE)
        now = lease_of(piece).due_at
    failed = lease_of(piece)
    count = run(piece.work, now)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (failed.attempts, failed.last_error) == (8, "RuntimeError: the disk is on fire")
    assert count == 7
    assert (lease_of(piece).attempts, lease_of(piece).last_error) == (0, "")


def test_failing_work_holds_up_no_other(monkeypatch):
    first, second = Piece("test.first", failures=1), Piece("test.second")
    monkeypatch.setattr(work, "all_work", lambda: [first.work, second.work])

    count = work.run_due(NOW)

    assert count == 7
    assert (first.runs, second.runs) == (1, 1)


@pytest.mark.parametrize(
    ("holder", "runs"),
    [
        ("another-host:1", 0),  # perhaps it lives
        (f"{socket.gethostname()}:{os.getppid()}", 0),  # it lives
        (f"{socket.gethostname()}:{os.getpid()}", 1),  # a process before us that had our number
    ],
    ids=["another host", "alive", "our number"],  # the numbers differ between the processes that run the tests
)
def test_a_lease_holds_while_its_holder_may_live(piece, holder, runs):
    Lease.objects.create(name=piece.work.name, due_at=NOW, holder=holder, leased_until=NOW + work.LEASE)

    run(piece.work, NOW)

    assert piece.runs == runs


def test_the_work_of_a_dead_process_goes_on_at_once(piece):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    holder = f"{socket.gethostname()}:{dead.pid}"
    Lease.objects.create(name=piece.work.name, due_at=NOW, holder=holder, leased_until=NOW + work.LEASE)

    assert run(piece.work, NOW) == 7


def test_the_lease_of_another_host_runs_out(piece):
    Lease.objects.create(name=piece.work.name, due_at=NOW, holder="another-host:1", leased_until=NOW + work.LEASE)

    counts = [run(piece.work, NOW + work.LEASE - timedelta(seconds=1)), run(piece.work, NOW + work.LEASE)]

    assert counts == [0, 7]


def test_of_two_processes_that_saw_it_free_one_gets_the_lease(piece, monkeypatch):
    lease = Lease.objects.create(name=piece.work.name, due_at=NOW)
    monkeypatch.setattr(Lease.objects, "get_or_create", lambda **_: (Lease(**vars_of(lease)), False))

    run(piece.work, NOW)
    second = run(piece.work, NOW)

    assert second == 0


def vars_of(row: Lease) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.fields}


def test_work_that_looks_often_writes_nothing_while_there_is_nothing_to_do(django_assert_num_queries):
    idle = Work("test.idle", timedelta(seconds=1), lambda: 0)
    run(idle, NOW)

    with django_assert_num_queries(1):
        run(idle, NOW + timedelta(seconds=1))


def test_work_that_looks_often_keeps_its_lease_and_renews_it(piece):
    often = Piece("test.often", timedelta(seconds=1))
    run(often.work, NOW)
    first = lease_of(often).leased_until
    run(often.work, NOW + work.LEASE / 2)

    assert lease_of(often).holder == f"{socket.gethostname()}:{os.getpid()}"
    assert (first, lease_of(often).leased_until) == (NOW + work.LEASE, NOW + work.LEASE * 1.5)


def test_work_that_looks_often_rests_after_a_failure(piece):
    often = Piece("test.often", timedelta(seconds=1), failures=1)

    counts = [run(often.work, NOW + timedelta(seconds=seconds)) for seconds in (0, 9, 10, 11)]

    assert counts == [0, 0, 7, 7]


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-02T14:00:00+01:00", "2026-03-03T03:00:00+01:00"),
        ("2026-03-03T03:00:01+01:00", "2026-03-04T03:00:00+01:00"),
        ("2026-03-28T12:00:00+01:00", "2026-03-29T03:00:00+02:00"),  # the clock went from 2 to 3
        ("2026-10-24T12:00:00+02:00", "2026-10-25T03:00:00+01:00"),
    ],
)
def test_daily_work_is_done_at_three_in_the_night(now, due):
    assert next_time(timedelta(days=1), datetime.fromisoformat(now)) == datetime.fromisoformat(due)


def test_work_knows_neither_language_nor_region_of_what_ran_before():
    seen = []
    look = Work("test.look", MINUTE, lambda: seen.append((get_script_prefix(), translation.get_language())) or 1)
    set_script_prefix("/lindach/")

    try:
        with translation.override("en"):
            run(look, NOW)
        after = get_script_prefix()
    finally:
        set_script_prefix("/")

    assert seen == [("/", "de")]
    assert after == "/lindach/"


def test_due_work_is_found_by_one_query(django_assert_num_queries):
    works = [Piece(f"test.{number}").work for number in range(5)]
    Lease.objects.create(name="test.3", due_at=NOW + MINUTE)

    with django_assert_num_queries(1):
        due = due_work(works, NOW)

    assert [item.name for item in due] == ["test.0", "test.1", "test.2", "test.4"]


def test_all_that_the_apps_list_can_run():
    names = [item.name for item in all_work()]

    counts = [item.run() for item in all_work()]

    assert len(names) == len(set(names))
    assert "core.send_due" in names
    assert all(count == 0 for count in counts)


def test_the_command_does_once_what_is_due(settings, capsys, monkeypatch):
    settings.EMAIL_HOST = "mail.lindach.example"
    piece = Piece("test.often", timedelta(seconds=1))
    monkeypatch.setattr(work, "all_work", lambda: [piece.work])

    call_command("work", once=True)

    assert capsys.readouterr().out == "7 done\n"
    assert lease_of(piece).holder == ""
    assert health.is_working()


def test_the_command_does_not_start_without_a_mail_server(settings):
    settings.DEMO, settings.EMAIL_HOST = False, ""

    with pytest.raises(CommandError, match="ALLMENDE_MAIL_URL is missing"):
        call_command("work", once=True)


@pytest.mark.parametrize(("demo", "mark"), [(True, health.INSTALLED), (False, health.DEMO_MADE)])
def test_the_demo_and_real_life_do_not_open_each_others_database(settings, demo, mark):
    settings.DEMO, settings.EMAIL_HOST = demo, "mail.lindach.example"
    health.refuse_unsafe_start()
    health.mark_database(mark)

    with pytest.raises(CommandError, match="This database belongs to a"):
        health.refuse_unsafe_start()


@pytest.mark.django_db(transaction=True)
def test_a_long_import_holds_up_no_mail_and_the_command_ends_when_told(monkeypatch):
    finish, mails_ran = Event(), Event()
    slow = Work("test.import", MINUTE, lambda: int(finish.wait(20)))
    mails = Work("test.mails", MINUTE, lambda: mails_ran.set() or 1)
    monkeypatch.setattr(command, "all_work", lambda: [slow, mails])
    monkeypatch.setattr(command, "TICK", 0.05)
    held_up = []

    def tell() -> None:
        held_up.append(not mails_ran.wait(10))
        finish.set()
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    teller = Thread(target=tell)
    teller.start()
    try:
        command._work_until_told()
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    teller.join()

    assert held_up == [False]
    assert sorted(Lease.objects.values_list("name", "last_count")) == [
        ("core.worker", 0),
        ("test.import", 1),
        ("test.mails", 1),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_lease_is_renewed_while_the_work_goes_on(monkeypatch):
    now = timezone.now()
    Lease.objects.create(name="test.import", due_at=now, holder=work._me(), leased_until=now)
    Lease.objects.create(name="test.other", due_at=now, holder="another-host:1", leased_until=now)

    work.renew(["test.import", "test.other"], now)

    assert dict(Lease.objects.values_list("name", "leased_until")) == {
        "test.import": now + work.LEASE,
        "test.other": now,
    }


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_is_set_back_an_hour_holds_up_nothing():
    hourly, often, failing = Piece("test.h", MINUTE * 60), Piece("test.o", timedelta(seconds=1)), Piece(failures=9)
    pieces = (hourly, often, failing)
    with time_machine.travel(NOW, tick=False) as clock:
        mail = enqueue(to="alice@lindach.example", subject="s", body="b")
        Mail.objects.filter(pk=mail.pk).update(due_at=NOW + MINUTE)  # put off
        health.beat()
        for piece in pieces:
            run(piece.work, NOW)

        clock.shift(MINUTE * -60)
        health.beat()
        counts = []
        for _ in range(61):
            counts.append([run(piece.work, timezone.now()) for piece in pieces])
            clock.shift(MINUTE)

    assert [hourly.runs, often.runs, failing.runs] == [2, 62, 6]  # as on any other hour
    assert counts[60][0] == 7
    assert Mail.objects.get().due_at == NOW - MINUTE * 59


@pytest.mark.django_db(transaction=True)
def test_clocks_of_two_machines_that_differ_a_little_move_nothing(piece):
    with time_machine.travel(NOW, tick=False) as clock:
        health.beat()
        run(piece.work, NOW)

        clock.shift(-MINUTE)
        health.beat()

    assert lease_of(piece).due_at == NOW + MINUTE


@pytest.mark.django_db(transaction=True)
def test_two_work_processes_at_once_send_every_mail_once(unused_port):
    server = Server()

    with running(server, unused_port), both_working(unused_port):
        for number in range(40):
            enqueue(to=f"person{number:02}@lindach.example", subject="s", body="b")
        until = monotonic() + 120
        while Mail.objects.filter(state=Mail.WAITING).exists() and monotonic() < until:
            sleep(0.1)

    assert server.recipients() == [f"person{number:02}@lindach.example" for number in range(40)]
    assert not Lease.objects.exclude(holder="").exists()


@contextmanager
def both_working(port: int) -> Iterator[None]:
    """Two processes of ``allmende work`` on the database of the test, both at work by now, told to stop in the end."""
    environment = os.environ | {
        "ALLMENDE_DATABASE_URL": address_of_database(),
        "ALLMENDE_MAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "allmende.config.settings",
    }
    command_line = [sys.executable, "-m", "django", "work"]
    processes = [subprocess.Popen(command_line, env=environment) for _ in range(2)]
    try:
        until = monotonic() + 60
        while not all(listens(process) for process in processes) and monotonic() < until:
            sleep(0.05)
        yield
    finally:
        for process in processes:
            process.terminate()
        assert [process.wait(30) for process in processes] == [0, 0]


def listens(process: "subprocess.Popen[bytes]") -> bool:
    """Has it come so far that being told to stop does not simply end it? On a busy machine that takes seconds."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def address_of_database() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    password = f":{settings['PASSWORD']}" if settings["PASSWORD"] else ""
    return f"postgres://{settings['USER']}{password}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
