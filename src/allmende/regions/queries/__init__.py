"""The doors for reading regions, their places, people and texts."""

from allmende.regions.queries.people import roles_in, staff
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

__all__ = [
    "LOOPBACK",
    "Face",
    "Route",
    "Switchboard",
    "address_point",
    "districts",
    "find_addresses",
    "home_region",
    "is_on",
    "listed_regions",
    "region_by_slug",
    "roles_in",
    "route",
    "staff",
    "switchboard",
]
