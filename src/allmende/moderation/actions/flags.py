"""A flag comes in, is confirmed if a guest sent it, and is decided with a reason that both sides read."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require, welcome_guest
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.core.tokens import issue
from allmende.entries.actions import hide, people_of
from allmende.entries.models import Entry, Status
from allmende.moderation.actions.unconfirmed import CONFIRM_WITHIN, confirmed
from allmende.moderation.models import Flag
from allmende.moderation.permissions import can_flag
from allmende.notifications.actions import notify
from allmende.regions.permissions import Name, can_moderate
from allmende.regions.queries import staff

ANSWER_WITHIN = timedelta(days=3)
State = Flag.State


@transaction.atomic
def flag(  # who says what about which entry
    entry: Entry, *, reason: str, text: str, by: User | None = None, mail: str = "", name: str = "", language: str = ""
) -> Flag:
    """Tell the team about an entry. A guest's flag waits for the link in the mail. Raises PermissionDenied."""
    require(can_flag(entry))
    guest = None if by else welcome_guest(mail, name=name, language=language)
    new = Flag.objects.create(
        region=entry.region,
        entry_id=entry.pk,
        user=by,
        guest=guest,
        reason=reason,
        text=text,
        state=State.UNCONFIRMED if guest else State.OPEN,
        due_at=timezone.now() + ANSWER_WITHIN,
    )
    if guest:
        link = entry.region.url("moderation:confirm", issue("flag", str(new.pk), lifetime=CONFIRM_WITHIN))
        notify(guest, "moderation/confirm", region=entry.region, sensitive=True, entry=entry, link=link)
    else:
        _tell_team(new)
    record("flagged", entry, by=by, new={"reason": reason}, region_id=entry.region_id)
    return new


@transaction.atomic
def confirm(token: str) -> Flag | None:
    """A guest pressed the button behind the mailed link. None if the link is used or over."""
    found = confirmed(Flag, "flag", token)
    if not found:
        return None
    found.state, found.due_at = State.OPEN, timezone.now() + ANSWER_WITHIN
    found.save(update_fields=["state", "due_at"])
    _tell_team(found)
    return found


def _tell_team(new: Flag) -> None:
    author = new.user or new.guest
    if author:
        notify(author, "moderation/received", region=new.region, entry=new.entry, flag=new)
    team = staff(new.region, Name.MODERATOR, Name.EDITOR, district=new.entry.district_id)
    for person in team or staff(new.region, Name.REGION_ADMIN):
        notify(
            person,
            "moderation/for_team",
            region=new.region,
            entry=new.entry,
            flag=new,
            link=new.region.url("moderation:decide", new.pk),
        )


@transaction.atomic
def decide(found: Flag, *, outcome: str, decision: str, by: User) -> None:
    """Uphold (the entry is hidden), note that it was mended, or dismiss; the reason goes to both sides.

    Raises PermissionDenied, or ValidationError if somebody decided it meanwhile or the reason is missing.
    """
    require(can_moderate(by, found.region, found.entry.district_id))
    if not decision.strip():
        raise ValidationError(_("Bitte begründen Sie die Entscheidung. Beide Seiten lesen sie."), code="reason")
    values = {"state": outcome, "decision": decision, "decided_by": by, "decided_at": timezone.now()}
    if not Flag.objects.filter(pk=found.pk, state=State.OPEN).update(**values):
        raise ValidationError(_("Jemand anderes hat diese Meldung schon entschieden."), code="decided")
    for name, value in values.items():
        setattr(found, name, value)
    if outcome == State.UPHELD and found.entry.status == Status.PUBLIC:
        hide(found.entry, by=by, note=decision)
    else:
        _tell(found, *people_of(found.entry), text="moderation/decided_author")
    author = found.user or found.guest
    if author:
        _tell(found, author, text="moderation/decided")
    record(f"flag {outcome}", found.entry, by=by, reason=decision, region_id=found.region_id)


def _tell(found: Flag, *people: object, text: str) -> None:
    for person in people:
        notify(person, text, region=found.region, entry=found.entry, flag=found)  # type: ignore[arg-type]  # people of people_of()
