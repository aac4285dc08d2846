"""Holds heavy writers back, so that people who write at the same time do not wait.

SQLite lets one write at a time, and its lock is unfair: who has just given it back gets it again. Heavy writers take
turns at this gate and leave it open for as long as they wrote. PostgreSQL locks rows and needs nothing of it.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from django.conf import settings
from django.db import connection

LOT = 25  # rows
TURN = 0.06  # seconds of writing


@contextmanager
def write_gate() -> Iterator[None]:
    """Write one lot inside; then it pauses as long as the lot took. The system opens the gate if the process dies."""
    if connection.vendor != "sqlite":
        yield
        return
    with (settings.DATA / "heavy-writers.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        began = monotonic()
        yield
        sleep(min(monotonic() - began, 1))
