"""The desk: what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from allmende.accounts.models import CircleMember, Person, User
from allmende.correspondence.models import Thread
from allmende.correspondence.queries import threads_for_editors
from allmende.entries.models import Entry, ImportRun, TopicScheme
from allmende.entries.permissions import can_check
from allmende.entries.queries import edited_since_check, waiting_entries
from allmende.moderation.queries import open_flags
from allmende.regions.models import ModuleSwitch, Region

MOST = 1000


@dataclass
class Waiting:
    """Numbers of the desk, each exact to 1,000."""

    entries: int = 0
    edited: int = 0
    flags: int = 0
    overdue: int = 0
    messages: int = 0
    imports: int = 0

    def __bool__(self) -> bool:
        return any((self.entries, self.edited, self.flags, self.messages))


def waiting_numbers(region: Region, person: Person) -> Waiting:
    """What waits for the person at the desk; five queries at most."""
    flags = open_flags(region, person)
    numbers = Waiting(flags=_count(flags), overdue=_count(flags.filter(due_at__lt=timezone.now())))
    if can_check(person, region):
        numbers.entries = _count(waiting_entries(region, person))
        numbers.edited = _count(edited_since_check(region, person))
        numbers.messages = _count(unread_by_editors(region, person))
        running = [ImportRun.State.RUNNING, ImportRun.State.UNDOING]
        numbers.imports = _count(ImportRun.objects.filter(region=region, state__in=running))
    return numbers


def number_at_the_desk(region: Region, person: Person) -> int:
    """What stands beside the desk's name on every page: entries to check and open flags; two queries."""
    return _count(waiting_entries(region, person)) + _count(open_flags(region, person))


def unread_by_editors(region: Region, person: Person) -> QuerySet[Thread]:
    """Threads whose editors' side has something new."""
    new = Q(sides__read_at=None) | Q(sides__read_at__lt=F("updated_at"))
    return threads_for_editors(region, person).filter(new, sides__through_editors=True)


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:MOST].count()


def who_entered(entries: Iterable[Entry]) -> dict[int, str]:
    """Entry id -> in whose name it stands and who wrote it, as the desk reads it. No query: names come along."""
    return {entry.pk: _author(entry) for entry in entries}


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


def the_admitted(region: Region) -> QuerySet[User]:
    """People who may enter while the region is open to the invited alone."""
    members = CircleMember.objects.filter(circle=region.circle_id, user__isnull=False).values("user")
    return User.objects.filter(pk__in=members).order_by("name", "pk")
