"""Ways into a region, for the desk."""

from django.db.models import QuerySet

from allmende.accounts.models import Organisation
from allmende.entries.models import Entry
from allmende.portal.queries.paging import older
from allmende.regions.models import Invitation, Region
from allmende.regions.queries import invitations_of

PAGE = 30


def page_of_invitations(region: Region, key: str) -> tuple[list[Invitation], str]:
    """One page of the region's invitations behind the row of this id, newest first, and the key of the next page."""
    rows = list(older(invitations_of(region), "created_at", key)[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def unclaimed_organisations(region: Region) -> QuerySet[Organisation]:
    """Organisations with a profile in the region that nobody runs yet, by name."""
    profiles = Entry.objects.filter(region=region, kind="organisation").values("organisation")
    return Organisation.objects.filter(pk__in=profiles, memberships=None).order_by("name", "pk")
