"""The life of an entry: submitted, released or returned, hidden, archived; both sides are told."""

from collections.abc import Iterator
from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import Guest, Membership, User
from allmende.core.log import record
from allmende.entries.actions.moves import MovedMeanwhile, move
from allmende.entries.kinds import url_name
from allmende.entries.models import Check, Entry, Move, Status
from allmende.entries.permissions import (
    can_archive,
    can_delete,
    can_hide,
    can_release,
    can_restore,
    can_show_again,
    can_submit,
    can_withdraw,
    is_author,
    is_one_of_its_people,
)
from allmende.entries.rules import check_rule
from allmende.entries.signals import entry_published
from allmende.notifications.actions import notify
from allmende.regions.permissions import Name, can_edit_content
from allmende.regions.queries import staff

LOT = 200


def people_of(entry: Entry) -> Iterator[User | Guest]:
    """Whom a decision about the entry concerns: its author; of an organisation's entry, those who run the organisation
    and the member who handed it in.
    """
    if entry.user:
        yield from [entry.user] if entry.user.is_active else []
    elif entry.guest and entry.guest.is_confirmed:
        yield entry.guest
    elif entry.organisation:
        runs = Q(memberships__role__in=[Membership.Role.OWNER, Membership.Role.ADMIN])
        members = User.objects.filter(runs | _handed_in(entry), memberships__organisation=entry.organisation)
        yield from members.filter(is_active=True).order_by("pk")


def _handed_in(entry: Entry) -> Q:
    last = entry.moves.filter(field="status", before=Status.DRAFT).order_by("pk").last()
    return Q(pk=last.by_id) if last and last.by_id else Q(pk__in=[])


def _tell(entry: Entry, text: str, *, note: str = "", by: User | None = None) -> None:
    for person in people_of(entry):
        if by is None or person != by:
            notify(
                person,
                f"entries/{text}",
                region=entry.region,
                entry=entry,
                note=note,
                link=entry.region.url(url_name(entry.kind, "detail"), entry.pk),
            )


@transaction.atomic
def submit(entry: Entry, *, by: User) -> Move:
    """The author is ready: it goes public or waits for an editor, as the region wants it. Raises PermissionDenied."""
    require(can_submit(by, entry))
    if check_rule(entry, by=by) == Check.BEFORE:
        done = move(entry, status=Status.WAITING, by=by)
        _tell(entry, "received")
        _tell_editors(entry)
        return done
    done = _publish(entry, by=by)
    if not can_edit_content(by, entry.region, entry.district_id):
        _tell(entry, "published")
    return done


def editors_of(entry: Entry) -> QuerySet[User]:
    """Who checks the entry: the editors of the region and of its district; where there are none, the admins."""
    editors = staff(entry.region, Name.EDITOR, district=entry.district_id)
    return editors if editors.exists() else staff(entry.region, Name.REGION_ADMIN)


def _tell_editors(entry: Entry) -> None:
    for editor in editors_of(entry):
        notify(editor, "entries/for_editors", region=entry.region, entry=entry, link=entry.region.url("portal:queue"))


def _publish(entry: Entry, *, by: User | None, note: str = "") -> Move:
    first = entry.published_at is None
    done = move(entry, status=Status.PUBLIC, by=by, note=note)
    seen = timezone.now() if by is not None and can_edit_content(by, entry.region, entry.district_id) else None
    Entry.objects.filter(pk=entry.pk).update(checked_at=seen)
    if first:
        transaction.on_commit(lambda: entry_published.send(type(entry), entry=entry))
    return done


@transaction.atomic
def publish(entry: Entry, *, by: User | None) -> Move:
    """Straight into the open, for imports by the command line (``by`` is None) and by editors."""
    require(by is None or can_edit_content(by, entry.region, entry.district_id))
    return _publish(entry, by=by)


@transaction.atomic
def wait_for_check(entry: Entry) -> Move:
    """A draft that an import made goes into the editors' queue."""
    return move(entry, status=Status.WAITING, by=None)


@transaction.atomic
def release(entry: Entry, *, by: User, note: str = "") -> Move:
    """An editor lets a waiting entry into the open. Raises PermissionDenied, MovedMeanwhile."""
    require(can_release(by, entry))
    done = _publish(entry, by=by, note=note)
    _tell(entry, "published", note=note, by=by)
    return done


