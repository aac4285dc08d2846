from django.db.models import QuerySet

from allmende.accounts.models import Membership, Organisation, Person
from allmende.accounts.permissions import is_member
from allmende.accounts.queries import has_members, members_of, open_application, organisations_of
from allmende.core.text import fold
from allmende.entries.models import Entry, Status
from allmende.entries.queries import browsable_entries, page_of
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import can_see_members
from allmende.regions.models import Invitation, Region
from allmende.regions.queries import invitations_of


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


def way_to_belong(person: Person, profile: OrganisationProfile) -> str:
    """How the person may ask to belong to it: "apply" to its members, or "claim" it where there are none; "waiting"
    if they have asked; "" if there is no way. A "guest" signs in first: their page asks nothing more of the database.
    """
    held = profile.organisation_id
    if profile.status != Status.PUBLIC or held is None or not profile.region.is_writable or is_member(person, held):
        return ""
    if not person.is_authenticated:
        return "guest" if profile.join_policy != OrganisationProfile.JoinPolicy.CLOSED else ""
    if open_application(person, held):
        return "waiting"
    if not has_members(held):
        return "claim"
    return "apply" if profile.join_policy != OrganisationProfile.JoinPolicy.CLOSED else ""


def ways_in(profile: OrganisationProfile) -> QuerySet[Invitation]:
    """Invitations to become a member, the newest first, each with who came by it."""
    if profile.organisation is None:
        return Invitation.objects.none()
    found = invitations_of(profile.region, profile.organisation).exclude(membership=Membership.Role.OWNER)
    return found.filter(revoked_at=None).prefetch_related("uses__user")
