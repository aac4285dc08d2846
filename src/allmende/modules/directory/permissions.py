from allmende.accounts.models import Person
from allmende.accounts.permissions import can_manage_members, is_member
from allmende.modules.directory.models import Audience, ContactPerson, OrganisationProfile


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


def audiences_of(person: Person) -> list[str]:
    """Whose fields the person reads. Their own ones they find in their form."""
    return [Audience.EVERYBODY, Audience.SIGNED_IN] if person.is_authenticated else [Audience.EVERYBODY]


def can_read(person: Person, contact: ContactPerson, field: str) -> bool:
    """One of the fields with an audience: functions, languages, picture, phone, mail."""
    return getattr(contact, f"{field}_for") in audiences_of(person)


def can_write_to_person(person: Person, contact: ContactPerson) -> bool:
    """Once it is published, and not to oneself."""
    is_there = contact.status == "public" and contact.region.is_writable
    return is_there and contact.user is not None and contact.user.is_active and contact.user != person
