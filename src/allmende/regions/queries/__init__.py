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
from allmende.regions.queries.people import people_in_charge, roles_in, staff
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
    "address_of",
    "address_point",
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
    "switchboard",
    "text_in_force",
    "text_states",
    "uses_of",
    "versions_of",
]
