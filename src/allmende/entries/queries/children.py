from collections import defaultdict
from collections.abc import Iterable

from allmende.entries.kinds import kinds
from allmende.entries.models import Entry


def specific(entries: Iterable[Entry]) -> list[Entry]:
    """The same entries as objects of their kinds, in the same order: one query a kind, whatever their number."""
    rows = list(entries)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for entry in rows:
        by_kind[entry.kind].append(entry.pk)
    own = {kind: _own_columns(kind, ids) for kind, ids in by_kind.items() if kind in kinds()}
    return [
        _child(entry, own[entry.kind][entry.pk]) if entry.pk in own.get(entry.kind, {}) else entry for entry in rows
    ]


def _own_columns(kind: str, ids: list[int]) -> dict[int, dict[str, object]]:
    """values(), because in_bulk() on the child would join the parent again."""
    model = kinds()[kind]
    names = [field.attname for field in model._meta.local_concrete_fields]
    return {row["entry_ptr_id"]: row for row in model._default_manager.filter(entry_ptr_id__in=ids).values(*names)}


def _child(entry: Entry, own: dict[str, object]) -> Entry:
    shared = {field.attname: getattr(entry, field.attname) for field in Entry._meta.concrete_fields}
    child: Entry = kinds()[entry.kind](**shared, **own)
    child._state.adding, child._state.db = False, entry._state.db
    child._state.fields_cache = {**entry._state.fields_cache}
    child._prefetched_objects_cache = getattr(entry, "_prefetched_objects_cache", {})  # type: ignore[attr-defined]  # Django's own
    if hasattr(entry, "card_topic_rows"):
        child.card_topic_rows = entry.card_topic_rows  # type: ignore[attr-defined]  # of with_card_parts
    return child
