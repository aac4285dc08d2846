"""Ways into a region, for the desk."""

from collections.abc import Iterable

from django.db.models import QuerySet

from allmende.accounts.models import Membership, Organisation
from allmende.entries.models import Entry
from allmende.portal.queries.paging import older
from allmende.regions.models import Invitation, PreparedAccount, Region
from allmende.regions.queries import invitations_of, waiting_accounts

PAGE = 30


def page_of_invitations(region: Region, key: str) -> tuple[list[Invitation], str]:
    """One page of the region's invitations behind the row of this id, newest first, and the key of the next page."""
    rows = list(older(of_the_desk(region), "created_at", key)[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def of_the_desk(region: Region) -> QuerySet[Invitation]:
    """What the team made; whom an organisation invites as its members is its own business."""
    return invitations_of(region).filter(membership__in=["", Membership.Role.OWNER])


def page_of_waiting_accounts(region: Region, key: str) -> tuple[list[PreparedAccount], str]:
    """Likewise the accounts that the team made for others and nobody has taken over."""
    rows = list(older(waiting_accounts(region), "made_at", key)[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def profile_urls(region: Region, organisations: Iterable[int]) -> dict[int | None, str]:
    """Organisation id -> the page of its profile in the region; one query."""
    profiles = Entry.objects.filter(region=region, kind="organisation", organisation__in=organisations)
    return {profile.organisation_id: profile.url for profile in profiles}


def unclaimed_organisations(region: Region) -> QuerySet[Organisation]:
    """Organisations with a profile in the region that nobody runs yet, by name."""
    profiles = Entry.objects.filter(region=region, kind="organisation").values("organisation")
    return Organisation.objects.filter(pk__in=profiles, memberships=None).order_by("name", "pk")
