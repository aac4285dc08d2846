"""Rate limits: how often one account or one address may do one thing, counted in the database for all processes."""

import hashlib
import hmac
import ipaddress
import math
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.encoding import force_bytes

from allmende.core.models import Window

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COUNT = """
    INSERT INTO core_window (key, starts_at, ends_at, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT (key, starts_at) DO UPDATE SET count = core_window.count + 1
    RETURNING count
"""


class TooMany(Exception):
    """Somebody did something too often; ``retry_after`` seconds from now they may again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many, again in {retry_after} s")
        self.retry_after = retry_after


class Limit(NamedTuple):
    times: int
    seconds: int


def hit(scope: str, who: str, limit: str = "20/h") -> None:
    """Count one more ``scope`` of ``who`` (see ``who_asks``). Raises TooMany past e.g. ``"20/h"``, ``"60/10m"``.

    Units are s, m, h, d. Windows begin at full units of UTC. Inside a transaction that is rolled back nothing is
    counted.
    """
    now = timezone.now()
    allowed = _parse(limit)
    starts = now.timestamp() // allowed.seconds * allowed.seconds
    if _count(_key(scope, who, limit), starts, allowed.seconds) > allowed.times:
        raise TooMany(math.ceil(starts + allowed.seconds - now.timestamp()))


def hit_mailbox(address: str) -> None:
    """Count one more mail that a stranger has us send there, if anywhere: nobody fills somebody else's mailbox."""
    if address:
        hit("mail to", address, "5/h")


def who_asks(request: HttpRequest) -> str:
    """Return for whom a request is counted: the account if signed in, else the network address."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"account {user.pk}"
    return f"address {client_network(client_address(request))}"


def client_address(request: HttpRequest) -> str:
    """Return the address of the visitor: the last one in X-Forwarded-For that is no trusted proxy of ours."""
    address: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while is_trusted_proxy(address) and forwarded and _is_address(forwarded[-1].strip()):
        address = forwarded.pop().strip()
    return address


def client_network(address: str) -> str:
    """Return the address itself, of IPv6 the /64 that one household has."""
    if not _is_address(address):
        return ""
    parsed = ipaddress.ip_address(address)
    return address if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))


def is_trusted_proxy(address: str) -> bool:
    return _is_address(address) and any(
        ipaddress.ip_address(address) in network for network in settings.TRUSTED_PROXIES
    )


def forget_past_windows() -> int:
    """Delete the windows that are over; return how many."""
    return Window.objects.filter(ends_at__lt=timezone.now()).delete()[0]


def _parse(limit: str) -> Limit:
    times, number, unit = re.fullmatch(r"(\d+)/(\d*)([smhd])", limit).groups()  # type: ignore[union-attr]  # a typo of ours
    return Limit(int(times), int(number or 1) * _SECONDS[unit])


def _key(scope: str, who: str, limit: str) -> str:
    """An HMAC, so that the table tells no addresses to whoever reads it."""
    return hmac.new(force_bytes(settings.SECRET_KEY), f"{scope}\0{limit}\0{who}".encode(), hashlib.sha256).hexdigest()


def _count(key: str, starts: float, seconds: int) -> int:
    """One statement that both databases know, so that two at the same time count two."""
    begin = datetime.fromtimestamp(starts, UTC)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, adapt(begin), adapt(begin + timedelta(seconds=seconds))])
        return int(cursor.fetchone()[0])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
