"""From a portal back to its town."""

from typing import Any


def in_town(request: Any) -> str:
    """The address of the running request's page in the region whose portal shows it."""
    query = request.META.get("QUERY_STRING", "")
    return str(request.region.portal.town + request.path_info[1:] + (f"?{query}" if query else ""))
