import logging
import signal
from argparse import ArgumentParser
from dataclasses import dataclass, field
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections
from django.utils import timezone

from allmende.core.health import beat, refuse_unsafe_start
from allmende.core.modules import Work
from allmende.core.work import LEASE, OFTEN, all_work, due_work, release_all, renew, run, run_due

logger = logging.getLogger("allmende.core.work")

TICK = 1.0  # seconds
AFTER_FAILURE = 5.0
RENEW = LEASE.total_seconds() / 2
LAST_WORDS = 10  # seconds for what runs when we are told to stop; it goes on next time


@dataclass
class Lane:
    """Every piece of work has a thread of its own, so that a long import holds up no sign-in code."""

    work: Work
    calls: SimpleQueue[datetime] = field(default_factory=SimpleQueue)
    busy: bool = False


@dataclass
class Shift:
    lanes: list[Lane]
    stopping: bool = False
    wake: Event = field(default_factory=Event)
    showed_life: float = float("-inf")

    def stop(self, *_: Any) -> None:
        self.stopping = True
        self.wake.set()


class Command(BaseCommand):
    help = "Runs later work: mails, imports, reminders, clean-up. `allmende serve` starts this too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *_: Any, once: bool, **__: Any) -> None:
        refuse_unsafe_start()
        if once:
            beat()
            self.stdout.write(f"{run_due()} done")
        else:
            _work_until_told()
        release_all()


def _work_until_told() -> None:
    shift = Shift([Lane(work) for work in all_work()])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, shift.stop)
    for lane in shift.lanes:
        Thread(target=_keep_running, args=(lane, shift), name=lane.work.name, daemon=True).start()
    while not shift.stopping:
        shift.wake.clear()
        shift.wake.wait(_tick(shift))
    _let_finish(shift)


def _tick(shift: Shift) -> float:
    """Start what is due; return how long to wait for the next look. A database that is away ends nothing."""
    try:
        close_old_connections()
        now = timezone.now()
        _show_life(shift, now)
        idle = {lane.work.name: lane for lane in shift.lanes if not lane.busy}
        for work in due_work([lane.work for lane in idle.values()], now):
            idle[work.name].busy = True
            idle[work.name].calls.put(now)
    except Exception:
        logger.exception("Later work cannot run.")
        return AFTER_FAILURE
    return TICK


def _show_life(shift: Shift, now: datetime) -> None:
    if monotonic() - shift.showed_life < RENEW:
        return
    beat()
    renew([lane.work.name for lane in shift.lanes if lane.busy], now)
    shift.showed_life = monotonic()


def _keep_running(lane: Lane, shift: Shift) -> None:
    while True:
        now = lane.calls.get()
        count = _run(lane.work, now)
        lane.busy = False
        if count:
            shift.wake.set()  # there may be more of it


def _run(work: Work, now: datetime) -> int:
    try:
        close_old_connections()
        return run(work, now)
    except Exception:
        logger.exception("Work %s could not be noted.", work.name)
        return 0
    finally:
        # What looks every second keeps its connection; the others would hold one for nothing.
        close_old_connections() if work.interval < OFTEN else connections.close_all()


def _let_finish(shift: Shift) -> None:
    until = monotonic() + LAST_WORDS
    while monotonic() < until and any(lane.busy for lane in shift.lanes):
        sleep(0.05)
    for lane in shift.lanes:
        if lane.busy:
            logger.warning("Stopped in the middle of %s.", lane.work.name)
