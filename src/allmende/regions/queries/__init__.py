"""The doors for reading regions, their places, people and texts."""

from allmende.regions.queries.invitations import (
    State,
    address_of,
    invitation_by_code,
    invitation_by_link,
    invitations_of,
    state_of,
    uses_of,
)
from allmende.regions.queries.people import (
    absences_in,
    admins_of_platform,
    people_in_charge,
    roles_in,
    staff,
    suspensions_in,
    team_of,
    unheld_tasks,
)
from allmende.regions.queries.places import address_point, districts, find_addresses
from allmende.regions.queries.regions import (
    LOOPBACK,
    Route,
    home_region,
    listed_regions,
    region_by_slug,
    route,
)
from allmende.regions.queries.switches import Face, Switchboard, is_on, switchboard
from allmende.regions.queries.texts import (
    TextState,
    draft_of,
    missing_texts,
    netiquette_owed,
    text_in_force,
    text_states,
    versions_of,
)

__all__ = [
    "LOOPBACK",
    "Face",
    "Route",
    "State",
    "Switchboard",
    "TextState",
    "absences_in",
    "address_of",
    "address_point",
    "admins_of_platform",
    "districts",
    "draft_of",
    "find_addresses",
    "home_region",
    "invitation_by_code",
    "invitation_by_link",
    "invitations_of",
    "is_on",
    "listed_regions",
    "missing_texts",
    "netiquette_owed",
    "people_in_charge",
    "region_by_slug",
    "roles_in",
    "route",
    "staff",
    "state_of",
    "suspensions_in",
    "switchboard",
    "team_of",
    "text_in_force",
    "text_states",
    "unheld_tasks",
    "uses_of",
    "versions_of",
]
