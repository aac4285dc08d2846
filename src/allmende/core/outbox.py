"""The outbox: a mail is a row first, and leaves afterwards.

``enqueue`` belongs into the transaction that gives the reason for the mail: both happen or neither does. Later work
looks every second and sends one by one. Sending inside the request would tie the page's answer to the mail server; this
way a sign-in code leaves within two seconds, and a dead server keeps nobody waiting but the mails themselves.

Each mail is claimed before it is sent and marked right after, so after a kill at most the one in flight goes again,
with the same Message-ID. A server that cannot be reached is asked again after 5 s, 10 s … at most a minute; the mails
stay as they are. A mail that the server puts off (4xx, or the connection breaks) is tried again after 1 min, 5 min,
15 min and then every hour; after three days we give up. A refused recipient (5xx) is final, for this one mail.
"""

import logging
import re
import smtplib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import formataddr, make_msgid, parseaddr
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils import timezone

from allmende.core.models import Lease, Mail

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
FORGET_AFTER = timedelta(days=30)
PAUSES = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)]
LEASE = timedelta(minutes=1)  # a mail takes four answers of the server, each 10 s at most (EMAIL_TIMEOUT)
SERVER = "core.mail_server"  # the lease that says how the server does, and when to ask it again
LONGEST_REST = 60  # seconds
TURN = 2  # seconds
RESERVED_HEADERS = {"from", "to", "cc", "bcc", "subject", "reply-to", "message-id", "date", "sender", "return-path"}

# What the way to the server can throw, before and while it talks SMTP.
SERVER_FAILED = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPHeloError, OSError)


class Verdict(NamedTuple):
    """What became of one attempt: ``sent``, ``refused``, ``waiting`` or ``taken`` (by another worker)."""

    state: str
    code: int | None = None
    answer: str = ""
    connection_lost: bool = False


def enqueue(
    *,
    to: str,
    subject: str,
    body: str,
    reply_to: str = "",
    sender_name: str = "",
    region_id: int | None = None,
    sensitive: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Mail:
    """Put a mail to one recipient into the outbox, in the caller's transaction; it leaves after the commit.

    ``sensitive`` marks a body with a code or token. Line breaks in subject, sender and headers become spaces, so that
    nobody adds headers of their own. Raises ValidationError when ``to`` or ``reply_to`` is no mail address, ValueError
    for a header that is ours to set.
    """
    validate_email(to)
    if reply_to:
        validate_email(reply_to)
    return Mail.objects.create(
        message_id=make_msgid(domain=parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]),
        to=to,
        reply_to=reply_to,
        sender_name=_one_line(sender_name)[:200],
        subject=_one_line(subject)[:500],
        body=body,
        headers={_header_name(name): _one_line(value) for name, value in (headers or {}).items()},
        region_id=region_id,
        sensitive=sensitive,
    )


def send_due(limit: int = 100) -> int:
    """Send the mails that are due, those with a code first; return how many the server took.

    Comes back after ``TURN``, so that a new sign-in code need not wait behind many others. A server that cannot be
    reached raises nothing: it rests for a while and all mails wait.
    """
    now = timezone.now()
    due = list(_due(now).order_by("-sensitive", "due_at", "id").values_list("pk", flat=True)[:limit])
    if not due or _server_rests(now):
        return 0
    connection = get_connection()
    try:
        return _send_in_turn(due, connection)
    finally:
        connection.close()


def give_up_old() -> int:
    """Give up mails that nobody took for three days; return how many."""
    now = timezone.now()
    old = _due(now).filter(created_at__lt=now - GIVE_UP_AFTER)
    return old.update(state=Mail.GIVEN_UP, settled_at=now, body="")


def forget_settled() -> int:
    """Delete mails that were settled a month ago, recipients and all; return how many."""
    old = Mail.objects.exclude(state=Mail.WAITING).filter(settled_at__lt=timezone.now() - FORGET_AFTER)
    return old.delete()[0]


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in str(text)).split())


def _header_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", name) or name.lower() in RESERVED_HEADERS:
        raise ValueError(f"The header {name!r} is not for the caller to set.")
    return name


