"""Somebody cannot use a page: it comes in, is answered in time, and whoever runs the region hears when it is not."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require, welcome_guest
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.core.tokens import issue
from allmende.moderation.actions.unconfirmed import CONFIRM_WITHIN, confirmed
from allmende.moderation.models import BarrierReport
from allmende.moderation.permissions import can_answer_barriers
from allmende.notifications.actions import notify
from allmende.regions.models import Region
from allmende.regions.permissions import Name
from allmende.regions.queries import admins_of_platform, staff

ANSWER_WITHIN = timedelta(days=14)
State = BarrierReport.State


@transaction.atomic
def report_barrier(  # who says what about which page
    region: Region,
    *,
    text: str,
    page: str = "",
    by: User | None = None,
    mail: str = "",
    name: str = "",
    language: str = "",
) -> BarrierReport:
    """Tell the town about a barrier. A guest's report waits for the link in the mail."""
    guest = None if by else welcome_guest(mail, name=name, language=language)
    new = BarrierReport.objects.create(
        region=region,
        user=by,
        guest=guest,
        page=page,
        text=text,
        state=State.UNCONFIRMED if guest else State.OPEN,
        due_at=timezone.now() + ANSWER_WITHIN,
    )
    if guest:
        link = region.url("moderation:confirm_barrier", issue("barrier", str(new.pk), lifetime=CONFIRM_WITHIN))
        notify(guest, "moderation/barrier_confirm", region=region, sensitive=True, link=link)
    else:
        _tell(new)
    record("barrier reported", new, by=by, region_id=region.pk)
    return new


@transaction.atomic
def confirm_barrier(token: str) -> BarrierReport | None:
    """A guest pressed the button behind the mailed link; the time begins now. None if the link is used or over."""
    found = confirmed(BarrierReport, "barrier", token)
    if found:
        found.state, found.due_at = State.OPEN, timezone.now() + ANSWER_WITHIN
        found.save(update_fields=["state", "due_at"])
        _tell(found)
    return found


def _tell(new: BarrierReport) -> None:
    link = new.region.url("moderation:answer_barrier", new.pk)
    for person in staff(new.region, Name.EDITOR, Name.REGION_ADMIN) or admins_of_platform():
        notify(person, "moderation/barrier_for_team", region=new.region, report=new, link=link)
    if author := new.user or new.guest:
        notify(author, "moderation/barrier_received", region=new.region, report=new)


@transaction.atomic
def answer_barrier(found: BarrierReport, *, answer: str, by: User) -> None:
    """The answer goes by mail to whoever reported, unless they are gone.

    Raises PermissionDenied, or ValidationError if somebody answered meanwhile or no word is said.
    """
    require(can_answer_barriers(by, found.region))
    if not answer.strip():
        raise ValidationError(_("Bitte schreiben Sie eine Antwort."), code="answer")
    values = {"state": State.ANSWERED, "answer": answer, "answered_by": by, "answered_at": timezone.now()}
    if not BarrierReport.objects.filter(pk=found.pk, state=State.OPEN).update(**values):
        raise ValidationError(_("Jemand anderes hat hier schon geantwortet."), code="answered")
    for name, value in values.items():
        setattr(found, name, value)
    if author := found.user or found.guest:
        notify(author, "moderation/barrier_answered", region=found.region, report=found)
    record("barrier answered", found, by=by, region_id=found.region_id)


def remind_of_barriers() -> int:
    """Nightly: the admins of a region, else the platform's, hear of reports whose time is over; return how many."""
    late = BarrierReport.objects.filter(state=State.OPEN, due_at__lt=timezone.now())
    overdue = list(late.order_by("region").values_list("region", flat=True))
    for region in Region.objects.filter(pk__in=overdue):
        number, link = overdue.count(region.pk), region.url("moderation:barriers")
        for admin in staff(region, Name.REGION_ADMIN) or admins_of_platform():
            notify(admin, "moderation/barriers_overdue", region=region, number=number, link=link)
    return len(overdue)
