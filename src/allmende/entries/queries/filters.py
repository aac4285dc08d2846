from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from allmende.core.text import fold
from allmende.entries.models import Accessible, Entry, EntryTopic, Facet, Topic
from allmende.regions.models import District


@dataclass(frozen=True)
class Criteria:
    """What a list, the map, the calendar, a feed and the export filter by."""

    words: str = ""
    topic: Topic | None = None
    district: District | None = None
    organisation: int | None = None
    accessible: str = ""
    free: bool = False
    tokens: list[str] = field(default_factory=list)
    start: datetime | None = None
    end: datetime | None = None
    among: QuerySet[Any] | None = None  # ids: what only the kind itself can tell


def filtered(entries: QuerySet[Entry], by: Criteria) -> QuerySet[Entry]:
    """The entries that match everything; the span is left to page_of() and next_spans()."""
    for word in fold(by.words).split():
        entries = entries.filter(folded__contains=word)
    if by.topic:
        entries = entries.filter(pk__in=EntryTopic.objects.filter(topic=by.topic).values("entry"))
    if by.district:
        entries = entries.filter(district=by.district)
    if by.organisation:
        entries = entries.filter(organisation=by.organisation)
    if by.accessible:
        wanted = [Accessible.YES] if by.accessible == "yes" else [Accessible.YES, Accessible.PARTLY]
        entries = entries.filter(accessible__in=wanted)
    if by.free:
        entries = entries.filter(free_of_charge=True)
    if by.among is not None:
        entries = entries.filter(pk__in=by.among)
    for token in by.tokens:
        entries = entries.filter(pk__in=Facet.objects.filter(token=token).values("entry"))
    return entries
