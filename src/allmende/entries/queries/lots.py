from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from allmende.entries.models import Entry, EntryTopic, Span
from allmende.entries.queries.doors import rows_of
from allmende.entries.queries.lists import ORDERS, _after, _touching
from allmende.regions.models import Region
from allmende.regions.queries import districts

LOT = 500
FIRST = datetime(1900, 1, 1, tzinfo=UTC)


def listed_entries(region: Region, kind: str) -> QuerySet[Entry]:
    """What is published to everybody, also while the region is not open yet: for its operators."""
    return Entry.objects.filter(region=region, kind=kind, listed=True)


def with_dates_in(entries: QuerySet[Entry], start: datetime | None, end: datetime | None) -> QuerySet[Entry]:
    """The entries that have a date in [start, end); an open side is open, and without both all stay."""
    if start is None and end is None:
        return entries
    return entries.filter(Exists(Span.objects.filter(_touching(start or FIRST, end), entry=OuterRef("pk"))))


def in_lots(
    region: Region, entries: QuerySet[Entry], model: type[Entry], *, order: str = "newest", topics: bool = True
) -> Iterator[list[Entry]]:
    """All entries of one kind of the region as objects of that kind, 500 at a time, with district, organisation and,
    if asked, topics.

    For exports and feeds: however many there are, memory stays the same, and no read cursor stays open while others
    write.
    """
    columns = ORDERS[order]
    keys = entries.order_by(*columns).values_list(*(column.lstrip("-") for column in columns))
    last: list[Any] = []
    while lot := list(_after(keys, columns, last)[:LOT]):
        yield _whole(region, model, [pk for _key, pk in lot], topics=topics)
        if len(lot) < LOT:
            return
        last = list(lot[-1])


def _whole(region: Region, model: type[Entry], ids: Sequence[int], *, topics: bool) -> list[Entry]:
    """In one piece, not as parent and child: a row is made into an object once."""
    rows = rows_of(model).filter(pk__in=ids).select_related("organisation")
    if topics:  # as a list: a query set for each entry would take as long as all the rest
        topic_rows = EntryTopic.objects.order_by("pk").prefetch_related("topic")
        rows = rows.prefetch_related(Prefetch("topic_rows", topic_rows, to_attr="all_topic_rows"))
    found = {entry.pk: entry for entry in rows}
    known = {district.pk: district for district in districts(region)}
    for entry in found.values():
        entry.district = known.get(entry.district_id or 0)  # joined, each would bring its whole border along
    return [found[pk] for pk in ids if pk in found]
