"""Support: an address is corrected, a new way in is sent. What was mailed once is never shown nor sent again."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import User, fold_mail
from allmende.core.log import record
from allmende.core.models import Mail
from allmende.core.tokens import issue, revoke, use
from allmende.notifications.actions import notify
from allmende.portal.outcomes import masked
from allmende.portal.permissions import can_correct_address, can_see_mails
from allmende.regions.actions import send_link
from allmende.regions.models import Invitation, Region

WAY_IN = "way-in"
GOOD_FOR = timedelta(days=1)


@transaction.atomic
def correct_address(mail: Mail, *, to: str, reason: str, by: User, region: Region) -> User:
    """Give the account that a mail did not reach another address, which its person still has to confirm.

    What waits for the old address goes to the new one, but what holds a code or a link is given up. Raises
    PermissionDenied; ValidationError if no account has the address, or another has the new one already.
    """
    user = User.objects.select_for_update().filter(email=fold_mail(mail.to)).first()
    if user is None or mail.state == Mail.SENT:
        raise ValidationError(_("Diese Adresse gehört zu keinem Konto."), code="no_account")
    require(can_correct_address(by, region, user))
    old, new = user.email, fold_mail(to)
    if User.objects.filter(email=new).exists():
        raise ValidationError(_("Diese Adresse hat schon ein Konto."), code="taken")
    confirmed = EmailAddress.objects.filter(user=user, email=old, verified=True).exists()
    user.email = new
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=new, primary=True, verified=False)
    revoke(WAY_IN, str(user.pk))
    _redirect_waiting(old, new)
    record(
        "address corrected", user, by=by, reason=reason, region_id=region.pk,
        old={"email": masked(old)}, new={"email": masked(new)},
    )  # fmt: skip
    notify(user, "portal/address_corrected", region=region, link=region.url("account_request_login_code"))
    if confirmed:
        notify(old, "portal/address_gone", region=region)
    return user


def _redirect_waiting(old: str, new: str) -> None:
    """What is being sent at this moment goes where it goes."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    waiting = Mail.objects.filter(free, state=Mail.WAITING, to__iexact=old)
    waiting.filter(sensitive=True).update(state=Mail.GIVEN_UP, settled_at=now, body="")
    waiting.filter(sensitive=False).update(to=new, due_at=now)


@transaction.atomic
def send_way_in(user: User, *, by: User, region: Region) -> None:
    """Mail a link that signs the person in, once, within a day; older ones are worthless. Raises PermissionDenied."""
    require(can_see_mails(by, region) and user.is_active)
    revoke(WAY_IN, str(user.pk))
    token = issue(WAY_IN, str(user.pk), lifetime=GOOD_FOR, data={"mail": user.email})
    notify(user, "portal/way_in", region=region, sensitive=True, link=region.url("portal:way_in", token))
    record("way in sent", user, by=by, region_id=region.pk)


@transaction.atomic
def send_invitation_again(invitation: Invitation, *, by: User, region: Region) -> None:
    """Mail a new link for an open invitation. Raises PermissionDenied."""
    require(can_see_mails(by, region) and invitation.region_id == region.pk)
    send_link(invitation, invitation.mail)
    record("invitation sent again", invitation, by=by, region_id=region.pk)


@transaction.atomic
def sign_in_by_link(token: str) -> User | None:
    """Use the link up; None if it is over, or the account has another address by now. It confirms the address."""
    used = use(WAY_IN, token)
    user = used and User.objects.filter(pk=used.subject, email=used.data["mail"], is_active=True).first()
    if not user:
        return None
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
    return user
