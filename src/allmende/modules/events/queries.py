from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from allmende.entries.models import Entry, Span
from allmende.entries.queries import card_topics

MOST_IN_A_MONTH = 20_000


class Date(NamedTuple):
    """Once that an entry happens, in UTC; ``until`` is the start where nobody knows the end."""

    entry: int
    starts_at: datetime
    until: datetime


def dates_between(entries: QuerySet[Entry], start: datetime, end: datetime) -> list[Date]:
    """Every date of the entries that touches [start, end), in order; at most 20,000."""
    touching = Span.objects.filter(entry__in=entries.order_by().values("pk"), starts_at__lt=end, until__gte=start)
    ordered = touching.order_by("starts_at", "entry_id").values_list("entry_id", "starts_at", "until")
    return [Date(*row) for row in ordered[:MOST_IN_A_MONTH]]


def with_card_topics(ids: Iterable[int]) -> dict[int, Entry]:
    """The entries by their number, with what a month shows of them."""
    entries = Entry.objects.filter(pk__in=ids).prefetch_related(card_topics())
    return {entry.pk: entry for entry in entries}
