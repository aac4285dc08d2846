"""Reads what would go out."""

import re

from allmende.core.models import Mail


def newest_mail() -> Mail:
    return Mail.objects.latest("pk")


def code_in(mail: Mail) -> str:
    """The code stands on a line of its own."""
    return re.search(r"^([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})?)$", mail.body, re.MULTILINE)[1]


def links_in(mail: Mail) -> list[str]:
    return re.findall(r"https?://\S+", mail.body)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session
