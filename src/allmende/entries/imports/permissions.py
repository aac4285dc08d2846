from allmende.accounts.models import Person
from allmende.regions.models import Region
from allmende.regions.permissions import can_edit_content, may_write


def can_import(person: Person, region: Region) -> bool:
    """Editors import; what they import is public."""
    return may_write(person, region) and can_edit_content(person, region)
