from collections.abc import Callable

from django.db import transaction

from allmende.core.health import DEMO_MADE, is_marked, mark_database
from allmende.portal.demo_town.load import load
from allmende.regions.models import Address
from allmende.regions.queries import home_region


class NotEmpty(Exception):
    """The database holds a region that is not of the demo; ``str()`` is its name."""


@transaction.atomic
def make_demo(origin: str, *, tell: Callable[[str], None]) -> bool:
    """Make the demo towns, whole or not at all; False if they are there already. Raises NotEmpty."""
    present = home_region()
    if present is not None and not is_marked(DEMO_MADE):
        raise NotEmpty(present.name)
    if present is not None:
        return False
    load(origin, tell)
    mark_database(DEMO_MADE)
    return True


@transaction.atomic
def move_demo(origin: str) -> None:
    """The demo answers at another address than before; links in mails shall lead there."""
    scheme, _slashes, host = origin.partition("://")
    region = home_region()
    Address.objects.filter(region=region).exclude(host="").exclude(host=host).delete()
    Address.objects.get_or_create(region=region, host=host, path="", defaults={"scheme": scheme})
