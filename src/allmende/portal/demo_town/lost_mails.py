"""Mails that did not arrive, for support's view: a typing error, a full mailbox, a server that asks for patience."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from allmende.accounts.actions import make_account
from allmende.core.models import Mail
from allmende.core.outbox import enqueue
from allmende.regions.models import Region

WRITTEN = [
    # to, subject, state, code, answer, hours ago
    ("karin.vogt@gmial.example", "Ihr Code für das neue Konto bei Lindach", Mail.REFUSED, 550, "5.1.1 No such user", 3),
    ("h.brandl@post.example", "Veröffentlicht: Flohmarkt", Mail.REFUSED, 552, "5.2.2 Mailbox full", 26),
    ("vorstand@imker.example", "Noch aktuell? Ihr Profil", Mail.WAITING, 451, "4.7.1 Greylisted, come back later", 1),
]


def load(region: Region) -> None:
    make_account("karin.vogt@gmial.example", name="Karin Vogt", confirmed=False)
    for to, subject, state, code, answer, hours in WRITTEN:
        add(region, to, subject, state=state, code=code, answer=answer, hours=hours)


def add(region: Region, to: str, subject: str, *, state: str, hours: int, **said: Any) -> None:
    mail = enqueue(to=to, subject=subject, body="…", sender_name=region.name, region_id=region.pk)
    now = timezone.now()
    settled = {} if state == Mail.WAITING else {"settled_at": now - timedelta(hours=hours), "body": ""}
    Mail.objects.filter(pk=mail.pk).update(
        state=state,
        attempts=1,
        created_at=now - timedelta(hours=hours),
        due_at=now + timedelta(minutes=50),
        **said,
        **settled,
    )
