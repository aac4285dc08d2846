from allmende.accounts.models import Person
from allmende.accounts.permissions import can_manage_members, is_member
from allmende.modules.directory.models import OrganisationProfile


def can_see_members(person: Person, profile: OrganisationProfile) -> bool:
    """Everybody if the organisation wants it so, else its members."""
    return profile.members_visible or is_member(person, profile.organisation_id)


def can_manage(person: Person, profile: OrganisationProfile) -> bool:
    return profile.organisation is not None and can_manage_members(person, profile.organisation)


def takes_messages(profile: OrganisationProfile) -> bool:
    """Once it is published: without an address the editors pass the message on. In a region that is closed for
    reading only nobody would.
    """
    return profile.organisation_id is not None and profile.region.is_writable


def can_be_written_to(profile: OrganisationProfile) -> bool:
    return profile.status == "public" and takes_messages(profile)
