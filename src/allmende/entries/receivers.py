from typing import Any

from django.dispatch import receiver

from allmende.entries.actions import relist_region
from allmende.regions.models import Region
from allmende.regions.signals import switches_changed


@receiver(switches_changed)
def follow_switches(sender: Any, region: Region, **kwargs: Any) -> None:
    relist_region(region)
