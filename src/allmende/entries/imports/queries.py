"""The doors for reading runs, and what an import has to know of the region."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from allmende.accounts.models import Organisation, Person
from allmende.entries.imports.permissions import can_import
from allmende.entries.models import Entry, ImportLine, ImportName, ImportRun, Status
from allmende.regions.models import Region

AnyEntry = TypeVar("AnyEntry", bound=Entry)
FORGET_FILE_AFTER = timedelta(days=7)


def runs_of(region: Region, person: Person) -> QuerySet[ImportRun]:
    """Imports into the region, newest first; nothing for people who may not import."""
    if not can_import(person, region):
        return ImportRun.objects.none()
    return ImportRun.objects.filter(region=region).select_related("by", "region").order_by("-created_at", "-pk")


def run_for(region: Region, person: Person, pk: int) -> ImportRun | None:
    return runs_of(region, person).filter(pk=pk).first()


def last_source(region: Region, kind: str) -> str:
    """The name under which something of this kind was brought in last, '' if never."""
    last = ImportRun.objects.filter(region=region, kind=kind).order_by("-created_at").values_list("source", flat=True)
    return last.first() or ""


def earlier_answers(run: ImportRun) -> dict[str, dict[str, Any]]:
    """Folded name -> what was decided about it for an earlier file of the same source, as ``names.Decision``."""
    rows = ImportName.objects.filter(region=run.region_id, kind=run.kind, source=run.source)
    return {
        row.folded: {"do": row.do}
        | ({"organisation": row.organisation_id} if row.do == "link" else {})
        | ({"of": row.alias} if row.do == "alias" else {})
        for row in rows
    }


def next_run() -> ImportRun | None:
    """The oldest run that later work has to carry on."""
    free = Q(leased_until=None) | Q(leased_until__lt=timezone.now())
    at_work = ImportRun.objects.filter(free, state__in=ImportRun.AT_WORK)
    return at_work.select_related("region", "by").order_by("created_at", "pk").first()


def counts_of(run: ImportRun) -> dict[str, int]:
    """How many lines were created, changed, unchanged, refused."""
    found = dict(run.lines.order_by().values_list("result").annotate(Count("pk")))
    return {result: found.get(result, 0) for result in ImportLine.Result.values}


def undone_counts(run: ImportRun) -> dict[str, int]:
    """How many lines were taken back, in which way."""
    found = dict(run.lines.exclude(undone="").order_by().values_list("undone").annotate(Count("pk")))
    return {way: found[way] for way in ImportLine.Undone.values if way in found}


def lines_of(run: ImportRun, result: str) -> QuerySet[ImportLine]:
    """Lines with this result, in the order of the file."""
    return run.lines.filter(result=result).select_related("entry").order_by("number")


def lines_to_undo(run: ImportRun) -> QuerySet[ImportLine]:
    """What is not taken back yet, the last line first."""
    written = [ImportLine.Result.CREATED, ImportLine.Result.CHANGED]
    return run.lines.filter(result__in=written, undone="").order_by("-number")


def keys_so_far(run: ImportRun) -> dict[str, int]:
    """What the lines that are done said they are -> number of the line."""
    rows = run.lines.exclude(result=ImportLine.Result.REFUSED).values_list("keys", "number")
    return {key: number for keys, number in rows for key in keys}


def entries_so_far(run: ImportRun) -> dict[int, int]:
    """Entry id -> number of the line that speaks of it."""
    rows = run.lines.filter(entry__isnull=False).exclude(result=ImportLine.Result.REFUSED)
    return dict(rows.values_list("entry_id", "number"))


def runs_with_old_files() -> QuerySet[ImportRun]:
    """Runs that ended, or stayed where they were, a week ago and still keep their file."""
    old = timezone.now() - FORGET_FILE_AFTER
    idle = Q(ended_at__lt=old) | Q(ended_at=None, created_at__lt=old)
    return ImportRun.objects.filter(idle).exclude(file_path="").exclude(state__in=ImportRun.AT_WORK)


def entries_by_foreign_id(
    model: type[AnyEntry], region: Region, source: str, ids: Iterable[str]
) -> dict[str, AnyEntry]:
    """Foreign id -> entry of this source."""
    found = _whole(model, region).filter(source=source, foreign_id__in=[one for one in ids if one])
    return {entry.foreign_id: entry for entry in found}


def entries_by_pk(model: type[AnyEntry], region: Region, keys: Iterable[int]) -> dict[int, AnyEntry]:
    return {entry.pk: entry for entry in _whole(model, region).filter(pk__in=list(keys))}


def entries_by_title(model: type[AnyEntry], region: Region, sort_keys: Iterable[str]) -> dict[str, list[AnyEntry]]:
    """Folded title -> entries, the oldest first; drafts are nobody's business. Two queries, each on its own index."""
    wanted = set(sort_keys)
    found: dict[str, list[AnyEntry]] = {}
    for listed in (True, False) if wanted else ():
        rows = _whole(model, region).filter(listed=listed, sort_key__in=wanted).exclude(status=Status.DRAFT)
        for entry in rows.order_by("pk"):
            found.setdefault(entry.sort_key, []).append(entry)
    return found


def profiles_of(model: type[AnyEntry], region: Region, organisations: Iterable[int]) -> dict[int, AnyEntry]:
    """Organisation id -> its profile in the region."""
    rows = _whole(model, region).filter(organisation__in=list(organisations)).exclude(status=Status.DRAFT)
    return {entry.organisation_id: entry for entry in rows.order_by("-pk") if entry.organisation_id}


def _whole(model: type[AnyEntry], region: Region) -> QuerySet[AnyEntry]:
    """Entries with everything that an import compares."""
    entries: Any = model._default_manager.filter(region=region, kind=model.kind_slug)
    whole: QuerySet[AnyEntry] = entries.select_related("region", "district", "exact_place").prefetch_related(
        "spans", "topic_rows__topic"
    )
    return whole


def known_organisations(region: Region) -> list[tuple[str, int]]:
    """Names by which organisations are known in the region, each with its organisation's id, public ones first.

    A name is that of the organisation or the title of its profile here, whatever the status but draft.
    """
    profiles = Entry.objects.filter(region=region, kind="organisation", organisation__isnull=False)
    rows = (
        profiles.exclude(status=Status.DRAFT)
        .order_by("-listed", "pk")
        .values_list("title", "organisation__name", "organisation_id")
    )
    return list(dict.fromkeys((name, key) for title, own, key in rows for name in (title, own)))


def organisations_by_id(keys: Iterable[int]) -> dict[int, Organisation]:
    return Organisation.objects.in_bulk(list(keys))
