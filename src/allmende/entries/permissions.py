from allmende.accounts.models import Guest, Organisation, Person
from allmende.accounts.permissions import is_member, role_in, roles_of
from allmende.entries.models import Entry, Status
from allmende.regions.models import Region
from allmende.regions.permissions import ANYWHERE, can_edit_content, can_moderate, may_write


def is_author(person: Person, entry: Entry) -> bool:
    """May change it as one of its people: who wrote it, or whose role in the organisation in whose name it stands
    reaches that far (``Entry.rights``).
    """
    if not person.is_authenticated:
        return False
    reach = entry.kind_model.rights.get(role_in(person, entry.organisation_id))
    return entry.user_id == person.pk or reach == "any" or (reach == "own" and entry.entered_by_id == person.pk)


def is_one_of_its_people(person: Person, entry: Entry) -> bool:
    """Sees it in every state: who wrote it, and every member of the organisation in whose name it stands."""
    return person.is_authenticated and (entry.user_id == person.pk or is_member(person, entry.organisation_id))


def can_write_for(person: Person, organisation: Organisation | int, model: type[Entry]) -> bool:
    """Enter this kind in the organisation's name; what members write goes the same way through the check."""
    return role_in(person, organisation) in model.rights


def may_write_for(person: Person, model: type[Entry]) -> list[int]:
    """The organisations for which can_write_for() says yes."""
    return [organisation for organisation, role in roles_of(person).items() if role in model.rights]


def can_create(person: Person, region: Region) -> bool:
    return person.is_authenticated and may_write(person, region)


def can_edit(person: Person, entry: Entry) -> bool:
    """Authors edit what is theirs; editors edit everything that has left the draft."""
    if not may_write(person, entry.region):
        return False
    if is_author(person, entry):
        return entry.status != Status.HIDDEN
    return entry.status != Status.DRAFT and can_edit_content(person, entry.region, entry.district_id)


def can_submit(person: Person, entry: Entry) -> bool:
    return entry.status == Status.DRAFT and can_edit(person, entry)


def can_check(person: Person, region: Region) -> bool:
    """See what waits and what is new: the editors' queue, or a district's part of it."""
    return can_edit_content(person, region, ANYWHERE)


def can_release(person: Person, entry: Entry) -> bool:
    """Release what waits, or give it back."""
    return (
        entry.status == Status.WAITING
        and can_edit_content(person, entry.region, entry.district_id)
        and may_write(person, entry.region)
    )


def can_hide(person: Person, entry: Entry) -> bool:
    return entry.status == Status.PUBLIC and can_moderate(person, entry.region, entry.district_id)


def can_show_again(person: Person, entry: Entry) -> bool:
    return entry.status == Status.HIDDEN and can_moderate(person, entry.region, entry.district_id)


def can_archive(person: Person, entry: Entry) -> bool:
    return (
        entry.status == Status.PUBLIC
        and may_write(person, entry.region)
        and (is_author(person, entry) or can_edit_content(person, entry.region, entry.district_id))
    )


def can_confirm(person: Person | Guest, entry: Entry) -> bool:
    """Say that it is still right: its people, and the editors for what has nobody."""
    if entry.status != Status.PUBLIC or not entry.grows_old:
        return False
    if isinstance(person, Guest):
        return is_of_guest(person, entry)
    return may_write(person, entry.region) and (
        is_author(person, entry) or can_edit_content(person, entry.region, entry.district_id)
    )


def is_of_guest(guest: Guest, entry: Entry) -> bool:
    return entry.guest_id == guest.pk and entry.region.is_writable


def can_restore(person: Person, entry: Entry) -> bool:
    return (
        entry.status == Status.ARCHIVED
        and may_write(person, entry.region)
        and (is_author(person, entry) or can_edit_content(person, entry.region, entry.district_id))
    )


def can_delete(person: Person, entry: Entry) -> bool:
    """Only a draft that never was public disappears without a trace."""
    untouched = entry.status == Status.DRAFT and entry.published_at is None
    return untouched and is_author(person, entry) and not entry.kind_model.personal


def can_withdraw(person: Person, entry: Entry) -> bool:
    """What somebody said about themselves they take back at any time, and in any stage of the region."""
    return entry.kind_model.personal and is_author(person, entry)


def can_see_exact_place(person: Person, entry: Entry) -> bool:
    return is_one_of_its_people(person, entry) or can_edit_content(person, entry.region, entry.district_id)
