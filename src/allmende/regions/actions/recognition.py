"""Recognition as serving the common good: asked for with a proof, decided with a reason, over on its last day."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import lock_organisation, require
from allmende.accounts.models import Organisation, User
from allmende.accounts.queries import leaders_of
from allmende.core.files import forget_file, keep_file
from allmende.core.log import record
from allmende.core.models import PrivateFile
from allmende.regions.actions.telling import tell
from allmende.regions.models import Recognition, Region, Role
from allmende.regions.permissions import can_ask_for_recognition, can_decide_recognition, can_see_proof
from allmende.regions.queries.people import staff
from allmende.regions.queries.recognition import LOOKED, recognised_until, today_in
from allmende.regions.signals import recognition_changed

State = Recognition.State
DECIDE_WITHIN = timedelta(days=14)
REMIND_BEFORE = timedelta(days=60)
KEEP_PROOF = timedelta(days=365)  # after a refusal or the last day


class DecidedMeanwhile(ValidationError):
    """Somebody else was faster."""

    def __init__(self) -> None:
        super().__init__(_("Über diesen Antrag ist inzwischen entschieden, oder er ist zurückgezogen."), code="decided")


@transaction.atomic
def request_recognition(
    organisation: Organisation, *, region: Region, reason: str, proof: File, by: User
) -> Recognition:
    """Ask the region for it, also to renew one that soon ends. Both sides are told.

    Raises PermissionDenied, and ValidationError if a request is open or a recognition holds for long.
    """
    require(can_ask_for_recognition(by, region, organisation))
    lock_organisation(organisation)
    _refuse_too_early(region, organisation)
    made = Recognition.objects.create(
        region=region,
        organisation=organisation,
        reason=reason,
        proof=keep_file(proof, region_id=region.pk, by=by),
        requested_by=by,
    )
    record("recognition requested", made, by=by, new={"organisation": organisation.name}, region_id=region.pk)
    for editor in staff(region, Role.Name.EDITOR) or staff(region, Role.Name.REGION_ADMIN):
        tell(editor, "recognition_requested", region=region, **_facts(made, "portal:recognition", made.pk))
    _tell_organisation(made, "recognition_received")
    return made


def _refuse_too_early(region: Region, organisation: Organisation) -> None:
    if Recognition.objects.filter(region=region, organisation=organisation, state=State.REQUESTED).exists():
        raise ValidationError(_("Ein Antrag Ihrer Organisation wartet schon auf die Entscheidung."), code="open")
    until = recognised_until(region, organisation)
    if until is not None and not can_be_renewed(region, until):
        raise ValidationError(_("Ihre Organisation ist schon anerkannt."), code="holds")


def can_be_renewed(region: Region, until: date) -> bool:
    """From the day on which the reminder goes out."""
    return until - REMIND_BEFORE <= today_in(region)


@transaction.atomic
def withdraw_recognition(recognition: Recognition, *, by: User) -> None:
    """Take a request back while nobody has decided; its proof goes at once.

    Raises PermissionDenied, DecidedMeanwhile.
    """
    require(can_ask_for_recognition(by, recognition.region, recognition.organisation))
    _close(recognition, State.WITHDRAWN)
    _forget_proof(recognition)
    record("recognition withdrawn", recognition, by=by, region_id=recognition.region_id)


@transaction.atomic
def decide_recognition(recognition: Recognition, *, by: User, decision: str, valid_until: date | None) -> None:
    """Recognise until a last day, or refuse (None), with the reason that the organisation reads.

    A recognition that still holds ends with the new one. Raises PermissionDenied, DecidedMeanwhile.
    """
    require(can_decide_recognition(by, recognition.region))
    if valid_until is not None:
        _end_before(recognition)
    state = State.REFUSED if valid_until is None else State.RECOGNISED
    now = timezone.now()
    _close(recognition, state, decision=decision, decided_at=now, decided_by=by, valid_until=valid_until)
    new = {"organisation": recognition.organisation.name, "valid_until": valid_until}
    record(f"recognition {state}", recognition, by=by, new=new, reason=decision, region_id=recognition.region_id)
    _publish(recognition)
    _tell_organisation(recognition, "recognition_decided")


def _end_before(recognition: Recognition) -> None:
    before = Recognition.objects.filter(
        region=recognition.region_id, organisation=recognition.organisation_id, state=State.RECOGNISED
    )
    before.update(state=State.EXPIRED, valid_until=today_in(recognition.region))


def _close(recognition: Recognition, state: str, **columns: Any) -> None:
    """Compare-and-swap: of two who decide at once, one does."""
    open_row = Recognition.objects.filter(pk=recognition.pk, state=State.REQUESTED)
    if not open_row.update(state=state, **columns):
        raise DecidedMeanwhile
    for name, value in {"state": state, **columns}.items():
        setattr(recognition, name, value)


def _publish(recognition: Recognition) -> None:
    """What shows it learns it within the transaction."""
    until = recognised_until(recognition.region, recognition.organisation_id)
    recognition_changed.send(
        sender=Region, region=recognition.region, organisation_id=recognition.organisation_id, until=until
    )


def _tell_organisation(recognition: Recognition, text: str) -> None:
    facts = _facts(recognition, "regions:recognition", recognition.organisation_id)
    for leader in leaders_of(recognition.organisation):
        tell(leader, text, region=recognition.region, **facts)


def _facts(recognition: Recognition, page: str, key: int) -> dict[str, Any]:
    until = timezone.localdate(recognition.requested_at + DECIDE_WITHIN, recognition.region.zone)
    return {"recognition": recognition, "link": recognition.region.url(page, key), "answer_until": until}


@transaction.atomic
def look_at_proof(recognition: Recognition, *, by: User) -> PrivateFile:
    """The proof for somebody who may see it; the log keeps that they looked. Raises PermissionDenied."""
    require(can_see_proof(by, recognition) and recognition.proof is not None)
    assert recognition.proof is not None  # noqa: S101  # for the types: asked in the line before
    record(LOOKED, recognition, by=by, region_id=recognition.region_id)
    return recognition.proof


def expire_recognitions() -> int:
    """End what had its last day yesterday; the organisation learns it. Returns how many."""
    return sum(_ended(row) for row in _holding() if row.valid_until < today_in(row.region))


@transaction.atomic
def _ended(recognition: Recognition) -> bool:
    if not Recognition.objects.filter(pk=recognition.pk, state=State.RECOGNISED).update(state=State.EXPIRED):
        return False
    recognition.state = State.EXPIRED
    record("recognition expired", recognition, by=None, region_id=recognition.region_id)
    _publish(recognition)
    _tell_organisation(recognition, "recognition_expired")
    return True


def remind_of_recognitions() -> int:
    """Sixty days before the end, once; who has asked for the renewal already needs no reminder. Returns how many."""
    asked = Recognition.objects.filter(
        region=OuterRef("region"), organisation=OuterRef("organisation"), state=State.REQUESTED
    )
    due = _holding(ahead=REMIND_BEFORE).filter(~Exists(asked), reminded_at=None)
    return sum(_reminded(row) for row in due if row.valid_until >= today_in(row.region))


@transaction.atomic
def _reminded(recognition: Recognition) -> bool:
    row = Recognition.objects.filter(pk=recognition.pk, state=State.RECOGNISED, reminded_at=None)
    if not row.update(reminded_at=timezone.now()):
        return False
    _tell_organisation(recognition, "recognition_ending")
    return True


def _holding(ahead: timedelta = timedelta(0)) -> QuerySet[Recognition, Any]:
    """What is recognised and ends so soon, or has ended."""
    rows = Recognition.objects.filter(state=State.RECOGNISED, valid_until__lte=timezone.localdate() + ahead)
    return rows.select_related("region", "organisation")


def forget_proofs() -> int:
    """Erase the papers of what was refused, or ended, a year ago; return how many."""
    year_ago = timezone.now() - KEEP_PROOF
    refused = Q(state=State.REFUSED, decided_at__lt=year_ago)
    ended = Q(state=State.EXPIRED, valid_until__lt=timezone.localdate(year_ago))
    old = list(Recognition.objects.filter(refused | ended, proof__isnull=False).select_related("proof"))
    for recognition in old:
        _forget_proof(recognition)
    return len(old)


@transaction.atomic
def _forget_proof(recognition: Recognition) -> None:
    proof = recognition.proof
    if proof is not None:
        Recognition.objects.filter(pk=recognition.pk).update(proof=None)
        recognition.proof = None
        forget_file(proof)
