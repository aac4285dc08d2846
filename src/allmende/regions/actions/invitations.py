"""Ways in: made with a purpose, used so often and so long, revoked; whoever comes in leaves a line in the log."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import add_member, found_organisation, join_circle, lock_organisation, require
from allmende.accounts.models import Organisation, User, fold_mail
from allmende.core.log import record
from allmende.core.tokens import issue, use
from allmende.regions.actions.telling import tell
from allmende.regions.models import District, Invitation, InvitationUse, Region, Role
from allmende.regions.permissions import can_invite, can_stand_behind, forget_staff_roles
from allmende.regions.queries.invitations import State, address_of, state_of

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that one mistakes for another on paper
LINK = "invitation"  # purpose of the tokens in mails
LINK_LIFETIME = timedelta(days=14)
WORDS: dict[str, Any] = {
    State.REVOKED: lambda: _("Diese Einladung wurde zurückgezogen."),
    State.EXPIRED: lambda: _("Diese Einladung ist abgelaufen."),
    State.USED_UP: lambda: _("Diese Einladung wurde schon so oft benutzt, wie sie es darf."),
}


@transaction.atomic
def invite(
    region: Region,
    *,
    label: str,
    by: User | None,
    expires_at: datetime,
    uses_allowed: int = 1,
    mail: str = "",
    organisation: Organisation | None = None,
    membership: str = "",
    role: str = "",
    district: District | None = None,
    founds: bool = False,
    code: str = "",
) -> Invitation:
    """Make a way in. With ``mail`` it is for this person alone, who is written to at once.

    Raises PermissionDenied. ``by`` is None, and ``code`` chosen, for the demo and the command line only.
    """
    if by is not None:
        require(can_invite(by, region, organisation=organisation, membership=membership, role=role))
    invitation = Invitation.objects.create(
        region=region,
        code=code or new_code(region),
        label=label,
        mail=fold_mail(mail),
        organisation=organisation,
        membership=membership,
        role=role,
        district=district,
        founds=founds,
        uses_allowed=1 if mail else uses_allowed,
        expires_at=expires_at,
        by=by,
    )
    facts = {"label": label, "organisation": organisation and organisation.pk, "membership": membership, "role": role}
    record("invited", invitation, by=by, new={k: v for k, v in facts.items() if v}, region_id=region.pk)
    if mail:
        send_link(invitation, mail)
    return invitation


def new_code(region: Region) -> str:
    """Beginning with letters of the region's name, so that a letter looks like its town; the rest is chance."""
    chance = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{region.slug.replace('-', '')[:4].upper()}-{chance[:4]}-{chance[4:]}"


@transaction.atomic
def send_link(invitation: Invitation, mail: str, *, name: str = "", organisation_name: str = "") -> None:
    """A mail whose link proves the address; whoever presses the button behind it is in."""
    data = {"mail": fold_mail(mail), "name": name, "organisation_name": organisation_name}
    lifetime = min(LINK_LIFETIME, max(invitation.expires_at - timezone.now(), timedelta(minutes=1)))
    link = address_of(invitation, "portal:invited", issue(LINK, str(invitation.pk), lifetime=lifetime, data=data))
    until = timezone.now() + lifetime
    tell(mail, "invitation", region=invitation.region, sensitive=True, invitation=invitation, link=link, until=until)


@transaction.atomic
def accept(invitation: Invitation, user: User, *, organisation_name: str = "") -> Organisation | None:
    """Let the person in; return the organisation that they founded or joined. The same person twice changes nothing.

    Raises ValidationError for an invitation that is over, or that is somebody else's.
    """
    locked = Invitation.objects.select_for_update(of=("self",))  # what hangs on it may be missing
    held = locked.select_related("region", "organisation", "by").get(pk=invitation.pk)
    before = InvitationUse.objects.filter(invitation=held, user=user).first()
    if before is not None:
        return before.organisation
    if held.organisation is not None:
        lock_organisation(held.organisation)  # nobody else takes it over meanwhile
    _refuse_what_is_over(held, user)
    join_circle(held.region.circle, user=user)
    organisation = _organisation(held, user, organisation_name)
    if held.role:
        Role.objects.get_or_create(user=user, region=held.region, name=held.role, district=held.district)
        forget_staff_roles(user)
    InvitationUse.objects.create(invitation=held, user=user, organisation=organisation)
    record("invitation used", held, by=user, new={"user": user.pk}, region_id=held.region_id)
    return organisation


def _refuse_what_is_over(invitation: Invitation, user: User) -> None:
    state = state_of(invitation)
    if state is not State.OPEN:
        raise ValidationError(WORDS[state](), code=state)
    if invitation.mail and invitation.mail != user.email:
        raise ValidationError(
            _("Diese Einladung gilt einer anderen Person. Bitten Sie um eine eigene."), code="another_person"
        )
    if not can_stand_behind(invitation):
        raise ValidationError(_("Diese Einladung gilt nicht mehr."), code="inviter_may_not")


def _organisation(invitation: Invitation, user: User, name: str) -> Organisation | None:
    if invitation.organisation is not None:
        add_member(invitation.organisation, user, role=invitation.membership, by=None)
        return invitation.organisation
    if not invitation.founds:
        return None
    if not name:
        raise ValidationError(_("Wie heißt Ihre Organisation?"), code="name")
    return found_organisation(name, by=user)


@transaction.atomic
def accept_by_link(token: str, user: User, *, organisation_name: str = "") -> Organisation | None:
    """The same, with the link of a mail, which is used up. Raises ValidationError, too, if the link is over."""
    used = use(LINK, token)
    invitation = used and Invitation.objects.filter(pk=used.subject).first()
    if not invitation:
        raise ValidationError(_("Dieser Link gilt nicht mehr."), code="link")
    return accept(invitation, user, organisation_name=organisation_name)


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Nobody comes in by it any more; who is in stays. Raises PermissionDenied."""
    require(
        can_invite(
            by,
            invitation.region,
            organisation=invitation.organisation,
            membership=invitation.membership,
            role=invitation.role,
        )
    )
    if Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by):
        record("invitation revoked", invitation, by=by, region_id=invitation.region_id)
