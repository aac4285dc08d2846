"""Is it alive, can it serve, may it start at all?"""

import logging
import shutil
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from allmende.core.log import record
from allmende.core.models import Lease, LogEntry
from allmende.core.work import follow_clock_back

logger = logging.getLogger(__name__)

WORKER = "core.worker"  # the lease whose last run is the worker's sign of life
SILENCE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(minutes=2)  # of two machines; more than that is a clock that was set back
ROOM = 50 * 1024 * 1024  # bytes that a disk must have left: a few pictures, and what SQLite writes before it tidies up
DATABASE = "database"  # what the two marks below are about
INSTALLED, DEMO_MADE = "installed", "demo made"

_seen = {"migrated": False}  # once a database is up to date it stays so for this process


def live(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if people can be served: database there and up to date, later work alive, room on the disk; else 503.

    Says which.
    """
    try:
        checks = {"database": True, "migrations": is_migrated(), "work": is_working()}
    except DatabaseError:
        checks = {"database": False, "migrations": False, "work": False}
    checks["disk"] = has_room()
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def is_migrated() -> bool:
    if not _seen["migrated"]:
        executor = MigrationExecutor(connection)
        _seen["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen["migrated"]


def is_working() -> bool:
    return Lease.objects.filter(name=WORKER, last_run_at__gt=timezone.now() - SILENCE).exists()


def has_room() -> bool:
    """Can files be written to the data folder, and is ``ROOM`` left there and where the database lies?

    Of a database on another machine only that machine knows.
    """
    folders = [Path(settings.DATA)]
    if connection.vendor == "sqlite":
        folders.append(Path(connection.settings_dict["NAME"]).parent)
    try:
        with TemporaryFile(dir=settings.DATA) as probe:
            probe.write(b"1")
            probe.flush()
        return all(shutil.disk_usage(folder).free >= ROOM for folder in folders)
    except OSError:
        return False


def beat() -> None:
    """The worker's sign of life. If the last one lies ahead of us, the clock was set back, and due work follows it."""
    now = timezone.now()
    last = Lease.objects.filter(name=WORKER).values_list("last_run_at", flat=True).first()
    if last and last - now > CLOCKS_DIFFER:
        logger.warning("The clock was set back by %s s; what is due goes with it.", round((last - now).total_seconds()))
        follow_clock_back(last - now)
    Lease.objects.update_or_create(name=WORKER, defaults={"last_run_at": now})


def mark_database(mark: str) -> None:
    """Note, once and for all, that this database is for real (``INSTALLED``) or for show (``DEMO_MADE``)."""
    record(mark, DATABASE, by=None)


def refuse_unsafe_start() -> None:
    """Raise CommandError, with what to do, when serving or working would do harm."""
    if not settings.DEMO and not settings.EMAIL_HOST:
        raise CommandError(
            "ALLMENDE_MAIL_URL is missing: nobody could sign in without mail. "
            "An example: smtp+tls://user:password@mail.town.example:587"
        )
    if not is_migrated():
        raise CommandError("The database is not up to date. Run first: allmende migrate")
    if settings.DEMO and is_marked(INSTALLED):
        raise CommandError("This database belongs to a real installation; the demo does not open it.")
    if not settings.DEMO and is_marked(DEMO_MADE):
        raise CommandError("This database belongs to a demo, whose passwords everybody knows; it is not for real use.")


def is_marked(mark: str) -> bool:
    """Has ``mark_database`` noted this?"""
    return LogEntry.objects.filter(model="", key=DATABASE, verb=mark).exists()
