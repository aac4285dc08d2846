from django.db.models import Q

from allmende.accounts.models import Person
from allmende.accounts.permissions import is_member, roles_of
from allmende.correspondence.models import Side
from allmende.regions.models import Region
from allmende.regions.permissions import can_administer, can_edit_content


def can_speak_for(person: Person, side: Side) -> bool:
    """The person themselves, a member of the organisation, or an editor for a side that has no address."""
    if not person.is_authenticated:
        return False
    if side.user_id is not None:
        return side.user_id == person.pk
    if is_member(person, side.organisation_id):
        return True
    return can_pass_on(person, side)


def own_sides(person: Person) -> Q:
    """The sides of the person and of their organisations."""
    if not person.is_authenticated:
        return Q(pk__in=[])
    return Q(user=person.pk) | Q(organisation__in=list(roles_of(person)))


def may_send(person: Person | None, region: Region) -> bool:
    """Where people only read, nobody writes letters; the administration may still end what is open.

    ``person`` is None for who came by a mailed link.
    """
    return region.is_writable or (person is not None and can_administer(person, region))


def can_pass_on(person: Person, side: Side) -> bool:
    """An editor speaks for a side that has no address."""
    return side.through_editors and can_edit_content(person, side.thread.region)
