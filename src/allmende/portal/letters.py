"""Reads the demo's postbox: the files that core.postbox writes instead of sending mail."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"\d{8}T\d+-[0-9a-f]+\.eml")


@dataclass(frozen=True)
class Attachment:
    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    name: str
    sender: str
    to: str
    reply_to: str
    subject: str
    body: str
    sent_at: datetime | None
    attachments: list[Attachment]


def letters(most: int) -> list[Letter]:
    """The newest mails, newest first."""
    return [_read(path) for path in list(_files())[:most]]


def letter(name: str) -> Letter | None:
    """One mail by the name of its file."""
    path = _folder() / name
    return _read(path) if NAME.fullmatch(name) and path.exists() else None


def _folder() -> Path:
    return Path(str(settings.EMAIL_FILE_PATH))


def _files() -> Iterator[Path]:
    folder = _folder()
    found = [path for path in folder.iterdir() if NAME.fullmatch(path.name)] if folder.exists() else []
    yield from sorted(found, reverse=True)  # the name begins with the time


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=default)
    body = message.get_body(("plain",))
    date = message["Date"]
    return Letter(
        name=path.name,
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        reply_to=str(message["Reply-To"] or ""),
        subject=str(message["Subject"] or ""),
        body=str(body.get_content()) if body else "",
        sent_at=date.datetime if date else None,
        attachments=[
            Attachment(part.get_filename() or "datei", part.get_content_type(), _content(part))
            for part in message.iter_attachments()
        ],
    )


def _content(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
