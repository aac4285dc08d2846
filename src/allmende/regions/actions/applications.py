"""Somebody asks to belong to an organisation, or says that it is theirs; who runs it, or the editors, decide."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import add_member, lock_organisation, require
from allmende.accounts.models import Application, Membership, Organisation, User
from allmende.accounts.permissions import forget_roles, is_member
from allmende.accounts.queries import people_who_take_in
from allmende.core.log import record
from allmende.regions.actions.telling import tell
from allmende.regions.models import Region
from allmende.regions.permissions import EDITS, can_decide_about, may_write
from allmende.regions.queries.people import staff


@transaction.atomic
def apply(organisation: Organisation, user: User, *, region: Region, text: str, claims: bool, link: str) -> Application:
    """Ask; whoever decides reads a mail with ``link``. Asking twice changes nothing.

    ``claims`` says what the person saw: an organisation without people. Raises PermissionDenied, or ValidationError
    if it is otherwise by now.
    """
    require(may_write(user, region))
    held = lock_organisation(organisation)
    _refuse_what_changed(held, user, claims=claims)
    application, is_new = Application.objects.get_or_create(
        organisation=held,
        user=user,
        decided_at=None,
        defaults={"claims": claims, "text": text, "region_id": region.pk},
    )
    if is_new:
        record("claimed" if claims else "applied", held, by=user, region_id=region.pk)
        for person in staff(region, *EDITS) if claims else people_who_take_in(held):
            tell(person, "application", region=region, application=application, link=link)
    return application


def _refuse_what_changed(organisation: Organisation, user: User, *, claims: bool) -> None:
    forget_roles(user)
    if is_member(user, organisation):
        raise ValidationError(_("Sie gehören schon dazu."), code="member")
    if claims and organisation.memberships.exists():
        raise ValidationError(
            _("Inzwischen hat jemand anderes diese Organisation übernommen. Bitten Sie auf ihrer Seite um Aufnahme."),
            code="taken",
        )


@transaction.atomic
def decide_application(application: Application, *, accepted: bool, answer: str = "", by: User) -> None:
    """Let the person in, as owner if they claimed the organisation, or not; they read the answer in a mail.

    Raises PermissionDenied, and ValidationError if it is decided or withdrawn, or somebody has the organisation by now.
    """
    lock_organisation(application.organisation)
    forget_roles(by)
    held = Application.objects.select_related("organisation", "user").filter(pk=application.pk).first()
    if held is None:
        raise ValidationError(_("Die Person hat ihre Anfrage zurückgezogen."), code="withdrawn")
    region = Region.objects.get(pk=held.region_id)
    require(can_decide_about(by, held, region))
    if held.decided_at:
        raise ValidationError(_("Darüber hat schon jemand entschieden."), code="decided")
    if accepted:
        _let_in(held)
    _close(held, region, accepted=accepted, answer=answer, by=by)
    if accepted and held.claims:
        for other in held.organisation.applications.filter(decided_at=None, claims=True).select_related("user"):
            _close(other, region, accepted=False, answer="", by=by)


@transaction.atomic
def withdraw_application(application: Application, *, by: User) -> None:
    """Whoever asked thinks better of it; nobody sees it any more. Raises PermissionDenied, and ValidationError if
    somebody has decided by now.
    """
    require(application.user_id == by.pk)
    lock_organisation(application.organisation)
    if not Application.objects.filter(pk=application.pk, decided_at=None).exists():
        raise ValidationError(_("Darüber hat schon jemand entschieden."), code="decided")
    record("application withdrawn", application.organisation, by=by, region_id=application.region_id)
    application.delete()


def _let_in(application: Application) -> None:
    organisation = application.organisation
    if application.claims and organisation.memberships.exists():
        raise ValidationError(
            _("Diese Organisation hat inzwischen jemand anderes übernommen. Lehnen Sie die Anfrage bitte ab."),
            code="taken",
        )
    role = Membership.Role.OWNER if application.claims else Membership.Role.MEMBER
    add_member(organisation, application.user, role=role, by=None)


def _close(application: Application, region: Region, *, accepted: bool, answer: str, by: User) -> None:
    application.decided_at, application.decided_by = timezone.now(), by
    application.accepted, application.answer = accepted, answer
    application.save(update_fields=["decided_at", "decided_by", "accepted", "answer"])
    facts = {"user": application.user_id, "accepted": accepted, "claims": application.claims, "answer": answer}
    record("application decided", application.organisation, by=by, new=facts, region_id=region.pk)
    link = region.url("portal:mine" if accepted else "portal:home")
    tell(application.user, "application_decided", region=region, application=application, link=link)
