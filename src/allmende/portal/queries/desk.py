"""The desk: what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from allmende.accounts.models import CircleMember, Person, User
from allmende.accounts.queries import claims_in
from allmende.correspondence.models import Thread
from allmende.correspondence.queries import threads_for_editors
from allmende.entries.models import Entry, ImportRun, Move, Status, TopicScheme
from allmende.entries.permissions import can_check
from allmende.entries.queries import edited_since_check, visible_entries, waiting_entries
from allmende.moderation.queries import open_barriers, open_flags
from allmende.regions.models import ModuleSwitch, Portal, Region
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import all_portals, open_recognitions

MOST = 1000


@dataclass
class Waiting:
    """Numbers of the desk, each exact to 1,000."""

    entries: int = 0
    edited: int = 0
    flags: int = 0
    overdue: int = 0
    barriers: int = 0
    barriers_overdue: int = 0
    messages: int = 0
    imports: int = 0
    claims: int = 0
    recognitions: int = 0

    def __bool__(self) -> bool:
        waits = (self.entries, self.edited, self.flags, self.barriers, self.messages, self.claims, self.recognitions)
        return any(waits)


def waiting_numbers(region: Region, person: Person) -> Waiting:
    """What waits for the person at the desk; eight queries at most."""
    flags = open_flags(region, person)
    numbers = Waiting(flags=_count(flags), overdue=_count(flags.filter(due_at__lt=timezone.now())))
    if can_check(person, region):
        numbers.entries = _count(waiting_entries(region, person))
        numbers.edited = _count(edited_since_check(region, person))
    if can_edit_content(person, region):
        late = Count("pk", filter=Q(due_at__lt=timezone.now()))
        barriers = open_barriers(region, person).order_by().aggregate(open=Count("pk"), late=late)
        numbers.barriers, numbers.barriers_overdue = barriers["open"], barriers["late"]
        numbers.recognitions = _count(open_recognitions(region, person))
        numbers.messages = _count(unread_by_editors(region, person))
        numbers.claims = _count(claims_in(region.pk))
        running = [ImportRun.State.RUNNING, ImportRun.State.UNDOING]
        numbers.imports = _count(ImportRun.objects.filter(region=region, state__in=running))
    return numbers


def number_at_the_desk(region: Region, person: Person) -> int:
    """What stands beside the desk's name on every page: entries to check, open flags and barriers; two queries."""
    reports = [rows(region, person).order_by().values("pk") for rows in (open_flags, open_barriers)]
    return _count(waiting_entries(region, person)) + _count(reports[0].union(reports[1], all=True))


def unread_by_editors(region: Region, person: Person) -> QuerySet[Thread]:
    """Threads whose editors' side has something new."""
    new = Q(sides__read_at=None) | Q(sides__read_at__lt=F("updated_at"))
    return threads_for_editors(region, person).filter(new, sides__through_editors=True)


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:MOST].count()


@dataclass(frozen=True)
class Origin:
    """Where an entry comes from, as the desk reads it; '' for what another part says already."""

    name: str  # in whose name it stands
    url: str  # the profile of this organisation
    member: str  # who gave it out of the draft
    source: str  # of an import


def who_entered(region: Region, person: Person, entries: Iterable[Entry]) -> dict[int, Origin]:
    """Entry id -> where it comes from. Two queries; the names of organisation and author have to come along."""
    rows = list(entries)
    moves = Move.objects.filter(entry__in=rows, field="status", before=Status.DRAFT).exclude(by_name="")
    members = dict(moves.order_by("pk").values_list("entry_id", "by_name"))
    organisations = {entry.organisation_id for entry in rows if entry.organisation_id and entry.kind != "organisation"}
    profiles: QuerySet[Entry] = visible_entries(region, person).filter(
        kind="organisation", organisation__in=organisations
    )
    urls = {profile.organisation_id: profile.url for profile in profiles}
    return {entry.pk: _origin(entry, members.get(entry.pk, ""), urls) for entry in rows}


def _origin(entry: Entry, member: str, urls: dict[int | None, str]) -> Origin:
    name = _author(entry)
    url = urls.get(entry.organisation_id, "")
    return Origin(name, url, member if member != name else "", entry.source)


def _author(entry: Entry) -> str:
    """'' for the profile of an organisation: its title says it."""
    names = (one.name for one in (entry.organisation, entry.user, entry.guest) if one is not None)
    return next((name for name in names if name and name != entry.title), "")


def module_switches(region: Region) -> dict[str, ModuleSwitch]:
    """Module slug -> the region's word on it; modules without one follow their own default."""
    return {row.module: row for row in ModuleSwitch.objects.filter(region=region)}


def schemes(region: Region) -> list[TopicScheme]:
    """The region's topic schemes with their topics, the main one first; two queries."""
    return list(TopicScheme.objects.filter(region=region).prefetch_related("topics").order_by("-is_main", "name", "pk"))


def portals_at_the_desk(region: Region) -> QuerySet[Portal]:
    """The region's portals, also those that are off, each with ``entries``: how many listed entries it shows."""
    listed = Q(scheme__topics__entry_rows__published_at__isnull=False)
    number = Count("scheme__topics__entry_rows__entry", filter=listed, distinct=True)
    return all_portals(region).annotate(entries=number)


def the_admitted(region: Region) -> QuerySet[User]:
    """People who may enter while the region is open to the invited alone."""
    members = CircleMember.objects.filter(circle=region.circle_id, user__isnull=False).values("user")
    return User.objects.filter(pk__in=members).order_by("name", "pk")
