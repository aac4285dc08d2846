from allmende.accounts.models import Person
from allmende.entries.models import Entry, Status
from allmende.regions.models import Region
from allmende.regions.permissions import ANYWHERE, can_edit_content, can_moderate


def can_decide(person: Person, region: Region) -> bool:
    """See the reports of a region, or of the person's districts."""
    return can_moderate(person, region, ANYWHERE)


def can_flag(entry: Entry) -> bool:
    """Whatever is published may be flagged, by anybody who can see it."""
    return entry.status == Status.PUBLIC


def can_answer_barriers(person: Person, region: Region) -> bool:
    """Read and answer what bars people from using the pages: editors and admins of the whole region."""
    return can_edit_content(person, region)
