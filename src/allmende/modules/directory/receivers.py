from datetime import date
from typing import Any

from django.dispatch import receiver

from allmende.modules.directory.actions import note_recognition
from allmende.regions.models import Region
from allmende.regions.signals import recognition_changed


@receiver(recognition_changed)
def follow_recognition(sender: Any, region: Region, organisation_id: int, until: date | None, **_: Any) -> None:
    note_recognition(region, organisation_id, until)
