from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from allmende.accounts.models import Person
from allmende.moderation.models import BarrierReport, Flag
from allmende.moderation.permissions import can_answer_barriers
from allmende.regions.models import Region
from allmende.regions.permissions import MODERATES, districts_of

RECENT = timedelta(days=90)


def open_flags(region: Region, person: Person) -> QuerySet[Flag]:
    """What waits for a decision, the most urgent first; nothing for those who may not decide."""
    return (
        _flags(region, person)
        .filter(state=Flag.State.OPEN)
        .select_related("entry", "user", "guest")
        .order_by("due_at", "pk")
    )


def decided_flags(region: Region, person: Person) -> QuerySet[Flag]:
    """Decisions of the last 90 days, newest first."""
    return (
        _flags(region, person)
        .filter(decided_at__gt=timezone.now() - RECENT)
        .select_related("entry", "decided_by")
        .order_by("-decided_at", "-pk")
    )


def flag_for(region: Region, person: Person, pk: int) -> Flag | None:
    """One flag for those who decide, or None."""
    return (
        _flags(region, person)
        .filter(pk=pk)
        .select_related("entry__region", "entry__user", "entry__organisation", "user", "guest", "region")
        .first()
    )


@dataclass(frozen=True)
class Report:
    """What somebody told us, and what became of it."""

    title: str  # of the entry; '' for a barrier
    url: str  # where everybody may read it
    text: str
    state: str
    answer: str
    is_open: bool
    created_at: datetime


def reports_by(region: Region, person: Person, limit: int) -> list[Report]:
    """The newest flags and barriers that the person reported here, also as a guest whose things they claimed since.
    Two queries.
    """
    flags = Flag.objects.filter(region=region, user=person.pk).select_related("entry").order_by("-created_at", "-pk")
    barriers = BarrierReport.objects.filter(region=region, user=person.pk).order_by("-created_at", "-pk")
    found = [_of_flag(one) for one in flags[:limit]] + [_of_barrier(one) for one in barriers[:limit]]
    return sorted(found, key=lambda report: report.created_at, reverse=True)[:limit]


def _of_flag(flag: Flag) -> Report:
    url = flag.entry.url if flag.entry.listed else ""
    state, is_open = str(flag.get_state_display()), flag.state == Flag.State.OPEN
    return Report(flag.entry.title, url, flag.text, state, flag.decision, is_open, flag.created_at)


def _of_barrier(report: BarrierReport) -> Report:
    state, is_open = str(report.get_state_display()), report.state == BarrierReport.State.OPEN
    return Report("", "", report.text, state, report.answer, is_open, report.created_at)


def _flags(region: Region, person: Person) -> QuerySet[Flag]:
    """Those in the person's charge: the region's, or those of entries in some districts."""
    flags = Flag.objects.filter(region=region)
    parts = districts_of(person, region, *MODERATES)
    return flags if parts is None else flags.filter(entry__district__in=parts)


def open_barriers(region: Region, person: Person) -> QuerySet[BarrierReport]:
    """Barriers that wait for an answer, the most urgent first; nothing for those who may not answer."""
    return _barriers(region, person).filter(state=BarrierReport.State.OPEN).order_by("due_at", "pk")


def answered_barriers(region: Region, person: Person) -> QuerySet[BarrierReport]:
    """Answers of the last 90 days, newest first."""
    recent = _barriers(region, person).filter(answered_at__gt=timezone.now() - RECENT)
    return recent.order_by("-answered_at", "-pk")


def barrier_for(region: Region, person: Person, pk: int) -> BarrierReport | None:
    """One confirmed report for those who answer, or None."""
    return _barriers(region, person).exclude(state=BarrierReport.State.UNCONFIRMED).filter(pk=pk).first()


def _barriers(region: Region, person: Person) -> QuerySet[BarrierReport]:
    if not can_answer_barriers(person, region):
        return BarrierReport.objects.none()
    return BarrierReport.objects.filter(region=region).select_related("region", "user", "guest")
