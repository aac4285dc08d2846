"""What lists read: the flag ``listed``, the columns that topic rows and spans keep of listed entries, and facets."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from allmende.entries.models import Entry, EntryTopic, Facet, Span, Status, Visibility
from allmende.entries.queries import specific
from allmende.regions.models import Region
from allmende.regions.queries import switchboard

LOT = 500


def is_listable(entry: Entry, kinds: Iterable[str]) -> bool:
    """Published, visible to all, and its kind switched on."""
    return entry.status == Status.PUBLIC and entry.visibility == Visibility.PUBLIC and entry.kind in kinds


@transaction.atomic
def relist(ids: Iterable[int]) -> None:
    """Set everything that lists read of these entries anew."""
    rows = list(Entry.objects.filter(pk__in=list(ids)).select_related("region"))
    kinds = {region.pk: switchboard(region).kinds() for region in {row.region_id: row.region for row in rows}.values()}
    for entry in specific(rows):
        listed = is_listable(entry, kinds[entry.region_id])
        Entry.objects.filter(pk=entry.pk).exclude(listed=listed).update(listed=listed)
        _topic_rows(entry, listed=listed)
        _facet_rows(entry)
        Span.objects.filter(entry=entry.pk).update(listed=listed)


def _topic_rows(entry: Entry, *, listed: bool) -> None:
    values = {
        "kind": entry.kind if listed else "",
        "district": entry.district_id if listed else None,
        "published_at": entry.published_at if listed else None,
        "cell": entry.cell if listed else None,
    }
    EntryTopic.objects.filter(entry=entry.pk).update(**values)


def _facet_rows(entry: Entry) -> None:
    rows = Facet.objects.filter(entry=entry.pk)
    if entry.status != Status.PUBLIC or entry.published_at is None:
        rows.delete()
        return
    tokens = entry.facets() | {f"target:{group}" for group in entry.target_groups}
    rows.exclude(token__in=tokens, published_at=entry.published_at).delete()
    Facet.objects.bulk_create(
        [
            Facet(
                entry_id=entry.pk,
                region_id=entry.region_id,
                token=token,
                kind=entry.kind,
                published_at=entry.published_at,
            )
            for token in sorted(tokens)
        ],
        ignore_conflicts=True,
    )


def relist_region(region: Region) -> None:
    """After a module was switched on or off: only entries whose flag is no longer right are touched."""
    kinds = switchboard(region).kinds()
    public = Q(status=Status.PUBLIC, visibility=Visibility.PUBLIC)
    wrong = (Q(listed=True) & ~Q(kind__in=kinds)) | (Q(listed=False, kind__in=kinds) & public)
    while ids := list(Entry.objects.filter(wrong, region=region).values_list("pk", flat=True)[:LOT]):
        relist(ids)