def _due(now: datetime) -> QuerySet[Mail]:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    return Mail.objects.filter(free, state=Mail.WAITING, due_at__lte=now)


def _server_rests(now: datetime) -> bool:
    return Lease.objects.filter(name=SERVER, due_at__gt=now).exists()


def _open(connection: BaseEmailBackend) -> bool:
    try:
        connection.open()
    except (*SERVER_FAILED, smtplib.SMTPException) as error:
        _let_server_rest(error)
        return False
    Lease.objects.filter(name=SERVER, attempts__gt=0).update(attempts=0, last_error="", last_run_at=timezone.now())
    return True


def _let_server_rest(error: Exception) -> None:
    server, _ = Lease.objects.get_or_create(name=SERVER)
    seconds = min(5 * 2 ** min(server.attempts, 10), LONGEST_REST)
    server.attempts += 1
    server.due_at = timezone.now() + timedelta(seconds=seconds)
    server.last_error = _said(error)
    server.save(update_fields=["attempts", "due_at", "last_error"])
    logger.warning(
        "The mail server cannot be reached; asking again in %s s.", seconds, extra={"error": server.last_error}
    )


def _send_in_turn(due: Iterable[int], connection: BaseEmailBackend) -> int:
    sent, is_open, until = 0, False, monotonic() + TURN
    for key in due:
        if not is_open and not _open(connection):
            break
        verdict = _send_claimed(key, connection)
        sent += verdict.state == Mail.SENT
        is_open = not verdict.connection_lost
        if not is_open:
            connection.close()
        if monotonic() > until:
            break
    return sent


def _send_claimed(key: int, connection: BaseEmailBackend) -> Verdict:
    mail = _claim(key)
    if mail is None:
        return Verdict("taken")
    verdict = _send(mail, connection)
    _mark(mail, verdict)
    return verdict


def _claim(key: int) -> Mail | None:
    """Compare-and-swap: of two workers that saw the same mail, one gets it."""
    now = timezone.now()
    if _due(now).filter(pk=key).update(leased_until=now + LEASE):
        return Mail.objects.get(pk=key)
    return None


def _send(mail: Mail, connection: BaseEmailBackend) -> Verdict:
    try:
        connection.send_messages([_message(mail, connection)])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _answered(code, _text(answer))
    except smtplib.SMTPSenderRefused as error:
        # That is about us, not about the recipient: once the operator has mended it, the mail shall go.
        return Verdict(Mail.WAITING, error.smtp_code, _text(error.smtp_error), connection_lost=True)
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code, _text(error.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        return Verdict(Mail.WAITING, None, _said(error), connection_lost=True)
    except (ValueError, UnicodeError) as error:
        # This mail cannot be written down at all (an address that no server understands); the others go on.
        return Verdict(Mail.REFUSED, None, type(error).__name__, connection_lost=True)
    return Verdict(Mail.SENT, 250)


def _message(mail: Mail, connection: BaseEmailBackend) -> EmailMessage:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=formataddr((mail.sender_name or name, address)),
        to=[mail.to],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        # RFC 3834: out-of-office notes do not answer to machines.
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated", **mail.headers},
        connection=connection,
    )


def _answered(code: int, answer: str) -> Verdict:
    """RFC 5321 section 4.2.1: 5xx is final, 421 closes the connection, every other 4xx asks for patience."""
    final = 500 <= code < 600
    return Verdict(Mail.REFUSED if final else Mail.WAITING, code, answer, connection_lost=code == 421)


def _mark(mail: Mail, verdict: Verdict) -> None:
    now = timezone.now()
    changes: dict[str, Any] = {
        "code": verdict.code,
        "answer": verdict.answer[:500],
        "attempts": mail.attempts + 1,
        "leased_until": None,
    }
    if verdict.state == Mail.WAITING:
        changes["due_at"] = now + PAUSES[min(mail.attempts, len(PAUSES) - 1)]
    else:
        changes |= {"state": verdict.state, "settled_at": now, "body": ""}
    Mail.objects.filter(pk=mail.pk).update(**changes)
    if verdict.state != Mail.SENT:
        logger.warning("Mail %s is %s.", mail.pk, verdict.state, extra={"code": verdict.code})


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
