from allmende.accounts.models import Membership, Organisation, Person

Role = Membership.Role


def role_in(person: Person, organisation: Organisation | int | None) -> str:
    """The person's role in the organisation, '' without one. Roles are read once per person and request."""
    key = organisation.pk if isinstance(organisation, Organisation) else organisation
    return roles_of(person).get(key, "") if key else ""


def roles_of(person: Person) -> dict[int, str]:
    """Organisation id -> role, kept on the person object for the request."""
    if not person.is_authenticated:
        return {}
    known: dict[int, str] | None = getattr(person, "_roles_in_organisations", None)
    if known is None:
        known = dict(person.memberships.values_list("organisation_id", "role"))
        person.__dict__["_roles_in_organisations"] = known
    return known


def forget_roles(person: Person) -> None:
    """After a membership changed within the same request."""
    person.__dict__.pop("_roles_in_organisations", None)


def is_member(person: Person, organisation: Organisation | int | None) -> bool:
    return role_in(person, organisation) != ""


def can_manage_members(person: Person, organisation: Organisation) -> bool:
    return role_in(person, organisation) in {Role.OWNER, Role.ADMIN}


def can_take_in(person: Person, organisation: Organisation | int | None) -> bool:
    """Invite members and decide who belongs to it; roles are given by those who manage."""
    return role_in(person, organisation) in {Role.OWNER, Role.ADMIN, Role.MODERATOR}


def can_hand_over(person: Person, organisation: Organisation) -> bool:
    return role_in(person, organisation) == Role.OWNER
