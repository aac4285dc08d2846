from collections.abc import Callable

from django.db import transaction

from allmende.core.health import DEMO_MADE, mark_database
from allmende.portal.demo_town.load import load
from allmende.regions.models import Address
from allmende.regions.queries import home_region


@transaction.atomic
def make_demo(origin: str, *, tell: Callable[[str], None]) -> bool:
    """Make the demo towns, whole or not at all; False if they are there already."""
    if home_region() is not None:
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
