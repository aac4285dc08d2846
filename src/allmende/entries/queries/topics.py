from collections.abc import Iterable

from django.db.models import QuerySet

from allmende.entries.models import Entry, EntryTopic, Topic
from allmende.regions.models import Portal, Region
from allmende.regions.queries import has_portals


def site_topics(region: Region) -> QuerySet[Topic]:
    """What people browse by: the topics of the portal through which they look, else of the region's main scheme."""
    topics = Topic.objects.filter(scheme__region=region)
    return topics.filter(scheme__portal=region.portal) if region.portal else topics.filter(scheme__is_main=True)


def topics_of(region: Region) -> list[Topic]:
    """The same in their order, read once per region object."""
    known: list[Topic] | None = getattr(region, "known_topics", None)
    if known is None:
        known = list(site_topics(region))
        region.known_topics = known  # type: ignore[attr-defined]  # a request's memory, not a field
    return known


def portal_topics(region: Region) -> list[Topic]:
    """Topics of the portals that are switched on, each with its scheme and portal. No query without any."""
    if not has_portals(region):
        return []
    topics = Topic.objects.filter(scheme__region=region, scheme__portal__on=True).select_related("scheme__portal")
    return list(topics.order_by("scheme__portal__name", "position", "name"))


def shown_topics(entry: Entry, region: Region) -> list[Topic]:
    """The entry's topics by which one browses here, the main one first (needs the prefetch of entry_for)."""
    return [row.topic for row in _rows_here(entry.topic_rows.all(), region)]


def portals_with(entry: Entry) -> list[Portal]:
    """The portals that show the entry if everybody may see it (needs the prefetch of entry_for)."""
    portals = [row.topic.scheme.portal for row in entry.topic_rows.all()]
    return list({portal.pk: portal for portal in portals if portal and portal.on}.values())


def card_topic(entry: Entry, region: Region) -> Topic | None:
    """The one topic that a card shows: the main one, in a portal the first of the portal's (needs with_card_parts or
    the prefetch of entry_for).
    """
    rows = getattr(entry, "card_topic_rows", None)
    if rows is None:
        rows = list(entry.topic_rows.all())
    here = _rows_here(rows, region) if region.portal else [row for row in rows if row.main]
    return here[0].topic if here else None


def _rows_here(rows: Iterable[EntryTopic], region: Region) -> list[EntryTopic]:
    if region.portal:
        return [row for row in rows if row.topic.scheme.portal_id == region.portal.pk]
    return [row for row in rows if row.topic.scheme.is_main]
