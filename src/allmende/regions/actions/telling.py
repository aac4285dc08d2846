"""Mail is a floor above: what a region has to tell people goes up as a signal, within the running transaction."""

from typing import Any

from allmende.accounts.models import Guest, User
from allmende.regions.models import Region
from allmende.regions.signals import mail_due


def tell(recipient: User | Guest | str, text: str, *, region: Region, sensitive: bool = False, **facts: Any) -> None:
    """Have the mail ``notifications/mail/<text>.txt`` sent; ``sensitive`` marks a body with a code or token."""
    mail_due.send(sender=Region, recipient=recipient, text=text, region=region, sensitive=sensitive, facts=facts)
