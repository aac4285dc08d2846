"""What became of each mail."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from allmende.accounts.models import Person
from allmende.core.models import Lease, Mail
from allmende.core.outbox import SERVER
from allmende.portal.permissions import can_see_mails, can_see_mails_of_platform
from allmende.regions.models import Invitation, Region
from allmende.regions.queries import State, invitations_of, state_of

DELAYED = "delayed"  # waiting, and refused for the time being
LOST = "lost"  # nobody will get it any more


@dataclass(frozen=True)
class MailFilter:
    """What the mails are filtered by; '' means everything."""

    state: str = ""  # one of Mail.STATES, DELAYED or LOST
    address: str = ""
    everywhere: bool = False  # of all regions, for the platform's administration


def mails_of(region: Region, person: Person, by: MailFilter) -> QuerySet[Mail]:
    """The region's mails of the last month for those who may see them; newest first by older() of this app."""
    if by.everywhere:
        rows = Mail.objects.all() if can_see_mails_of_platform(person) else Mail.objects.none()
    else:
        rows = Mail.objects.filter(region_id=region.pk) if can_see_mails(person, region) else Mail.objects.none()
    if by.address:
        rows = rows.filter(to__iexact=by.address)
    if by.state == DELAYED:
        return rows.filter(state=Mail.WAITING, attempts__gt=0)
    if by.state == LOST:
        return rows.filter(state__in=[Mail.REFUSED, Mail.GIVEN_UP])
    return rows.filter(state=by.state) if by.state else rows


def last_secret_mails(region: Region, addresses: Iterable[str]) -> dict[str, Mail]:
    """Address -> the newest mail there with a code or a link in it, as long as we know of it; one query."""
    rows = Mail.objects.filter(region_id=region.pk, to__in=list(addresses), sensitive=True)
    return {mail.to: mail for mail in rows.order_by("pk")}


def mail_server_rests() -> bool:
    """Was the mail server not to be reached when we last tried?"""
    return Lease.objects.filter(name=SERVER, attempts__gt=0).exists()


def open_invitation_to(address: str, region: Region) -> Invitation | None:
    """The newest invitation of this person that may still be accepted."""
    found = invitations_of(region).filter(mail=address.lower())
    return next((invitation for invitation in found if state_of(invitation) == State.OPEN), None)
