"""The search box of today: words in title and summary. The search proper takes its place."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from allmende.accounts.models import Person
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry, Span
from allmende.entries.queries import Criteria, browsable_entries, filtered, next_spans, specific, with_card_parts
from allmende.regions.models import Region
from allmende.regions.queries import switchboard

SHOWN = 6


@dataclass
class Hits:
    """What was found of one kind; ``more`` says that the kind's own list has further ones."""

    kind: type[Entry]
    entries: list[Entry]
    more: bool


def search(region: Region, person: Person, words: str, shown: int = SHOWN) -> list[Hits]:
    """Entries with all the words, by kind, kinds without any left out; dated ones that are over do not count.

    One query a kind to find them, two and one a kind to show them.
    """
    now, found = timezone.now(), {}
    for kind in switchboard(region).kinds():
        entries = filtered(browsable_entries(region, person, kind), Criteria(words=words))
        dated = kinds()[kind].has_dates
        found[kind] = _coming(entries, now, shown) if dated else _by_name(entries, shown)
    wanted = [pk for ids in found.values() for pk in list(ids)[:shown]]
    rows = {row.pk: row for row in specific(with_card_parts(Entry.objects.filter(pk__in=wanted)))} if wanted else {}
    return [
        Hits(
            kinds()[kind],
            [_shown(rows[pk], span) for pk, span in list(ids.items())[:shown] if pk in rows],
            len(ids) > shown,
        )
        for kind, ids in found.items()
        if ids
    ]


def _coming(entries: QuerySet[Entry], now: datetime, shown: int) -> dict[int, Span | None]:
    spans = next_spans(entries, now).order_by("starts_at", "entry_id")[: shown + 1]
    return {span.entry_id: span for span in spans}


def _by_name(entries: QuerySet[Entry], shown: int) -> dict[int, Span | None]:
    return dict.fromkeys(entries.order_by("sort_key", "pk").values_list("pk", flat=True)[: shown + 1])


def _shown(entry: Entry, span: Span | None) -> Entry:
    if span:
        entry.starts_at = span.starts_at
        entry.ends_at = span.until if span.until > span.starts_at else None
    return entry
