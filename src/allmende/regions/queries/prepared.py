"""Accounts that the team made for others and that wait for their people."""

from django.db.models import QuerySet

from allmende.accounts.models import User
from allmende.core.tokens import peek
from allmende.regions.models import PreparedAccount, Region

TAKEOVER = "takeover"  # purpose of the tokens in mails


def waiting_accounts(region: Region | None = None) -> QuerySet[PreparedAccount]:
    """Those that nobody has signed in to yet, the newest first; of all regions without one."""
    found = PreparedAccount.objects.filter(user__taken_over_at=None, user__last_login=None)
    if region is not None:
        found = found.filter(region=region)
    found = found.select_related("user__made_by", "region", "founded").prefetch_related("user__organisations")
    return found.order_by("-made_at", "-pk")


def account_by_link(token: str) -> PreparedAccount | None:
    """The account that a mailed link lets take over; None if the link or the account is over."""
    found = peek(TAKEOVER, token)
    if found is None:
        return None
    of_the_mail = {"user__pk": found.subject, "user__email": found.data["mail"]}  # it may have another by now
    return waiting_accounts().filter(**of_the_mail, user__is_active=True).first()


def organisation_names(user: User) -> list[str]:
    """What the account speaks for already, by name."""
    return sorted(organisation.name for organisation in user.organisations.all())


def is_prepared_elsewhere(user: User, region: Region) -> bool:
    """Another region's team made the account, and nobody has signed in to it yet: its address is theirs to mend."""
    return waiting_accounts().filter(user=user).exclude(region=region).exists()
