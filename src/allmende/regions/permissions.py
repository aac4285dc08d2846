"""Who may do what in a region. Roles are read once per person and request."""

from allmende.accounts.models import Membership, Organisation, Person
from allmende.accounts.permissions import can_hand_over, can_manage_members
from allmende.accounts.queries import circles_of, has_second_factor
from allmende.regions.models import Invitation, Region, Role

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


def needs_second_factor(person: Person) -> bool:
    """Has a role, of whatever region, but neither an app nor a passkey."""
    return person.is_authenticated and bool(staff_roles(person)) and not has_second_factor(person)


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


def can_invite(
    person: Person, region: Region, *, organisation: Organisation | None = None, membership: str = "", role: str = ""
) -> bool:
    """Editors let organisations in, admins staff as well; who runs an organisation invites into it.

    An organisation that nobody runs yet may be handed to its people by the editors.
    """
    if role:
        return can_administer(person, region)
    if organisation is None:
        return can_edit_content(person, region)
    if membership == Membership.Role.OWNER and can_hand_over(person, organisation):
        return True
    if membership != Membership.Role.OWNER and can_manage_members(person, organisation):
        return True
    return can_edit_content(person, region) and not organisation.memberships.exists()


def can_stand_behind(invitation: Invitation) -> bool:
    """Does whoever invited still have the right to? Without an inviter the installation did."""
    return invitation.by is None or (
        invitation.by.is_active
        and can_invite(
            invitation.by,
            invitation.region,
            organisation=invitation.organisation,
            membership=invitation.membership,
            role=invitation.role,
        )
    )
