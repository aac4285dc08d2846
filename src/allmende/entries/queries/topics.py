from allmende.entries.models import Entry, Topic
from allmende.regions.models import Region


def topics_of(region: Region) -> list[Topic]:
    """Topics of the region's main scheme in its order, read once per region object."""
    known: list[Topic] | None = getattr(region, "known_topics", None)
    if known is None:
        known = list(Topic.objects.filter(scheme__region=region, scheme__is_main=True))
        region.known_topics = known  # type: ignore[attr-defined]  # a request's memory, not a field
    return known


def main_topics(entry: Entry) -> list[Topic]:
    """The entry's topics, the main one first (needs the prefetch of entry_for)."""
    return [row.topic for row in entry.topic_rows.all()]
