"""Mein Bereich: what somebody has in a region."""

from dataclasses import dataclass

from allmende.accounts.models import Membership, Organisation, Person
from allmende.accounts.permissions import can_manage_members, is_member, roles_of
from allmende.accounts.queries import organisations_of
from allmende.correspondence.models import Side, Thread
from allmende.correspondence.queries import own_side, threads_of
from allmende.entries.kinds import model_of
from allmende.entries.models import Entry, Move, Status
from allmende.entries.permissions import may_write_for
from allmende.portal.queries.paging import older
from allmende.regions.models import Region
from allmende.regions.queries import switchboard


@dataclass
class MyOrganisation:
    """An organisation with the person's role and, if there is one, its profile in the region."""

    organisation: Organisation
    role: str
    profile: Entry | None
    may_manage: bool
    may_edit: bool  # the profile, or write one where there is none


@dataclass
class MyThread:
    """A thread as the person sees it: the own side, the other one, and whether it holds something new."""

    thread: Thread
    own: Side
    other: Side
    unread: bool


def my_organisations(region: Region, person: Person) -> list[MyOrganisation]:
    """By name; two queries."""
    organisations = list(organisations_of(person))
    on = switchboard(region).kinds()
    profiles = Entry.objects.filter(region=region, kind="organisation", kind__in=on, organisation__in=organisations)
    known = {profile.organisation_id: profile for profile in profiles}
    writable = may_write_for(person, model_of("organisation"))
    return [
        MyOrganisation(
            one,
            str(Membership.Role(roles_of(person)[one.pk]).label),
            known.get(one.pk),
            can_manage_members(person, one),
            one.pk in writable,
        )
        for one in organisations
    ]


def my_threads(region: Region, person: Person, limit: int, key: str = "") -> list[MyThread]:
    """The newest threads, behind the one whose id is ``key``; two queries."""
    return [_seen(thread, person) for thread in older(threads_of(region, person), "updated_at", key)[:limit]]


def _seen(thread: Thread, person: Person) -> MyThread:
    sides = list(thread.sides.all())
    mine = [side for side in sides if side.user_id == person.pk or is_member(person, side.organisation_id)]
    own = own_side(mine, person) or sides[0]
    other = next((side for side in sides if side.pk != own.pk), own)
    unread = own.read_at is None or own.read_at < thread.updated_at
    return MyThread(thread, own, other, unread)


def returned_notes(entries: list[Entry]) -> dict[int, str]:
    """Entry id -> what the editors wrote when they gave the draft back. One query."""
    drafts = [entry.pk for entry in entries if entry.status == Status.DRAFT]
    moves = Move.objects.filter(entry__in=drafts, field="status", before=Status.WAITING, after=Status.DRAFT)
    return dict(moves.order_by("at", "pk").values_list("entry", "note"))