@transaction.atomic
def return_to_author(entry: Entry, *, by: User, note: str) -> Move:
    """An editor gives it back with a reason; it is a draft again. Raises PermissionDenied, ValidationError."""
    require(can_release(by, entry))
    _owe_reason(note)
    done = move(entry, status=Status.DRAFT, by=by, note=note)
    _tell(entry, "returned", note=note, by=by)
    return done


def _owe_reason(note: str) -> None:
    if not note.strip():
        raise ValidationError(
            _("Bitte nennen Sie den Grund. Die Verfasserin oder der Verfasser liest ihn."), code="reason"
        )


@transaction.atomic
def hide(entry: Entry, *, by: User, note: str) -> Move:
    """Take it out of sight, with a reason. Raises PermissionDenied, ValidationError."""
    require(can_hide(by, entry))
    _owe_reason(note)
    done = move(entry, status=Status.HIDDEN, by=by, note=note)
    _tell(entry, "hidden", note=note, by=by)
    return done


@transaction.atomic
def show_again(entry: Entry, *, by: User, note: str = "") -> Move:
    require(can_show_again(by, entry))
    done = move(entry, status=Status.PUBLIC, by=by, note=note)
    _tell(entry, "published", note=note, by=by)
    return done


@transaction.atomic
def archive(entry: Entry, *, by: User, note: str = "") -> Move:
    require(can_archive(by, entry))
    done = move(entry, status=Status.ARCHIVED, by=by, note=note)
    if not is_author(by, entry):
        _tell(entry, "archived", note=note, by=by)
    return done


@transaction.atomic
def restore(entry: Entry, *, by: User) -> Move:
    """Back from the archive; what an editor has not seen, or has archived, goes through the check."""
    require(can_restore(by, entry))
    return bring_back(entry, by=by, checked=can_edit_content(by, entry.region, entry.district_id))


def bring_back(entry: Entry, *, by: User | None, checked: bool = False) -> Move:
    """Whoever calls has looked whether it may; ``checked`` says that an editor does it."""
    Entry.objects.filter(pk=entry.pk).update(confirmed_at=timezone.now())
    if checked or (entry.checked_at is not None and not _was_taken_away(entry)):
        return move(entry, status=Status.PUBLIC, by=by)
    done = move(entry, status=Status.WAITING, by=by)
    _tell_editors(entry)
    return done


def _was_taken_away(entry: Entry) -> bool:
    """Was it somebody else than its authors who archived it? What runs out nobody archives."""
    last = entry.moves.filter(field="status", after=Status.ARCHIVED).select_related("by").last()
    return last is not None and last.by_name != "" and (last.by is None or not is_one_of_its_people(last.by, entry))


@transaction.atomic
def delete_draft(entry: Entry, *, by: User) -> None:
    """Raises PermissionDenied for anything that ever was public, MovedMeanwhile for what is no draft any more."""
    require(can_delete(by, entry))
    if not Entry.objects.select_for_update().filter(pk=entry.pk, status=Status.DRAFT, published_at=None).exists():
        raise MovedMeanwhile
    record("deleted", entry, by=by, old={"title": entry.title}, region_id=entry.region_id)
    entry.delete()


@transaction.atomic
def withdraw(entry: Entry, *, by: User) -> None:
    """Delete what somebody wrote about themselves, whatever became of it. Raises PermissionDenied, MovedMeanwhile."""
    require(can_withdraw(by, entry))
    if not Entry.objects.select_for_update().filter(pk=entry.pk).exists():
        raise MovedMeanwhile
    record("deleted", entry, by=by, region_id=entry.region_id)
    entry.delete()


@transaction.atomic
def mark_checked(entry: Entry, *, by: User) -> None:
    """An editor has seen a later edit and leaves it as it is."""
    require(can_edit_content(by, entry.region, entry.district_id))
    Entry.objects.filter(pk=entry.pk).update(checked_at=timezone.now())
    record("checked", entry, by=by, region_id=entry.region_id)


def archive_expired() -> int:
    """Entries whose date is over leave the lists; what somebody moves at the same moment is left to them."""
    expired = Entry.objects.filter(status=Status.PUBLIC, expires_at__lt=timezone.now()).order_by("pk")
    count, last = 0, 0
    while due := list(expired.filter(pk__gt=last)[:LOT]):
        for entry in due:
            with suppress(MovedMeanwhile):
                move(entry, status=Status.ARCHIVED, by=None, note=_("Das Ablaufdatum ist erreicht."))
                count += 1
        last = due[-1].pk
    return count
