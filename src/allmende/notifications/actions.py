"""notify(): one plain mail in the reader's language that says what happened, what comes next and from whom."""

from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from allmende.accounts.models import Guest, User
from allmende.core.models import Mail
from allmende.core.outbox import enqueue
from allmende.regions.models import Region

Recipient = User | Guest | str


def notify(recipient: Recipient, text: str, *, region: Region, sensitive: bool = False, **context: Any) -> Mail | None:
    """Put the mail ``<app>/mail/<name>.txt`` (``text`` is "app/name") into the outbox, within the running transaction.

    Nothing is sent to somebody without an address: None comes back. ``sensitive`` marks a body with a code or token.
    """
    address = recipient if isinstance(recipient, str) else recipient.mail
    if not address:
        return None
    app, _slash, name = text.partition("/")
    template = get_template(f"{app}/mail/{name}.txt")
    facts = {**context, "region": region, "recipient": recipient, "name": _name(recipient)}
    with translation.override(_language(recipient)):
        subject = " ".join(template.render({**facts, "part": "subject"}).split())
        body = template.render({**facts, "part": "body"}).strip() + "\n"
    return enqueue(
        to=address,
        subject=subject,
        body=body,
        sender_name=region.name,
        reply_to=context.get("reply_to", region.contact_mail),
        region_id=region.pk,
        sensitive=sensitive,
    )


def _name(recipient: Recipient) -> str:
    return "" if isinstance(recipient, str) else recipient.name


def _language(recipient: Recipient) -> str:
    own = "" if isinstance(recipient, str) else recipient.language
    return own or settings.LANGUAGE_CODE
