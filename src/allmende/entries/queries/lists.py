"""Pages of lists: they go on by an opaque key, never by OFFSET."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from allmende.accounts.models import Person
from allmende.core.text import fold
from allmende.entries.models import Entry, EntryTopic, Span
from allmende.entries.queries.children import specific
from allmende.entries.queries.doors import browsable_entries, on_site, rows_of, with_card_parts
from allmende.regions.models import Region
from allmende.regions.queries import switchboard

MAX_COUNT = 1000
ORDERS = {"newest": ("-published_at", "-id"), "name": ("sort_key", "id")}


@dataclass
class Page:
    """Rows of one page as objects of their kinds; ``next`` is '' at the end; counts are exact up to 1,000."""

    rows: list[Entry]
    next: str
    count: int
    count_is_minimum: bool


def page_of(  # what a list is
    entries: QuerySet[Entry],
    *,
    order: str,
    key: str = "",
    page: int = 1,
    size: int = 20,
    start: datetime | None = None,
    end: datetime | None = None,
    counted: bool = True,
) -> Page:
    """One page in the order "newest", "name" or "date" (by the next date from ``start``, else now; UTC or aware).

    An unreadable ``key`` begins at the beginning. ``page`` counts from 1; the caller refuses more than 200.
    """
    skip = (page - 1) * size
    if order == "date":
        return _page_by_date(
            entries, key=key, skip=skip, size=size, start=start or timezone.now(), end=end, counted=counted
        )
    count, minimum = _count(entries) if counted else (0, False)
    columns = ORDERS[order]
    rows = list(
        with_card_parts(_after(entries, columns, _open(key, columns[0]))).order_by(*columns)[skip : skip + size + 1]
    )
    following = _close([getattr(rows[size - 1], column.lstrip("-")) for column in columns]) if len(rows) > size else ""
    return Page(specific(rows[:size]), following, count, minimum)


def _page_by_date(
    entries: QuerySet[Entry], *, key: str, skip: int, size: int, start: datetime, end: datetime | None, counted: bool
) -> Page:
    spans = next_spans(entries, start, end)
    count, minimum = _count(spans) if counted else (0, False)
    rows = list(
        _after(spans, ("starts_at", "entry_id"), _open(key, "starts_at")).order_by("starts_at", "entry_id")[
            skip : skip + size + 1
        ]
    )
    following = _close([rows[size - 1].starts_at, rows[size - 1].entry_id]) if len(rows) > size else ""
    shown = rows[:size]
    found = {e.pk: e for e in specific(with_card_parts(Entry.objects.filter(pk__in=[span.entry_id for span in shown])))}
    return Page(
        [_at(found[span.entry_id], span) for span in shown if span.entry_id in found], following, count, minimum
    )


def _at(entry: Entry, span: Span) -> Entry:
    """In a list the entry stands with the date by which it was found."""
    entry.starts_at = span.starts_at
    entry.ends_at = span.until if span.until > span.starts_at else None
    return entry


def next_spans(entries: QuerySet[Entry], start: datetime, end: datetime | None = None) -> QuerySet[Span]:
    """Of each entry the first span that touches [start, end); an entry appears once."""
    window = _touching(start, end)
    earlier = Span.objects.filter(window, entry=OuterRef("entry"), starts_at__lt=OuterRef("starts_at"))
    return Span.objects.filter(window, ~Exists(earlier), entry__in=entries.order_by().values("pk"))


def _touching(start: datetime, end: datetime | None) -> Q:
    """Half-open: what ends at ``start`` is over; a date without a known end counts with its beginning."""
    touches = Q(until__gt=start) | Q(starts_at__gte=start)
    return touches & Q(starts_at__lt=end) if end else touches


def _count(rows: QuerySet[Any]) -> tuple[int, bool]:
    count = rows.order_by()[: MAX_COUNT + 1].count()
    return min(count, MAX_COUNT), count > MAX_COUNT


def _after(rows: QuerySet[Any], columns: Sequence[str], values: list[Any]) -> QuerySet[Any]:
    """Rows behind the last one of the page before: (a, b) > (x, y) written out, so that indexes serve."""
    if len(values) != len(columns):
        return rows
    first, second = columns
    past = Q(**{f"{first.lstrip('-')}__{'lt' if first[0] == '-' else 'gt'}": values[0]})
    same = Q(**{first.lstrip("-"): values[0], f"{second.lstrip('-')}__{'lt' if second[0] == '-' else 'gt'}": values[1]})
    return rows.filter(past | same)


def _close(values: list[Any]) -> str:
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def is_key(key: str) -> bool:
    """Is this a key that a page of a list gave?"""
    return any(_open(key, column) for column in ("published_at", "sort_key"))


def _open(key: str, column: str) -> list[Any]:
    """The values of the last row of the page before; [] for a key that is none of ours."""
    try:
        first, second = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        value = _moment(first) if column.endswith("_at") else _folded(first)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return []
    return [value, second] if isinstance(second, int) and 0 <= second < 2**63 else []


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None or timezone.is_naive(moment):
        raise ValueError(text)
    return moment.astimezone(UTC)


def _folded(text: str) -> str:
    if fold(text) != text:
        raise ValueError(text)
    return text


def coming(region: Region, person: Person, limit: int = 6) -> list[Entry]:
    """The next entries with dates, of every kind that has them, each once."""
    return page_of(browsable_entries(region, person), order="date", size=limit, counted=False).rows


def counts_by_kind(region: Region) -> dict[str, int]:
    """How many entries of each kind are listed. One query over the partial index."""
    listed = on_site(Entry.objects.filter(region=region, listed=True), region)
    rows = listed.values_list("kind").annotate(Count("pk")).order_by()
    found = dict(rows)
    return {kind: found.get(kind, 0) for kind in switchboard(region).kinds()}


def related(region: Region, person: Person, entry: Entry, limit: int = 3) -> list[Entry]:
    """Others of the same kind with the same main topic, or of the same organisation; coming ones, or the newest."""
    topics = [row.topic_id for row in entry.topic_rows.all() if row.main]
    same = Q(pk__in=EntryTopic.objects.filter(topic__in=topics, main=True).values("entry"))
    if entry.organisation_id:
        same |= Q(organisation=entry.organisation_id)
    others = browsable_entries(region, person, entry.kind).exclude(pk=entry.pk).filter(same)
    if entry.has_dates:
        return page_of(others, order="date", size=limit, counted=False).rows
    newest = others.order_by(*ORDERS["newest"]).values("pk")[:limit]  # of one kind: no need to ask for it apart
    return list(with_card_parts(rows_of(type(entry)).filter(pk__in=newest)).order_by(*ORDERS["newest"]))
