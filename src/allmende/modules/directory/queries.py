from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, OuterRef, QuerySet, Subquery, prefetch_related_objects

from allmende.accounts.models import Membership, Organisation, Person
from allmende.accounts.permissions import is_member
from allmende.accounts.queries import has_members, members_of, open_application, organisations_of
from allmende.core.text import fold
from allmende.entries.models import Entry, Status
from allmende.entries.permissions import may_write_for
from allmende.entries.queries import browsable_entries, page_of
from allmende.modules.directory.models import Audience, ContactPerson, Function, OrganisationProfile
from allmende.modules.directory.permissions import audiences_of, can_see_members
from allmende.regions.models import Invitation, Region
from allmende.regions.queries import invitations_of


def organisations_without_profile(region: Region, person: Person) -> QuerySet[Organisation]:
    """Organisations that have no profile in this region yet and for which the person may write one."""
    known = OrganisationProfile.objects.filter(region=region, organisation__isnull=False).values("organisation")
    own = organisations_of(person).filter(pk__in=may_write_for(person, OrganisationProfile))
    return own.exclude(pk__in=known)


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


def own_person(region: Region, person: Person) -> ContactPerson | None:
    """The profile that the person has in the region, in whatever state."""
    return ContactPerson.objects.filter(account=person.pk, account_region=region).first()


def _standing() -> QuerySet[Function]:
    """Functions of those who are still members."""
    return Function.objects.filter(organisation__memberships__user=F("person__account"))


def functions_of(region: Region, person: Person, contacts: Iterable[ContactPerson]) -> dict[int, list[Any]]:
    """Contact person id -> functions that the person may read, at organisations whose profile they may read: each with
    its number and name, ``profile`` and ``name``. One query.
    """
    profiles = browsable_entries(region, person, "organisation").filter(organisation=OuterRef("organisation"))
    shown = {"profile": Subquery(profiles.values("pk")[:1]), "name": Subquery(profiles.values("title")[:1])}
    rows = _standing().filter(person__in=list(contacts), person__functions_for__in=audiences_of(person))
    found: dict[int, list[Any]] = defaultdict(list)
    named: QuerySet[Any] = rows.annotate(**shown)
    for function in named.exclude(profile=None).order_by("name", "pk"):
        found[function.person_id].append(function)
    return found


def contacts_at(region: Region, person: Person, organisation_id: int | None, limit: int = 12) -> list[Function]:
    """The functions that contact persons show at the organisation, each with its ``person``, by name. One query."""
    contacts = browsable_entries(region, person, "person").values("pk")
    rows = _standing().filter(
        organisation=organisation_id, person__in=contacts, person__functions_for__in=audiences_of(person)
    )
    return list(rows.select_related("person__picture", "person__portrait").order_by("person__sort_key", "pk")[:limit])


def people_at(organisation_id: int) -> QuerySet[Any]:
    """Ids of contact persons who tell everybody of their function at the organisation."""
    return _standing().filter(organisation=organisation_id, person__functions_for=Audience.EVERYBODY).values("person")


def organisations_with_people(region: Region) -> QuerySet[Entry]:
    """Profiles of organisations at which people_at() finds somebody, by name."""
    listed = browsable_entries(region, AnonymousUser(), "person").values("pk")
    told = _standing().filter(person__functions_for=Audience.EVERYBODY, person__in=listed)
    profiles = browsable_entries(region, AnonymousUser(), "organisation")
    return profiles.filter(organisation__in=told.values("organisation")).order_by("sort_key", "pk")


def with_portraits(contacts: Sequence[ContactPerson]) -> None:
    """Fetch the pictures that not everybody may see along; one query at most."""
    prefetch_related_objects(contacts, "portrait")


def own_functions(contact: ContactPerson) -> dict[int, str]:
    """Organisation id -> function, for the form."""
    return dict(contact.functions.values_list("organisation_id", "title"))
