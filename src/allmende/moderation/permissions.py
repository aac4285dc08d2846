from allmende.accounts.models import Person
from allmende.entries.models import Entry, Status
from allmende.regions.models import Region
from allmende.regions.permissions import can_moderate


def can_decide(person: Person, region: Region) -> bool:
    return can_moderate(person, region)


def can_flag(entry: Entry) -> bool:
    """Whatever is published may be flagged, by anybody who can see it."""
    return entry.status == Status.PUBLIC
