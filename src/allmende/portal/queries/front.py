"""The home page: what comes next and what is new, in a fixed number of queries, however many kinds there are."""

from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from allmende.accounts.models import Person
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry, EntryTopic, Topic
from allmende.entries.queries import browsable_entries, next_spans, site_topics, specific, with_card_parts
from allmende.regions.models import Region
from allmende.regions.queries import switchboard

MOST = 1000  # exact counts end here, so that a page costs the same in every town


class CappedCount(Subquery):
    """How many rows the limited subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS capped)"


def on_the_front(region: Region, person: Person, *, dates: int = 6, new: int = 6) -> tuple[list[Entry], list[Entry]]:
    """The next entries with dates, soonest first, and the newest of the others; four queries and one a kind.

    A dated entry stands with the date by which it was found.
    """
    entries = browsable_entries(region, person)
    spans = {
        span.entry_id: span for span in next_spans(entries, timezone.now()).order_by("starts_at", "entry_id")[:dates]
    }
    undated = [kind for kind in switchboard(region).kinds() if not kinds()[kind].has_dates]
    newest = (
        entries.filter(kind__in=undated, published_at__isnull=False).order_by("-published_at", "-id").values("pk")[:new]
    )
    rows = specific(with_card_parts(Entry.objects.filter(Q(pk__in=list(spans)) | Q(pk__in=newest))))
    coming = [_at(row, spans[row.pk]) for row in rows if row.pk in spans]
    rest = [row for row in rows if row.pk not in spans]
    return sorted(coming, key=lambda row: (row.starts_at, row.pk)), sorted(rest, key=_newest_first)


def _newest_first(entry: Entry) -> Any:
    return (-entry.published_at.timestamp(), -entry.pk)  # type: ignore[union-attr]  # only published ones were asked for


def _at(entry: Entry, span: Any) -> Entry:
    entry.starts_at = span.starts_at
    entry.ends_at = span.until if span.until > span.starts_at else None
    return entry


def topics_with_counts(region: Region) -> list[Topic]:
    """Topics to browse by, each with ``count``: listed entries with it, at most 1,000. One query."""
    listed = EntryTopic.objects.filter(topic=OuterRef("pk"), published_at__isnull=False)
    count = Coalesce(CappedCount(listed.order_by().values("pk")[:MOST]), 0)
    return list(site_topics(region).annotate(count=count))
