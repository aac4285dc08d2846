"""The beginning of an installation: its first region, and the first administrator, who has no way in yet."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from allmende.accounts.models import User
from allmende.accounts.queries import user_by_mail
from allmende.core.health import INSTALLED, mark_database
from allmende.core.log import record
from allmende.core.tokens import issue, peek, revoke, use
from allmende.entries.actions import add_ready_scheme, copy_topics
from allmende.regions.actions import LINK_LIFETIME, add_region, give_role, invite
from allmende.regions.models import Region, Role
from allmende.regions.queries import home_region

FIRST_ADMIN = "first-admin"
GOOD_FOR = timedelta(days=7)
UNNAMED = "Verwaltung"  # until the person says how they are called
ADMINISTRATION = "Erste Verwaltung"


@transaction.atomic
def set_up(*, name: str, slug: str, land: str, host: str, scheme: str, contact_mail: str, admin_mail: str) -> str:
    """Make the home region and its administrator; return the link that signs in once.

    Where a home region is already, only the administrator gets rights and a new link. Raises ValidationError.
    """
    region = home_region()
    if region is None:
        region = add_town(slug, name=name, land=land, contact_mail=contact_mail, host=host, scheme=scheme)
        mark_database(INSTALLED)
    return invite_first_admin(admin_mail, region=region)


@transaction.atomic
def add_town(slug: str, *, topics_from: Region | None = None, admin: str = "", **facts: str) -> Region:
    """A region with the ``facts`` of ``add_region`` and with topics: those of another one, else the ready ones.

    Its first administrator, if given, is invited by mail. Raises ValidationError.
    """
    region = add_region(slug, by=None, **facts)
    if topics_from is None:
        add_ready_scheme(region, "themen", by=None)
    else:
        copy_topics(topics_from, to=region)
    if admin:
        until = timezone.now() + LINK_LIFETIME
        invite(region, label=ADMINISTRATION, mail=admin, role=Role.Name.REGION_ADMIN, expires_at=until, by=None)
    return region


@transaction.atomic
def invite_first_admin(mail: str, *, region: Region) -> str:
    """Give the account of this address every right and return the link that signs in once; older links are worthless.

    An account is made if there is none. Whoever has the link is the administrator: it is for the operator's eyes.
    """
    user = user_by_mail(mail) or User.objects.create_user(mail, name=UNNAMED)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True})
    give_role(user, Role.Name.PLATFORM_ADMIN, region=None, by=None)
    give_role(user, Role.Name.REGION_ADMIN, region=region, by=None)
    revoke(FIRST_ADMIN, str(user.pk))
    return region.url("portal:first_sign_in", issue(FIRST_ADMIN, str(user.pk), lifetime=GOOD_FOR))


def first_admin(token: str) -> User | None:
    """Whose link it is, None if it is over. Nothing is used up."""
    good = peek(FIRST_ADMIN, token)
    return User.objects.filter(pk=good.subject, is_active=True).first() if good else None


@transaction.atomic
def sign_in_first_admin(token: str, *, name: str) -> User | None:
    """Use the link up; None if it is over. The address counts as confirmed: the operator vouches for it."""
    used = use(FIRST_ADMIN, token)
    user = used and User.objects.filter(pk=used.subject, is_active=True).first()
    if not user:
        return None
    user.name = name
    user.save(update_fields=["name"])
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    record("first sign-in", user, by=user)
    return user
