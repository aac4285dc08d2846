from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from allmende.entries.models import Entry
from allmende.entries.queries.children import specific
from allmende.entries.queries.lists import ORDERS, _after, next_spans
from allmende.regions.models import Region

LOT = 200
FIRST = datetime(1900, 1, 1, tzinfo=UTC)


def listed_entries(region: Region, kind: str) -> QuerySet[Entry]:
    """What is published to everybody, also while the region is not open yet: for its operators."""
    return Entry.objects.filter(region=region, kind=kind, listed=True)


def with_dates_in(entries: QuerySet[Entry], start: datetime | None, end: datetime | None) -> QuerySet[Entry]:
    """The entries that have a date in [start, end); an open side is open, and without both all stay."""
    if start is None and end is None:
        return entries
    return entries.filter(pk__in=next_spans(entries, start or FIRST, end).values("entry"))


def in_lots(entries: QuerySet[Entry], *, order: str = "newest") -> Iterator[list[Entry]]:
    """All entries as objects of their kinds, 200 at a time, with topics, district and organisation.

    For exports and feeds: however many there are, memory stays the same, and no read cursor stays open while others
    write.
    """
    columns = ORDERS[order]
    whole = entries.select_related("district", "organisation").prefetch_related("topic_rows__topic").order_by(*columns)
    last: list[Any] = []
    while rows := list(_after(whole, columns, last)[:LOT]):
        yield specific(rows)
        if len(rows) < LOT:
            return
        last = [getattr(rows[-1], column.lstrip("-")) for column in columns]
