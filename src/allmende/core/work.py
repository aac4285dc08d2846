"""Later work: every app lists what it does and how often; here it is run when due.

Each piece is done under a lease: by one process, which renews the lease for as long as it lives. When the process dies,
the next one goes on at once if it runs on the same host, else when the lease has run out. Work that looks every few
seconds keeps its lease from one time to the next, since giving it back would be two writes a second for nothing. Work
of a day's interval is done at three in the night.

A piece of work knows no request and no region: what belongs to a region goes through ``in_region(region)`` of regions.
It must bear being killed at any point, and, after a break of the network, being done twice at once.
"""

import logging
import os
import socket
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from time import monotonic

from django.conf import settings
from django.db.models import F
from django.urls import get_script_prefix, set_script_prefix
from django.utils import timezone, translation

from allmende.core.models import Lease, Mail
from allmende.core.modules import Work, floors

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
OFTEN = timedelta(seconds=10)  # work that looks more often than this keeps its lease
DAY = timedelta(days=1)
NIGHT = time(3)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)  # after a failure


def all_work() -> list[Work]:
    """Return the later work of all apps, from the ground up."""
    return [work for floor in floors() for work in floor.due_work()]


def run_due(now: datetime | None = None) -> int:
    """Run all work that is due at ``now`` (default: now), one after the other; return how many rows it did.

    Raises nothing: work that fails is logged, noted on its lease and tried again after a growing pause.
    """
    now = now or timezone.now()
    return sum(run(work, now) for work in due_work(all_work(), now))


def due_work(works: Iterable[Work], now: datetime) -> list[Work]:
    """Return what of ``works`` is due at ``now`` and not being done by another process; one query."""
    leases = {lease.name: lease for lease in Lease.objects.filter(name__in=[work.name for work in works])}
    return [work for work in works if work.name not in leases or _is_free(leases[work.name], now)]


def run(work: Work, now: datetime) -> int:
    """Run the work, if the lease is to be had; return how many rows it did. Raises nothing."""
    lease = _claim(work, now)
    if lease is None:
        return 0
    try:
        count = _do(work)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is logged there
        _note_failure(work, lease, error, now)
        return 0
    _note_success(work, lease, count, now)
    return count


def renew(names: Collection[str], now: datetime) -> None:
    """Keep the leases that this process holds on work that is still running."""
    Lease.objects.filter(name__in=names, holder=_me()).update(leased_until=now + LEASE)


def release_all() -> None:
    """Give back all leases of this process, as its last deed."""
    Lease.objects.filter(holder=_me()).update(leased_until=None, holder="")


def follow_clock_back(by: timedelta) -> None:
    """The clock was set back: what it had put off comes due as much earlier, or it would rest as much longer."""
    for rows in (Lease.objects.all(), Mail.objects.filter(state=Mail.WAITING)):
        rows.update(due_at=F("due_at") - by)
        rows.exclude(leased_until=None).update(leased_until=F("leased_until") - by)


def next_time(interval: timedelta, now: datetime) -> datetime:
    """Return when work that began at ``now`` is due again: after the interval, from a day on at three in the night."""
    if interval < DAY:
        return now + interval
    night = timezone.localtime(now).date() + interval
    return timezone.make_aware(datetime.combine(night, NIGHT))


def _claim(work: Work, now: datetime) -> Lease | None:
    """Compare-and-swap on what was read: of two processes that see the lease free, one gets it."""
    lease, _ = Lease.objects.get_or_create(name=work.name, defaults={"due_at": now})
    if not _is_free(lease, now):
        return None
    if work.interval < OFTEN and lease.holder == _me() and lease.leased_until and lease.leased_until > now + LEASE / 2:
        return lease
    seen = Lease.objects.filter(pk=lease.pk, due_at=lease.due_at, holder=lease.holder, leased_until=lease.leased_until)
    return lease if seen.update(holder=_me(), leased_until=now + LEASE) else None


def _is_free(lease: Lease, now: datetime) -> bool:
    if lease.due_at > now:
        return False
    return lease.leased_until is None or lease.leased_until <= now or lease.holder == _me() or _is_dead(lease.holder)


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_dead(holder: str) -> bool:
    host, _, process = holder.rpartition(":")
    if host != socket.gethostname() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False  # it lives, under another account
    return False


def _do(work: Work) -> int:
    began = monotonic()
    with _outside_of_requests():
        count = work.run()
    if count:
        took = round(1000 * (monotonic() - began))
        logger.info("Work %s did %s.", work.name, count, extra={"work": work.name, "count": count, "ms": took})
    return count or 0


@contextmanager
def _outside_of_requests() -> Iterator[None]:
    """Neither the language nor the region of whatever ran before in this thread."""
    prefix = get_script_prefix()
    set_script_prefix("/")
    try:
        with translation.override(settings.LANGUAGE_CODE):
            yield
    finally:
        set_script_prefix(prefix)


def _note_success(work: Work, lease: Lease, count: int, now: datetime) -> None:
    row = Lease.objects.filter(pk=lease.pk)
    well = {"attempts": 0, "last_error": "", "last_run_at": timezone.now(), "last_count": count}
    if work.interval >= OFTEN:
        row.update(due_at=next_time(work.interval, now), leased_until=None, holder="", **well)
    elif count or lease.attempts or lease.last_run_at is None:
        row.update(**well)


def _note_failure(work: Work, lease: Lease, error: Exception, now: datetime) -> None:
    logger.error("Work %s failed.", work.name, exc_info=error, extra={"work": work.name})
    pause = min(max(work.interval, SHORTEST_PAUSE) * 2 ** min(lease.attempts, 10), LONGEST_PAUSE)
    Lease.objects.filter(pk=lease.pk).update(
        due_at=now + pause,
        leased_until=None,
        holder="",
        attempts=lease.attempts + 1,
        last_error=f"{type(error).__name__}: {error}"[:500],
    )
