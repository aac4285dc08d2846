"""Many new entries at once, for imports: the same rows as create() and publish() make, in a tenth of the time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from allmende.accounts.actions import require
from allmende.accounts.models import Organisation, User
from allmende.core.log import record
from allmende.entries.actions.listing import is_listable
from allmende.entries.actions.write import _assign, place
from allmende.entries.models import Entry, EntryTopic, Facet, Move, Span, Status
from allmende.entries.signals import entry_published
from allmende.regions.models import Region
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import switchboard

AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True)
class NewEntry:
    """Values as create() takes them; ``origin`` is source, foreign_id, licence."""

    values: dict[str, Any]
    organisation: Organisation | None = None
    origin: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def create_published(
    model: type[AnyEntry], rows: Sequence[NewEntry], *, region: Region, by: User | None
) -> list[AnyEntry]:
    """New entries in the open, in the order of ``rows``; nobody is their author. ``by`` is None for the command line.

    Raises PermissionDenied.
    """
    require(by is None or can_edit_content(by, region))
    now, kinds = timezone.now(), switchboard(region).kinds()
    entries = [_new(model, row, region, now, kinds) for row in rows]
    _insert(model, entries)
    for entry, row in zip(entries, rows, strict=True):
        if "exact" in row.values:
            place(entry, **row.values["exact"])
    _insert_rows(entries, rows)
    _note(entries, by)
    return entries


def _new(model: type[AnyEntry], row: NewEntry, region: Region, now: datetime, kinds: list[str]) -> AnyEntry:
    entry = model(region=region, kind=model.kind_slug, organisation=row.organisation, **row.origin)
    _assign(entry, row.values)
    entry.status = Status.PUBLIC
    entry.created_at = entry.updated_at = entry.published_at = entry.confirmed_at = entry.checked_at = now
    entry.listed = is_listable(entry, kinds)
    entry.fill_in()
    return entry


def _insert(model: type[AnyEntry], entries: Sequence[AnyEntry]) -> None:
    """bulk_create() refuses children of a table: the parents' rows first, then the kind's own columns."""
    names = [column.attname for column in Entry._meta.concrete_fields if not column.primary_key]
    parents = Entry.objects.bulk_create([Entry(**{name: getattr(entry, name) for name in names}) for entry in entries])
    for entry, parent in zip(entries, parents, strict=True):
        entry.id = entry.entry_ptr_id = parent.pk  # type: ignore[attr-defined]  # the child's link to its parent
        entry._state.adding, entry._state.db = False, parent._state.db
    own = model._base_manager.all()
    own._insert(entries, fields=model._meta.local_concrete_fields, using=own.db)  # type: ignore[attr-defined]  # Django's own bulk_create ends here  # noqa: SLF001


def _insert_rows(entries: Sequence[Entry], rows: Sequence[NewEntry]) -> None:
    pairs = list(zip(entries, rows, strict=True))
    Span.objects.bulk_create(span for entry, row in pairs for span in _spans(entry, row.values.get("spans", ())))
    EntryTopic.objects.bulk_create(topic for entry, row in pairs for topic in _topics(entry, row.values))
    Facet.objects.bulk_create(facet for entry in entries for facet in _facets(entry))


def _spans(entry: Entry, spans: Any) -> list[Span]:
    shared = {"entry_id": entry.pk, "region_id": entry.region_id, "kind": entry.kind, "listed": entry.listed}
    by_start = {start: Span(starts_at=start, until=end or start, **shared) for start, end in spans}
    return list(by_start.values())


def _topics(entry: Entry, values: dict[str, Any]) -> list[EntryTopic]:
    main = values.get("main_topic")
    wanted = {topic.pk: topic for topic in [*([main] if main else []), *values.get("topics", [])]}
    shown = {
        "kind": entry.kind,
        "district_id": entry.district_id,
        "published_at": entry.published_at,
        "cell": entry.cell,
    }
    return [
        EntryTopic(
            entry_id=entry.pk, topic_id=pk, main=main is not None and pk == main.pk, **(shown if entry.listed else {})
        )
        for pk in wanted
    ]


def _facets(entry: Entry) -> list[Facet]:
    tokens = entry.facets() | {f"target:{group}" for group in entry.target_groups}
    shared = {
        "entry_id": entry.pk,
        "region_id": entry.region_id,
        "kind": entry.kind,
        "published_at": entry.published_at,
    }
    return [Facet(token=token, **shared) for token in sorted(tokens)]


def _note(entries: Sequence[Entry], by: User | None) -> None:
    name = by.name if by else ""
    Move.objects.bulk_create(
        Move(entry_id=entry.pk, by=by, by_name=name, field="status", before=Status.DRAFT, after=Status.PUBLIC)
        for entry in entries
    )
    for entry in entries:
        new = {"title": entry.title, "status": entry.status}
        record("created", entry, by=by, new=new, region_id=entry.region_id)
    transaction.on_commit(lambda: [entry_published.send(type(entry), entry=entry) for entry in entries])
