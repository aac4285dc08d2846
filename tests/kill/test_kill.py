"""kill -9 at random moments, while an import of 5,000 events and 500 mails are on their way.

The killed process is ``allmende work``; a real mail server takes the mails and notes every one. ``KILL_TIMES``,
``KILL_EVENTS`` and ``KILL_MAILS`` change the numbers.
"""

import asyncio
import json
import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from aiosmtpd.controller import Controller
from postgres import free_port

pytestmark = pytest.mark.kill

ALLMENDE = Path(sys.executable).with_name("allmende")
TOWN = Path(__file__).with_name("town.py")
POSTGRES = os.environ.get("ALLMENDE_TEST_DATABASE_URL", "")
TIMES = int(os.environ.get("KILL_TIMES") or (10 if POSTGRES else 50))
EVENTS = int(os.environ.get("KILL_EVENTS") or 5000)
MAILS = int(os.environ.get("KILL_MAILS") or 500)
SLOW = 0.12  # seconds
# What a process has done when its end is drawn: lines, mails, or nothing that could be seen.
SIGHTS = ("lines",) * 7 + ("mails",) * 2 + ("nothing",)
PATIENCE = 240  # seconds for the last process, which is not killed
Peek = Callable[[], tuple[int, int]]


@dataclass
class Postman:
    """Takes every mail, slowly, and notes its Message-ID and to whom it went."""

    taken: list[tuple[str, str]] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802  # the library's name
        lines = envelope.content.decode().splitlines()
        number = next(line.split(":", 1)[1].strip() for line in lines if line.lower().startswith("message-id:"))
        self.taken.append((number, *envelope.rcpt_tos))
        await asyncio.sleep(SLOW)  # so that mails last as long as the kills, and most kills find one in flight
        return "250 OK"


@pytest.fixture
def postman() -> Iterator[tuple[Postman, int]]:
    handler = Postman()
    port = free_port()
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of a database of its own; '' is SQLite in the data folder."""
    if not POSTGRES:
        yield ""
        return
    name = f"kill_{os.getpid()}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def environment(tmp_path: Path, database: str, postman: tuple[Postman, int]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ALLMENDE_", "PYTEST_", "DJANGO_"))}
    return kept | {
        "ALLMENDE_DATA": str(tmp_path / "data"),
        "ALLMENDE_DATABASE_URL": database,
        "ALLMENDE_MAIL_URL": f"smtp://127.0.0.1:{postman[1]}",
        "ALLMENDE_MAIL_FROM": "post@probe.example",
        "ALLMENDE_SECRET_KEY": "a key for the test of kills alone, long enough for every check",
        "ALLMENDE_SECURE": "0",
        "ALLMENDE_LOG_LEVEL": "ERROR",
    }


def ask(environment: dict[str, str], *command: str) -> dict:
    done = subprocess.run(
        [sys.executable, TOWN, *command], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


@contextmanager
def peeking(environment: dict[str, str]) -> Iterator[Peek]:
    """How many lines and mails are done, asked from outside."""
    queries = (
        "SELECT COALESCE(SUM(done), 0) FROM entries_importrun",
        "SELECT COUNT(*) FROM core_mail WHERE state = 'sent'",
    )
    if environment["ALLMENDE_DATABASE_URL"]:
        connection = psycopg.connect(environment["ALLMENDE_DATABASE_URL"], autocommit=True)
    else:
        path = Path(environment["ALLMENDE_DATA"], "allmende.sqlite3")
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)
    try:
        yield lambda: tuple(connection.execute(query).fetchone()[0] for query in queries)
    finally:
        connection.close()


@contextmanager
def working(environment: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A process of ``allmende work``, which is dead afterwards."""
    process = subprocess.Popen([ALLMENDE, "work"], env=environment, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(is_so: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.01)
    return False


def live_and_die(environment: dict[str, str], peek: Peek, chance: random.Random) -> None:
    """Let a process live until it has done something, or not even that long, and a random moment more."""
    before, sight = peek(), chance.choice(SIGHTS)
    with working(environment) as process:
        if sight == "nothing":
            time.sleep(chance.uniform(0, 2))
        else:
            which = 0 if sight == "lines" and before[0] < EVENTS else 1
            assert wait_until(lambda: peek()[which] > before[which], 60), "a restarted process does nothing"
            time.sleep(chance.uniform(0, 0.4))
        assert process.poll() is None, "the process ended by itself"


def test_nothing_is_lost_and_nothing_is_done_twice(environment, postman):
    handler, _port = postman
    chance = random.Random(os.environ.get("KILL_SEED") or None)
    subprocess.run([ALLMENDE, "migrate", "--no-input", "-v0"], env=environment, check=True)
    assert ask(environment, "prepare", str(EVENTS), str(MAILS)) == {"state": "running"}

    killed_at = []
    with peeking(environment) as peek:
        for _time in range(TIMES):
            if peek() == (EVENTS, MAILS):
                break
            live_and_die(environment, peek, chance)
            killed_at.append(peek())
        with working(environment):
            assert wait_until(lambda: peek() == (EVENTS, MAILS), PATIENCE), f"stuck at {peek()}"
            finished = wait_until(lambda: ask(environment, "check")["state"] == "done", 20)

    assert finished
    found = ask(environment, "check")
    print(f"\n{len(killed_at)} kills; lines and mails done at each: {killed_at}")
    assert found == {
        "state": "done",
        "done": [EVENTS, EVENTS],
        "counts": {"created": EVENTS, "changed": 0, "unchanged": 0, "refused": 0},
        "events": [EVENTS, EVENTS, EVENTS],
        "public": EVENTS,
        "spans": [EVENTS, 0],
        "moves": [0],
        "lines": [EVENTS, EVENTS],
        "log": [EVENTS, EVENTS],
        "organisations": [12, 12, 12, 0],
        "mails": {"sent": MAILS},
    }
    taken = Counter(handler.taken)
    assert len(taken) == MAILS  # each to one recipient, always under the same Message-ID
    assert len({number for number, _recipient in taken}) == MAILS
    assert sum(taken.values()) - MAILS <= len(killed_at)  # at most the one in flight, at each kill
    assert len(killed_at) == TIMES
