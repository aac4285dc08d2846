"""Questions to the DNS."""

from functools import cache

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, get_default_resolver

PATIENCE = 5  # seconds for one question


class Unanswered(Exception):
    """The DNS was not to be asked: that says nothing about what was asked for."""


def texts(name: str) -> list[str] | None:
    """The TXT records of a name; [] if it has none, None if there is neither the name nor one below it (RFC 8020).

    Raises Unanswered when nobody answers, or somebody who does not know the DNS of the world.
    """
    try:
        answer = get_default_resolver().resolve(name, "TXT", lifetime=PATIENCE)
    except NoAnswer:
        return []
    except NXDOMAIN:
        refuse_blind()
        return None
    except DNSException as error:
        raise Unanswered(type(error).__name__) from error
    return [b"".join(record.strings).decode(errors="replace") for record in answer]


def refuse_blind() -> None:
    """Raise Unanswered where the DNS knows no root: a closed network says of every name that there is none."""
    if not _knows_the_world():
        raise Unanswered("Dieses Netz kennt die Welt nicht")


@cache
def _knows_the_world() -> bool:
    try:
        return bool(get_default_resolver().resolve(".", "NS", lifetime=PATIENCE))
    except DNSException:
        return False
