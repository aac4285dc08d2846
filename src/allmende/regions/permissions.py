"""Who may do what in a region. Roles are read once per person and request."""

from allmende.accounts.models import Person
from allmende.accounts.queries import circles_of
from allmende.regions.models import Region, Role

Name = Role.Name


def staff_roles(person: Person) -> set[tuple[int | None, str]]:
    """(region id or None for the platform, role), kept on the person object for the request."""
    if not person.is_authenticated:
        return set()
    known: set[tuple[int | None, str]] | None = getattr(person, "_staff_roles", None)
    if known is None:
        known = set(person.roles.values_list("region_id", "name"))
        person.__dict__["_staff_roles"] = known
    return known


def forget_staff_roles(person: Person) -> None:
    """After a role was given or taken within the same request."""
    person.__dict__.pop("_staff_roles", None)


def has_role(person: Person, region: Region | None, *names: str) -> bool:
    """One of the roles in this region; platform admins have every role everywhere."""
    roles = staff_roles(person)
    if (None, Name.PLATFORM_ADMIN) in roles:
        return True
    return region is not None and any((region.pk, name) in roles for name in names)


def is_platform_admin(person: Person) -> bool:
    return has_role(person, None)


def can_administer(person: Person, region: Region) -> bool:
    return has_role(person, region, Name.REGION_ADMIN)


def can_edit_content(person: Person, region: Region) -> bool:
    """Editors check and release; region admins may everything in their region."""
    return has_role(person, region, Name.REGION_ADMIN, Name.EDITOR)


def can_moderate(person: Person, region: Region) -> bool:
    return has_role(person, region, Name.REGION_ADMIN, Name.EDITOR, Name.MODERATOR)


def is_staff(person: Person, region: Region) -> bool:
    return has_role(person, region, Name.REGION_ADMIN, Name.EDITOR, Name.MODERATOR)


def may_enter(person: Person, region: Region) -> bool:
    """The region's stage, asked here alone: open to all, to the invited, or to its staff."""
    if region.is_open:
        return True
    if is_staff(person, region):
        return True
    return region.stage == Region.Stage.INVITED and is_invited(person, region)


def is_invited(person: Person, region: Region) -> bool:
    return person.is_authenticated and circles_of(person).filter(circle=region.circle_id).exists()


def may_write(person: Person, region: Region) -> bool:
    """Nothing is written in a region that is closed for reading only, but by its administration."""
    return may_enter(person, region) and (region.is_writable or can_administer(person, region))
