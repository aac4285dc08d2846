"""Creating and changing an entry: check, change, log, tell."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import Guest, Organisation, User
from allmende.core.geo import blur, cell, contains
from allmende.core.log import changes, record
from allmende.entries.actions.listing import relist
from allmende.entries.actions.topics import set_topics
from allmende.entries.models import Entry, ExactPlace, Precision, Span, Status, Visibility
from allmende.entries.permissions import can_create, can_edit, can_write_for, is_author
from allmende.entries.queries.doors import rows_of
from allmende.entries.signals import entry_changed
from allmende.regions.models import Region
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import districts

AnyEntry = TypeVar("AnyEntry", bound=Entry)
Spans = Sequence[tuple[datetime, datetime | None]]
# Values that are no columns: they have rows of their own.
SPECIAL = {"topics", "main_topic", "topic_schemes", "spans", "exact"}


class StaleVersion(ValidationError):
    """The entry changed since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Der Eintrag wurde inzwischen an anderer Stelle geändert. Ihr Text steht noch hier: "
                "Vergleichen Sie ihn mit dem neuen Stand und speichern Sie dann noch einmal."
            ),
            code="stale",
        )


@transaction.atomic
def create(  # whose it is
    model: type[AnyEntry],
    values: dict[str, Any],
    *,
    region: Region,
    by: User | None,
    organisation: Organisation | None = None,
    guest: Guest | None = None,
    **origin: str,
) -> AnyEntry:
    """A draft. ``values`` are columns of the kind and, if given, topics, main_topic (and the schemes among which they
    were chosen: ``topic_schemes``, see set_topics()), spans, exact (see place()).

    ``origin``: source, foreign_id, licence of an import. Raises PermissionDenied. ``by`` is None for imports.
    """
    if by is not None:
        require(can_create(by, region))
        require(organisation is None or can_write_for(by, organisation, model) or can_edit_content(by, region))
    whose = {"organisation": organisation, "entered_by": by} if organisation else {"user": by}
    entry = model(region=region, kind=model.kind_slug, guest=guest, **whose, **origin)
    _assign(entry, values)
    entry.save()
    _rows(entry, values)
    record("created", entry, by=by, new={"title": entry.title}, region_id=region.pk)
    return entry


@transaction.atomic
def edit(entry: AnyEntry, values: dict[str, Any], *, by: User | None, version: int | None = None) -> AnyEntry:
    """Change an entry; public ones stay public and stand in the editors' list of later edits.

    Raises PermissionDenied, or StaleVersion if ``version`` is given and no longer the present one.
    """
    if by is not None:
        require(can_edit(by, entry))
    same = {} if version is None else {"version": version}
    if not Entry.objects.filter(pk=entry.pk, **same).update(version=F("version") + 1):
        raise StaleVersion
    fresh = rows_of(type(entry)).select_related("region").get(pk=entry.pk)
    old = snapshot(fresh)
    _assign(fresh, values)
    fresh.updated_at = timezone.now()
    fresh.checked_at = (
        fresh.updated_at if by is not None and can_edit_content(by, fresh.region, fresh.district_id) else None
    )
    if by is not None and fresh.status == Status.PUBLIC and is_author(by, fresh):
        fresh.confirmed_at, fresh.reminded_at = fresh.updated_at, None  # who changes one thing has read the rest
    fresh.save()
    _rows(fresh, values)
    was, now = (_told(fresh, half) for half in changes(old, snapshot(fresh)))
    if now:
        record("edited", fresh, by=by, old=was, new=now, region_id=fresh.region_id)
        transaction.on_commit(lambda: entry_changed.send(type(fresh), entry=fresh))
    return fresh


def _told(entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """As the log has it: of some columns only whether something stood there."""
    return {name: "…" if value and name in entry.unlogged else value for name, value in values.items()}


def _assign(entry: Entry, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name not in SPECIAL:
            setattr(entry, name, value)
    if entry.visibility == Visibility.LINK and not entry.link_key:
        entry.link_key = secrets.token_urlsafe(16)
    if entry.visibility != Visibility.CIRCLE:
        entry.circle = None
    if entry.visibility != Visibility.PUBLIC:
        entry.listed = False  # relist() follows, but the database refuses a listed entry that not everybody sees
    if "spans" in values:
        first = next(iter(sorted(values["spans"], key=lambda span: span[0])), (None, None))
        entry.starts_at, entry.ends_at = first
    if "exact" not in values:
        entry.cell = cell(entry.lat, entry.lon) if entry.lat is not None and entry.lon is not None else None


def _rows(entry: Entry, values: dict[str, Any]) -> None:
    if "topics" in values or "main_topic" in values:
        schemes = values.get("topic_schemes")
        set_topics(entry, values.get("topics", []), main=values.get("main_topic"), schemes=schemes)
    if "spans" in values:
        _set_spans(entry, values["spans"])
    if "exact" in values:
        place(entry, **values["exact"])
    relist([entry.pk])


def _set_spans(entry: Entry, spans: Spans) -> None:
    Span.objects.filter(entry=entry.pk).exclude(starts_at__in=[start for start, _end in spans]).delete()
    for start, end in spans:
        Span.objects.update_or_create(
            entry_id=entry.pk,
            starts_at=start,
            defaults={"until": end or start, "region_id": entry.region_id, "kind": entry.kind},
        )


def place(entry: Entry, *, street: str = "", lat: float | None = None, lon: float | None = None, private: bool) -> None:
    """Set where it is. A private place is kept apart; everybody sees a point up to 200 m away.

    That point is drawn once and drawn anew only when the exact one changes: many draws would give it away.
    """
    known = ExactPlace.objects.filter(entry=entry.pk).first()
    if not private:
        ExactPlace.objects.filter(entry=entry.pk).delete()
        _show(entry, street, lat, lon, Precision.EXACT)
        return
    moved = known is None or (known.lat, known.lon) != (lat, lon)
    ExactPlace.objects.update_or_create(entry_id=entry.pk, defaults={"street": street, "lat": lat, "lon": lon})
    if moved or entry.precision == Precision.EXACT:
        near = blur(lat, lon, 200) if lat is not None and lon is not None else (None, None)
        _show(entry, "", near[0], near[1], Precision.BLURRED)


def _show(entry: Entry, street: str, lat: float | None, lon: float | None, precision: str) -> None:
    entry.place_text, entry.lat, entry.lon = street, lat, lon
    entry.precision = precision if lat is not None else Precision.NONE
    entry.cell = cell(lat, lon) if lat is not None and lon is not None else None
    if entry.district_id is None and lat is not None and lon is not None:
        entry.district = next((d for d in districts(entry.region) if d.area and contains(d.area, lat, lon)), None)
    Entry.objects.filter(pk=entry.pk).update(
        place_text=street, lat=lat, lon=lon, precision=entry.precision, cell=entry.cell, district=entry.district
    )


def snapshot(entry: Entry) -> dict[str, Any]:
    """What the log compares: the columns that people fill, of the envelope and of the kind, as plain values."""
    left_out = {
        "updated_at",
        "checked_at",
        "confirmed_at",
        "reminded_at",
        "version",
        "listed",
        "cell",
        "sort_key",
        "folded",
        "entry_ptr_id",
        "id",
        "lat",
        "lon",
        "link_key",
    }
    values = {
        field.attname: getattr(entry, field.attname)
        for field in entry._meta.concrete_fields
        if field.attname not in left_out
    }
    return {
        name: value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
        for name, value in values.items()
    }
