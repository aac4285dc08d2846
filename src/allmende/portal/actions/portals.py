"""A portal with its topics: made in one go."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from django.db import transaction

from allmende.accounts.models import User
from allmende.entries.actions import add_scheme, give_scheme
from allmende.entries.models import TopicScheme
from allmende.regions.actions import add_portal
from allmende.regions.models import Portal, Region


@transaction.atomic
def open_portal(
    region: Region, *, name: str, path: str, topics: TopicScheme | Sequence[dict[str, Any]], by: User | None
) -> Portal:
    """A portal for a scheme of the region that is free, or for new topics.

    Raises PermissionDenied, ValidationError for an address or a scheme that is not free.
    """
    portal = add_portal(region, name=name, path=path, by=by)
    scheme = topics if isinstance(topics, TopicScheme) else _new_scheme(region, path, name, topics, by)
    give_scheme(portal, scheme, by=by)
    return portal


def _new_scheme(region: Region, path: str, name: str, topics: Sequence[dict[str, Any]], by: User | None) -> TopicScheme:
    taken = set(TopicScheme.objects.filter(region=region).values_list("slug", flat=True))
    free = next(one for number in count(1) if (one := path if number == 1 else f"{path}-{number}") not in taken)
    return add_scheme(region, slug=free, name=name, topics=topics, is_main=False, by=by)
