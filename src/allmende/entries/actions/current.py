"""Still current? Their people are asked about entries that nobody has looked after; what nobody answers for is put
aside, and comes back with one click.

Killed at any moment, or done twice at once, it writes to nobody twice: a mail and the token in it, which says that the
person was asked, are one transaction under a lock on the person.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import Guest, User
from allmende.core.log import record
from allmende.core.tokens import issue, issued_after
from allmende.entries.actions.life import archive, bring_back, restore
from allmende.entries.actions.moves import MovedMeanwhile, move
from allmende.entries.models import Entry, Status
from allmende.entries.permissions import can_confirm, is_of_guest
from allmende.entries.queries.current import (
    AGAIN,
    LIFETIMES_IN_SIGHT,
    PURPOSE,
    Asked,
    old_entries_of,
    people_to_ask,
    subject_of,
    to_be_asked_about,
    unanswered,
)
from allmende.notifications.actions import notify
from allmende.regions.models import Region

LINK_LIFETIME = timedelta(weeks=6)
LOT = 25  # so that nobody else who writes waits long
NOT_AGAIN_WITHIN = AGAIN - timedelta(days=2)  # nights are not all of the same length
ASKED_STAGES = (Region.Stage.INVITED, Region.Stage.OPEN)  # in the others its people cannot come and answer


def ask_whether_current() -> int:
    """Put aside what nobody answered for, then ask about what has grown old: one mail a person and region.

    Returns how many were put aside and how many people asked. What has nobody to ask stays as it is.
    """
    return sum(_put_aside(region) + _ask(region) for region in Region.objects.filter(stage__in=ASKED_STAGES))


def _ask(region: Region) -> int:
    count = 0
    for lot in _lots(list(to_be_asked_about(region))):
        people = people_to_ask(lot)
        for person in {subject_of(region, one): one for some in people.values() for one in some}.values():
            count += _ask_person(region, person)
        asked = [entry.pk for entry in lot if people[entry.pk]]
        Entry.objects.filter(pk__in=asked, status=Status.PUBLIC).update(reminded_at=timezone.now())
    return count


@transaction.atomic
def _ask_person(region: Region, person: Asked) -> bool:
    """One mail for all of the person's entries, unless they had one in the last month."""
    present = type(person)._default_manager.select_for_update().get(pk=person.pk)  # two at once wait here
    subject = subject_of(region, present)
    entries = old_entries_of(region, present)
    if not entries or issued_after(PURPOSE, subject, timezone.now() - NOT_AGAIN_WITHIN):
        return False
    _write(region, present, "entries/still_current", entries, subject=subject, day=_first_to_go(entries))
    return True


def _write(
    region: Region, person: Asked, text: str, entries: Sequence[Entry], *, subject: str, **facts: object
) -> None:
    """A letter about these entries, with the link that answers for them."""
    token = issue(PURPOSE, subject, lifetime=LINK_LIFETIME, data={"entries": [entry.pk for entry in entries]})
    link = region.url("entries:still_current", token)
    link_until = timezone.now() + LINK_LIFETIME
    notify(person, text, region=region, sensitive=True, entries=entries, link=link, link_until=link_until, **facts)


def _first_to_go(entries: Iterable[Entry]) -> datetime:
    """The day before which none of them is put aside."""
    ends = [entry.current_since + LIFETIMES_IN_SIGHT * entry.lifetime for entry in entries if entry.lifetime]
    return max(min(ends), timezone.now() + AGAIN)


def _put_aside(region: Region) -> int:
    return sum(_put_lot_aside(region, lot) for lot in _lots(list(unanswered(region))))


@transaction.atomic
def _put_lot_aside(region: Region, lot: Sequence[Entry]) -> int:
    gone = []
    for entry in lot:
        with suppress(MovedMeanwhile):
            move(entry, status=Status.ARCHIVED, by=None, note=_("Lange hat niemand bestätigt, dass alles noch stimmt."))
            gone.append(entry)
    people = people_to_ask(gone)
    for person in {subject_of(region, one): one for some in people.values() for one in some}.values():
        own = [entry for entry in gone if person in people[entry.pk]]
        _write(region, person, "entries/put_aside", own, subject=f"{subject_of(region, person)}:aside")
    return len(gone)


def _lots(entries: Sequence[Entry]) -> Iterable[Sequence[Entry]]:
    return (entries[start : start + LOT] for start in range(0, len(entries), LOT))


def confirm(entry: Entry, *, by: User) -> None:
    """Somebody who is signed in says that it is still right. Raises PermissionDenied."""
    confirm_current([entry], by=by)


@transaction.atomic
def confirm_current(entries: Iterable[Entry], *, by: Asked) -> None:
    """Its people say that all of it is still right; what was put aside comes back.

    Raises PermissionDenied, and ValidationError if somebody has just hidden or archived one of them.
    """
    for entry in entries:
        if entry.status == Status.ARCHIVED:
            _wake(entry, by=by)
            continue
        require(can_confirm(by, entry))
        now = timezone.now()
        if not Entry.objects.filter(pk=entry.pk, status=Status.PUBLIC).update(confirmed_at=now, reminded_at=None):
            raise MovedMeanwhile
        record("confirmed", entry, by=_in_the_log(by), region_id=entry.region_id)


def _wake(entry: Entry, *, by: Asked) -> None:
    if isinstance(by, User):
        restore(entry, by=by)
    else:
        require(is_of_guest(by, entry))
        bring_back(entry, by=None)


@transaction.atomic
def say_gone(entry: Entry, *, by: Asked) -> None:
    """Its people say that it is no more. Raises PermissionDenied, MovedMeanwhile."""
    note = _("Gibt es nicht mehr.")
    if isinstance(by, User):
        archive(entry, by=by, note=note)
    else:
        require(is_of_guest(by, entry))
        move(entry, status=Status.ARCHIVED, by=None, note=note)


def _in_the_log(person: Asked) -> User | str:
    return str(person) if isinstance(person, Guest) else person
