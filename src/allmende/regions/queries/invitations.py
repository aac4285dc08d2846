"""Who may still come in, by which way."""

import re
from enum import StrEnum
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from allmende.accounts.models import Organisation
from allmende.core.tokens import peek
from allmende.regions.models import Invitation, InvitationUse, Region
from allmende.regions.queries.regions import entrance_of


class State(StrEnum):
    """Whether an invitation still opens the door."""

    OPEN = "open"
    USED_UP = "used_up"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state_of(invitation: Invitation) -> State:
    """Read from the row and its uses; ``used`` (from ``invitations_of``) saves the count."""
    used = getattr(invitation, "used", None)
    if invitation.revoked_at:
        return State.REVOKED
    if invitation.expires_at <= timezone.now():
        return State.EXPIRED
    return (
        State.USED_UP if (invitation.uses.count() if used is None else used) >= invitation.uses_allowed else State.OPEN
    )


def invitation_by_code(typed: str) -> Invitation | None:
    """However somebody types it: small letters, spaces, without hyphens. Personal ones have no code for others."""
    wanted = re.sub(r"[^A-Z0-9]", "", typed.upper())[:20]
    if len(wanted) < 6:
        return None
    groups = [wanted[:4], *re.findall(".{1,4}", wanted[4:])]
    return Invitation.objects.filter(code="-".join(groups), mail="").select_related("region", "organisation").first()


def invitation_by_link(token: str) -> tuple[Invitation, dict[str, Any]] | None:
    """The invitation behind a mailed link with what the link says of its reader; None if the link is over."""
    found = peek("invitation", token)
    invitation = found and Invitation.objects.filter(pk=found.subject).select_related("region", "organisation").first()
    return (invitation, found.data) if found and invitation else None


def invitations_of(region: Region, organisation: Organisation | None = None) -> QuerySet[Invitation]:
    """The newest first, each with ``used``; of one organisation, or all that the region made."""
    found = Invitation.objects.filter(region=region).select_related("organisation", "district", "by")
    if organisation is not None:
        found = found.filter(organisation=organisation)
    return found.annotate(used=Count("uses")).order_by("-created_at", "-pk")


def uses_of(invitation: Invitation) -> QuerySet[InvitationUse]:
    return invitation.uses.select_related("user", "organisation").order_by("-at", "-pk")


def address_of(invitation: Invitation, name: str, *key: str) -> str:
    return entrance_of(invitation.region, name, *key)
