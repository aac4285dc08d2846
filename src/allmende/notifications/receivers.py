from typing import Any

from django.dispatch import receiver

from allmende.notifications.actions import Recipient, notify
from allmende.regions.models import Region
from allmende.regions.signals import mail_due


@receiver(mail_due)
def write_mail(
    sender: Any, recipient: Recipient, text: str, region: Region, *, sensitive: bool, facts: dict[str, Any], **_: Any
) -> None:
    notify(recipient, f"notifications/{text}", region=region, sensitive=sensitive, **facts)
