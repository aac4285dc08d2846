"""The log of all changes, and what was changed in an entry since an editor last saw it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from allmende.accounts.models import Person, User
from allmende.core.models import LogEntry
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry
from allmende.portal.differences import PEOPLE, ids_in
from allmende.portal.permissions import can_read_log, can_read_log_of_platform
from allmende.regions.models import Region
from allmende.regions.queries import districts

SEEN = ("checked", "status public")  # from here on an editor knew what stood there


@dataclass(frozen=True)
class LogFilter:
    """What the log is filtered by; '' means everything."""

    model: str = ""
    key: str = ""
    actor: str = ""
    verb: str = ""
    platform: bool = False  # what belongs to no region, instead of the region's


def log_of(region: Region, person: Person, by: LogFilter) -> QuerySet[LogEntry]:
    """The region's log for those who may read it; newest first by older() of this app."""
    if by.platform:
        rows = LogEntry.objects.filter(region_id=None) if can_read_log_of_platform(person) else LogEntry.objects.none()
    else:
        rows = LogEntry.objects.filter(region_id=region.pk) if can_read_log(person, region) else LogEntry.objects.none()
    wanted = {"model": by.model, "key": by.key, "actor_id": by.actor, "verb": by.verb}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def actors(region: Region) -> QuerySet[User]:
    """People of the desk and others who changed something in the region, by name: those one would ask for."""
    staff = Q(roles__region=region) | Q(roles__region=None, roles__isnull=False)
    return User.objects.filter(staff).distinct().order_by("name", "pk")


def edits_since_check(region: Region, entries: Iterable[Entry]) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """Entry id -> (old, new): what differs between what an editor last saw and now. One query."""
    rows = list(entries)
    labels = {kinds()[row.kind]._meta.label for row in rows}
    log = LogEntry.objects.filter(region_id=region.pk, model__in=labels, key__in=[str(row.pk) for row in rows])
    found: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {row.pk: ({}, {}) for row in rows}
    for line in log.order_by("at", "id"):
        old, new = found[int(line.key)]
        if line.verb in SEEN:
            old.clear()
            new.clear()
        elif line.verb == "edited":
            old |= {name: value for name, value in (line.old or {}).items() if name not in old}
            new |= line.new or {}
    return found


def known_names(
    region: Region, changes: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> dict[tuple[str, int], str]:
    """(field, id) -> name, for the people and districts that changes mention; two queries at most."""
    pairs = list(changes)
    people = {(field, pk) for field, pk in ids_in(pairs) if field in PEOPLE}
    names = dict(User.objects.filter(pk__in={pk for _field, pk in people}).values_list("pk", "name")) if people else {}
    known = {(field, pk): names[pk] for field, pk in people if pk in names}
    return known | {("district_id", district.pk): district.name for district in districts(region)}


def titles_of(region: Region, lines: Iterable[LogEntry]) -> dict[tuple[str, str], str]:
    """(model, key) -> title of the entries that log entries are about, as they are called now. One query."""
    labels = {model._meta.label for model in kinds().values()}
    about = {(line.model, line.key) for line in lines if line.model in labels and line.key.isdigit()}
    titles = dict(
        Entry.objects.filter(region=region, pk__in=[int(key) for _model, key in about]).values_list("pk", "title")
    )
    return {(model, key): titles[int(key)] for model, key in about if int(key) in titles}
