"""Who is away, and who does their work meanwhile."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.regions.actions.telling import tell
from allmende.regions.models import Absence, Region, Role
from allmende.regions.permissions import can_administer, can_announce_absence, forget_staff_roles, is_staff
from allmende.regions.queries.people import admins_of_platform, staff, unheld_tasks

LONGEST = timedelta(days=366)


@transaction.atomic
def announce_absence(
    user: User, *, region: Region, starts_on: date, ends_on: date, deputy: User | None, by: User
) -> Absence:
    """Somebody is away from the first day to the last (both included); the deputy is told.

    Raises PermissionDenied, or ValidationError for dates that cannot be and a deputy who may not.
    """
    require(can_announce_absence(by, user, region))
    if not starts_on <= ends_on <= starts_on + LONGEST or ends_on < timezone.localdate():
        raise ValidationError(_("Bitte prüfen Sie die beiden Tage: höchstens ein Jahr, nicht vorbei."), code="dates")
    if deputy is not None:
        _refuse_as_deputy(deputy, user, region, by=by)
    absence = Absence.objects.create(user=user, region=region, deputy=deputy, starts_on=starts_on, ends_on=ends_on)
    record("absence", absence, by=by, new={"user": user.pk, "deputy": deputy and deputy.pk}, region_id=region.pk)
    if deputy is not None:
        forget_staff_roles(deputy)
        tell(deputy, "stand_in", region=region, absence=absence, link=region.url("portal:desk"))
    return absence


def _refuse_as_deputy(deputy: User, user: User, region: Region, *, by: User) -> None:
    if deputy.pk == user.pk:
        raise ValidationError(_("Wer fehlt, kann sich nicht selbst vertreten."), code="self")
    if not deputy.is_active or not (is_staff(deputy, region) or can_administer(by, region)):
        raise ValidationError(
            _("Vertreten kann nur, wer schon zum Team gehört. Alle anderen bestimmt die Verwaltung."), code="deputy"
        )


@transaction.atomic
def end_absence(absence: Absence, *, by: User) -> None:
    """Somebody is back earlier; the deputy's rights end at once. Raises PermissionDenied."""
    require(can_announce_absence(by, absence.user, absence.region))
    record("absence ended", absence, by=by, old={"user": absence.user_id}, region_id=absence.region_id)
    absence.delete()


def check_holders() -> int:
    """Nightly: a task of an open region that nobody present holds is told to its admins, else to the platform's;
    return how many there are.
    """
    found = 0
    for region in Region.objects.exclude(stage=Region.Stage.PREPARING):
        unheld = unheld_tasks(region)
        found += len(unheld)
        if unheld:
            tasks = [str(Role.Name(name).label) for name in unheld]
            for admin in list(staff(region, Role.Name.REGION_ADMIN)) or list(admins_of_platform()):
                tell(admin, "nobody_there", region=region, tasks=tasks, link=region.url("portal:people"))
    return found
