"""The first administrator of an installation has no way in yet: a link, once, on the operator's terminal."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction

from allmende.accounts.models import User, fold_mail
from allmende.accounts.queries import user_by_mail
from allmende.core.log import record
from allmende.core.tokens import issue, revoke, use
from allmende.regions.actions import give_role
from allmende.regions.models import Region, Role

FIRST_ADMIN = "first-admin"
GOOD_FOR = timedelta(days=7)


@transaction.atomic
def invite_first_admin(mail: str, *, region: Region, name: str = "") -> str:
    """Make the account if there is none, give it every right, and return the link that signs in once.

    The link is for the operator's eyes: whoever has it is the administrator.
    """
    user = user_by_mail(mail) or User.objects.create_user(mail, name=name or mail.partition("@")[0])
    EmailAddress.objects.get_or_create(
        user=user, email=fold_mail(mail), defaults={"verified": False, "primary": True}
    )
    give_role(user, Role.Name.PLATFORM_ADMIN, region=None, by=None)
    give_role(user, Role.Name.REGION_ADMIN, region=region, by=None)
    revoke(FIRST_ADMIN, str(user.pk))
    return region.url("portal:first_sign_in", issue(FIRST_ADMIN, str(user.pk), lifetime=GOOD_FOR))


@transaction.atomic
def sign_in_first_admin(token: str) -> User | None:
    """Use the link up; None if it is over. The address counts as confirmed: the operator vouches for it."""
    used = use(FIRST_ADMIN, token)
    user = used and User.objects.filter(pk=used.subject, is_active=True).first()
    if not user:
        return None
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    record("first sign-in", user, by=user)
    return user
