"""Mailed links: single-use, expiring, and in the database only as a digest, so that a stolen copy opens nothing."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from allmende.core.models import Token

KEEP_EXPIRED = timedelta(days=30)


def issue(purpose: str, subject: str, *, lifetime: timedelta, data: dict[str, Any] | None = None) -> str:
    """Make a token for ``subject`` (the key of a row, say) and return it in plain; nobody can read it again."""
    plain = secrets.token_urlsafe(32)
    Token.objects.create(
        purpose=purpose,
        digest=_digest(purpose, plain),
        subject=subject,
        data=data or {},
        expires_at=timezone.now() + lifetime,
    )
    return plain


def peek(purpose: str, plain: str) -> Token | None:
    """Return the token if it is still good, without using it up: for the page that shows the button.

    Programs that check mails follow links; only pressing the button may call ``use``.
    """
    return Token.objects.filter(
        purpose=purpose, digest=_digest(purpose, plain), used_at=None, expires_at__gt=timezone.now()
    ).first()


def use(purpose: str, plain: str) -> Token | None:
    """Use the token up and return it; None if it is unknown, expired or was used. Of two at once, one gets it."""
    token = peek(purpose, plain)
    now = timezone.now()
    if token is None or not Token.objects.filter(pk=token.pk, used_at=None).update(used_at=now):
        return None
    token.used_at = now
    return token


def issued_after(purpose: str, subject: str, moment: datetime) -> bool:
    """Was a token for the subject made after this moment? However often work is begun anew, nobody is mailed twice."""
    return Token.objects.filter(purpose=purpose, subject=subject, created_at__gt=moment).exists()


def revoke(purpose: str, subject: str) -> int:
    """Make all tokens of this purpose for the subject worthless; return how many."""
    return Token.objects.filter(purpose=purpose, subject=subject, used_at=None).update(used_at=timezone.now())


def forget_expired() -> int:
    """Delete tokens that are past for a month; return how many."""
    return Token.objects.filter(expires_at__lt=timezone.now() - KEEP_EXPIRED).delete()[0]


def _digest(purpose: str, plain: str) -> str:
    return hashlib.sha256(f"{purpose}\0{plain}".encode(errors="replace")).hexdigest()
