"""Is it alive, can it serve, may it start at all?"""

import logging
from datetime import timedelta

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
DATABASE = "database"  # what the two marks below are about
INSTALLED, DEMO_MADE = "installed", "demo made"

_seen = {"migrated": False}  # once a database is up to date it stays so for this process


def live(request: HttpRequest) -> HttpResponse:
    """Answer that the process lives; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 if people can be served: database there and up to date, later work alive; else 503. Says which."""
    try:
        checks = {"database": True, "migrations": is_migrated(), "work": is_working()}
    except DatabaseError:
        checks = {"database": False, "migrations": False, "work": False}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def is_migrated() -> bool:
    if not _seen["migrated"]:
        executor = MigrationExecutor(connection)
        _seen["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen["migrated"]


def is_working() -> bool:
    return Lease.objects.filter(name=WORKER, last_run_at__gt=timezone.now() - SILENCE).exists()


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
    if settings.DEMO and _is_marked(INSTALLED):
        raise CommandError("This database belongs to a real installation; the demo does not open it.")
    if not settings.DEMO and _is_marked(DEMO_MADE):
        raise CommandError("This database belongs to a demo, whose passwords everybody knows; it is not for real use.")


def _is_marked(mark: str) -> bool:
    return LogEntry.objects.filter(model="", key=DATABASE, verb=mark).exists()
