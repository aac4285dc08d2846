"""What has grown old, whom to ask about it, and what the link in the mail to them opens."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from allmende.accounts.models import Guest, Membership, User
from allmende.accounts.permissions import roles_of
from allmende.core.tokens import peek
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry, Move, Status
from allmende.entries.queries.children import specific
from allmende.regions.models import Region
from allmende.regions.queries import switchboard

PURPOSE = "current"  # of the mailed links
AGAIN = timedelta(days=30)  # between two questions about the same entry
LIFETIMES_IN_SIGHT = 2  # after so many without an answer it is put aside
RUNS = (Membership.Role.OWNER, Membership.Role.ADMIN)

Asked = User | Guest


def grown_old(region: Region, *, lifetimes: int = 1, ahead: timedelta = timedelta(0)) -> QuerySet[Entry]:
    """Public entries without a date that nobody confirmed, edited or published for so many lifetimes of their kind, or
    will not have ``ahead`` from now. Kinds that are switched off are left alone.
    """
    now = timezone.now() + ahead
    known = {kind: kinds()[kind].lifetime for kind in switchboard(region).kinds()}
    limits = {kind: now - lifetimes * lifetime for kind, lifetime in known.items() if lifetime is not None}
    old = Q(pk__in=[])
    for kind, limit in limits.items():
        old |= Q(kind=kind, confirmed_at__lt=limit, updated_at__lt=limit)
    newest = max(limits.values(), default=now)  # for the index, which knows no kinds
    return Entry.objects.filter(old, region=region, status=Status.PUBLIC, starts_at=None, confirmed_at__lt=newest)


def to_be_asked_about(region: Region) -> QuerySet[Entry]:
    """What has grown old and nobody was asked about for a month."""
    return grown_old(region).filter(Q(reminded_at=None) | Q(reminded_at__lt=timezone.now() - AGAIN))


def unanswered(region: Region) -> QuerySet[Entry]:
    """What nobody answers for: old for two lifetimes, asked about since, and the last question a month ago."""
    asked = Q(reminded_at__gt=F("confirmed_at")) & Q(reminded_at__gt=F("updated_at"))
    return grown_old(region, lifetimes=LIFETIMES_IN_SIGHT).filter(asked, reminded_at__lt=timezone.now() - AGAIN)


def people_to_ask(entries: Sequence[Entry]) -> dict[int, list[Asked]]:
    """Entry id -> its author; of an organisation's entry, those who run the organisation. Three queries."""
    users = User.objects.filter(is_active=True).in_bulk({entry.user_id for entry in entries if entry.user_id})
    known = Guest.objects.filter(confirmed_at__isnull=False).exclude(mail="")
    guests = known.in_bulk({entry.guest_id for entry in entries if entry.guest_id})
    runs: dict[int | None, list[Asked]] = defaultdict(list)
    organisations = {entry.organisation_id for entry in entries if entry.organisation_id}
    rows = Membership.objects.filter(organisation__in=organisations, role__in=RUNS, user__is_active=True)
    for row in rows.select_related("user").order_by("user"):
        runs[row.organisation_id].append(row.user)
    authors = {entry.pk: users.get(entry.user_id or 0) or guests.get(entry.guest_id or 0) for entry in entries}
    return {
        entry.pk: [author] if (author := authors[entry.pk]) else runs.get(entry.organisation_id, [])
        for entry in entries
    }


def of_person(person: Asked) -> Q:
    """What the person is asked about: the same rule the other way round."""
    if isinstance(person, Guest):
        return Q(guest=person.pk)
    run = [organisation for organisation, role in roles_of(person).items() if role in RUNS]
    return Q(user=person.pk) | Q(user=None, guest=None, organisation__in=run)


def old_entries_of(region: Region, person: Asked) -> list[Entry]:
    """What has grown old, or will within a month: whoever is asked is asked about all of it at once."""
    return specific(grown_old(region, ahead=AGAIN).filter(of_person(person)).order_by("confirmed_at", "pk"))


@dataclass(frozen=True)
class Line:
    """An entry in a letter. ``state``: open, confirmed, aside (it can come back), gone, or else the entry's status."""

    entry: Entry
    state: str


@dataclass(frozen=True)
class Letter:
    """What the link in a mail opens: whom it was sent to, and what it asked about, as far as it is still theirs."""

    person: Asked
    lines: list[Line]

    def entries(self, *states: str) -> list[Entry]:
        return [line.entry for line in self.lines if line.state in states]


def letter_by(region: Region, token: str) -> Letter | None:
    """The letter of a mailed link, opened as often as one likes; None if it is over or belongs to nobody any more."""
    found = peek(PURPOSE, token)
    person = _addressee(region, found.subject) if found else None
    if found is None or person is None:
        return None
    rows = Entry.objects.filter(of_person(person), region=region, kind__in=switchboard(region).kinds())
    entries = specific(
        rows.filter(pk__in=found.data["entries"]).select_related("organisation", "district").order_by("title", "pk")
    )
    for entry in entries:
        entry.region = region
    closed_by = _closed_by(entries)
    return Letter(person, [Line(entry, _state(entry, closed_by, found.created_at)) for entry in entries])


def subject_of(region: Region, person: Asked) -> str:
    return f"{region.pk}:{'guest' if isinstance(person, Guest) else 'user'}:{person.pk}"


def _addressee(region: Region, subject: str) -> Asked | None:
    of_region, kind, key = subject.split(":")[:3]
    if of_region != str(region.pk):
        return None
    if kind == "guest":
        return Guest.objects.filter(pk=key).exclude(mail="").first()
    return User.objects.filter(pk=key, is_active=True).first()


def _closed_by(entries: Iterable[Entry]) -> dict[int, str]:
    """Entry id -> who archived it last; '' for the machine. One query."""
    archived = [entry.pk for entry in entries if entry.status == Status.ARCHIVED]
    moves = Move.objects.filter(entry__in=archived, field="status", after=Status.ARCHIVED)
    return dict(moves.order_by("at", "pk").values_list("entry", "by_name"))


def _state(entry: Entry, closed_by: dict[int, str], asked_at: datetime) -> str:
    if entry.status == Status.PUBLIC:
        return "confirmed" if entry.current_since >= asked_at else "open"
    if entry.status == Status.ARCHIVED:
        has_run_out = entry.expires_at is not None and entry.expires_at < timezone.now()
        return "gone" if closed_by.get(entry.pk) or has_run_out else "aside"
    return entry.status
