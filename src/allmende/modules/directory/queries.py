from django.db.models import QuerySet

from allmende.accounts.models import Membership, Organisation, Person
from allmende.accounts.queries import members_of, organisations_of
from allmende.core.text import fold
from allmende.entries.models import Entry, Status
from allmende.entries.queries import browsable_entries, page_of
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import can_see_members
from allmende.regions.models import Region


def organisations_without_profile(region: Region, person: Person) -> QuerySet[Organisation]:
    """Organisations of the person that have no profile in this region yet."""
    known = OrganisationProfile.objects.filter(region=region, organisation__isnull=False).values("organisation")
    return organisations_of(person).exclude(pk__in=known)


def profile_by_name(region: Region, name: str) -> OrganisationProfile | None:
    """The oldest profile of an organisation with this title once folded, drafts aside."""
    profiles = OrganisationProfile.objects.filter(region=region, kind="organisation", organisation__isnull=False)
    same = profiles.filter(sort_key=fold(name)[:200]).exclude(status=Status.DRAFT)
    return same.select_related("organisation").order_by("pk").first()


def coming_dates(region: Region, person: Person, profile: OrganisationProfile, limit: int = 4) -> list[Entry]:
    """What the organisation invites to next."""
    entries = browsable_entries(region, person).filter(organisation=profile.organisation_id)
    return page_of(entries, order="date", size=limit, counted=False).rows


def visible_members(person: Person, profile: OrganisationProfile) -> QuerySet[Membership]:
    """Memberships that the person may see; empty for strangers."""
    if profile.organisation is None or not can_see_members(person, profile):
        return Membership.objects.none()
    return members_of(profile.organisation)
