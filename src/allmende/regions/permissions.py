"""Who may do what in a region. Roles are read once per person and request."""

from django.db.models import F, Q
from django.utils import timezone

from allmende.accounts.models import Application, Membership, Organisation, Person
from allmende.accounts.permissions import can_hand_over, can_manage_members, can_take_in
from allmende.accounts.queries import circles_of, has_second_factor
from allmende.regions.models import Invitation, Recognition, Region, Role, Suspension

Name = Role.Name


StaffRole = tuple[int | None, str, int | None]  # region (None: the platform), task, district (None: all of them)
EDITS = (Name.REGION_ADMIN, Name.EDITOR)
MODERATES = (*EDITS, Name.MODERATOR)
ANYWHERE = -1  # a task in whatever district of the region


def staff_roles(person: Person) -> set[StaffRole]:
    """The person's own and, while they stand in for somebody, that person's; kept on the person object."""
    if not person.is_authenticated:
        return set()
    known: set[StaffRole] | None = getattr(person, "_staff_roles", None)
    if known is None:
        held = Role.objects.filter(Q(user=person.pk) | _stood_in_for(person)).distinct()
        known = set(held.values_list("region_id", "name", "district_id"))
        person.__dict__["_staff_roles"] = known
    return known


def _stood_in_for(person: Person) -> Q:
    today = timezone.localdate()
    return Q(
        user__is_active=True,
        user__absences__deputy=person.pk,
        user__absences__region=F("region"),
        user__absences__starts_on__lte=today,
        user__absences__ends_on__gte=today,
    )


def forget_staff_roles(person: Person) -> None:
    """After a role was given or taken within the same request."""
    person.__dict__.pop("_staff_roles", None)


def needs_second_factor(person: Person) -> bool:
    """Has a role, of whatever region, but neither an app nor a passkey."""
    return person.is_authenticated and bool(staff_roles(person)) and not has_second_factor(person)


def has_role(person: Person, region: Region | None, *names: str, district: int | None = None) -> bool:
    """One of the roles in this region, for all of it or for this district (ANYWHERE: for any); platform admins have
    every role everywhere.
    """
    roles = staff_roles(person)
    if (None, Name.PLATFORM_ADMIN, None) in roles:
        return True
    return region is not None and any(
        where == region.pk and name in names and (part is None or district in {part, ANYWHERE})
        for where, name, part in roles
    )


def is_platform_admin(person: Person) -> bool:
    return has_role(person, None)


def can_administer(person: Person, region: Region) -> bool:
    return has_role(person, region, Name.REGION_ADMIN)


def can_edit_content(person: Person, region: Region, district: int | None = None) -> bool:
    """Editors check and release, those of a district only there; region admins may everything in their region."""
    return has_role(person, region, *EDITS, district=district)


def can_moderate(person: Person, region: Region, district: int | None = None) -> bool:
    return has_role(person, region, *MODERATES, district=district)


def can_read_records(person: Person, region: Region) -> bool:
    """The log: for those who may read what stands in it anyway, and for data protection."""
    return has_role(person, region, *EDITS, Name.DATA_PROTECTION)


def is_staff(person: Person, region: Region) -> bool:
    return has_role(person, region, *MODERATES, Name.DATA_PROTECTION, district=ANYWHERE)


def districts_of(person: Person, region: Region, *names: str) -> set[int] | None:
    """The districts for which the person has one of these tasks; None if for all of the region."""
    if has_role(person, region, *names):
        return None
    return {part for where, name, part in staff_roles(person) if where == region.pk and name in names and part}


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
    """Nothing is written in a region that is closed for reading only, but by its administration; nor by a person who
    is suspended there.
    """
    if not may_enter(person, region) or standing_suspension(person, region) is not None:
        return False
    return region.is_writable or can_administer(person, region)


def standing_suspension(person: Person, region: Region) -> Suspension | None:
    """Why the person may not write in the region just now; kept on the person object for the request."""
    if not person.is_authenticated:
        return None
    known: dict[int, Suspension | None] = person.__dict__.setdefault("_suspensions", {})
    if region.pk not in known:
        standing = Suspension.objects.filter(user=person.pk, lifted_at=None, region=region)
        known[region.pk] = standing.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now())).first()
    return known[region.pk]


def can_suspend(person: Person, user: Person, region: Region | None) -> bool:
    """Admins, but neither themselves nor somebody who is above them."""
    if person.pk == user.pk or is_platform_admin(user):
        return False
    if region is None:
        return is_platform_admin(person)
    return can_administer(person, region) and (is_platform_admin(person) or not can_administer(user, region))


def can_announce_absence(person: Person, user: Person, region: Region) -> bool:
    """One's own, or as an admin that of somebody of the team."""
    return is_staff(user, region) and (person.pk == user.pk or can_administer(person, region))


def can_prepare_account(person: Person, region: Region) -> bool:
    """Make an account for somebody at the counter: editors, since it gives no more than their invitations do."""
    return can_edit_content(person, region) and may_write(person, region)


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
    if membership == Membership.Role.MEMBER and can_take_in(person, organisation):
        return True
    return can_edit_content(person, region) and not organisation.memberships.exists()


def can_decide_about(person: Person, application: Application, region: Region) -> bool:
    """Editors about who an organisation without people belongs to; about its members those who take them in."""
    if application.claims:
        return can_edit_content(person, region)
    return can_take_in(person, application.organisation_id)


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


def can_ask_for_recognition(person: Person, region: Region, organisation: Organisation) -> bool:
    """Who runs the organisation asks for it, and sees what became of it."""
    return may_write(person, region) and can_manage_members(person, organisation)


def can_decide_recognition(person: Person, region: Region) -> bool:
    return can_edit_content(person, region) and may_write(person, region)


def can_see_proof(person: Person, recognition: Recognition) -> bool:
    """Who decides, and those whose paper it is."""
    return can_decide_recognition(person, recognition.region) or can_manage_members(person, recognition.organisation)
