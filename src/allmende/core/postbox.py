"""The demo's mail server: every mail becomes one file, which the page ``/demo/post/`` shows."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class PostboxBackend(BaseEmailBackend):
    """Django's own backend for files puts the mails of one connection into one file, parted by dashes."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(str(settings.EMAIL_FILE_PATH))
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(folder, message.message().as_bytes())
        return len(email_messages)

    def _write(self, folder: Path, content: bytes) -> None:
        name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"  # sorted by name is sorted by time
        draft = folder / f".{name}"
        draft.write_bytes(content)
        draft.replace(folder / name)
