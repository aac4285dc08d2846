"""What ails an installation, and how to mend it: ``allmende doctor`` asks every app.

An app lists its checks in its ``AppConfig`` (``checks = ["doctor.addresses"]``). A check looks at one thing and yields
findings, in German, for an operator in a terminal; it changes nothing and bears being without network or database.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import DatabaseError

from allmende.core.modules import FloorConfig

GOOD, HINT, WRONG, UNSEEN = "good", "hint", "wrong", "unseen"


@dataclass(frozen=True)
class Asked:
    """What the operator wants to know beyond the usual."""

    mail_to: str = ""  # an address that the mail server is asked about; '' is the sender's own
    selector: str = ""  # the name of the DKIM key


@dataclass(frozen=True)
class Finding:
    about: str
    state: str
    text: str
    mend: str = ""


Check = Callable[[Asked], Iterable[Finding]]


def good(about: str, text: str) -> Finding:
    return Finding(about, GOOD, text)


def hint(about: str, text: str, mend: str) -> Finding:
    """It works, but not as it should, or not for long."""
    return Finding(about, HINT, text, mend)


def wrong(about: str, text: str, mend: str) -> Finding:
    return Finding(about, WRONG, text, mend)


def unseen(about: str, text: str, mend: str = "") -> Finding:
    """We could not look: that says nothing about the thing."""
    return Finding(about, UNSEEN, text, mend)


def examine(asked: Asked) -> Iterator[Finding]:
    """All findings, the ground floor's first. A check that fails is a finding, too."""
    floors = [config for config in apps.get_app_configs() if isinstance(config, FloorConfig)]
    for floor in reversed(floors):
        for check in floor.doctor_checks():
            yield from _found(check, asked)


def _found(check: Check, asked: Asked) -> Iterator[Finding]:
    try:
        yield from check(asked)
    except DatabaseError:
        yield unseen(
            check.__name__, "Die Datenbank gibt dazu keine Antwort.", "Zuerst die Datenbank in Ordnung bringen."
        )
    except Exception as error:  # noqa: BLE001  # one check that fails keeps nobody from the others
        yield unseen(check.__name__, f"Die Prüfung ist misslungen: {type(error).__name__}: {error}")
