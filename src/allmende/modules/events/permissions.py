from allmende.accounts.models import Person
from allmende.entries.permissions import is_author
from allmende.modules.events.models import Event
from allmende.regions.permissions import can_edit_content, may_write


def can_cancel(person: Person, event: Event) -> bool:
    """Authors and editors call a published event off, and on again."""
    return (
        event.status == "public"
        and may_write(person, event.region)
        and (is_author(person, event) or can_edit_content(person, event.region, event.district_id))
    )
