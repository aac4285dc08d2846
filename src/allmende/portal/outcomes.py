"""What became of a mail, in words for people who are no experts of mail servers."""

import re
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.core.models import Mail

STATES: dict[str, Any] = {
    Mail.WAITING: gettext_lazy("Wartet"),
    Mail.SENT: gettext_lazy("Gesendet"),
    Mail.REFUSED: gettext_lazy("Abgelehnt"),
    Mail.GIVEN_UP: gettext_lazy("Aufgegeben"),
}
TONES = {Mail.WAITING: "warn", Mail.SENT: "good", Mail.REFUSED: "bad", Mail.GIVEN_UP: "bad"}
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")  # RFC 3463
NO_MAILBOX = gettext_lazy("Diese Adresse gibt es dort nicht. Vielleicht ein Tippfehler?")
FULL = gettext_lazy("Das Postfach ist voll.")
CLOSED = gettext_lazy("Das Postfach ist abgeschaltet.")
UNWANTED = gettext_lazy(
    "Der Mailserver will unsere E-Mail nicht, etwa weil er sie für Werbung hält. Bitte sagen Sie es der Technik."
)
LARGE = gettext_lazy("Die E-Mail war dem Mailserver zu groß.")
OURS = gettext_lazy("Der Mailserver lässt uns nicht senden. Bitte sagen Sie es der Technik.")
PATIENCE = gettext_lazy("Der Mailserver bittet um Geduld. Wir versuchen es wieder.")
REASONS: dict[tuple[str, str], Any] = {
    **{("1", detail): NO_MAILBOX for detail in ("0", "1", "2", "3", "6", "10")},
    ("2", "1"): CLOSED,
    ("2", "2"): FULL,
    ("2", "3"): LARGE,
    ("3", "4"): LARGE,
}
# Without RFC 3463; RFC 5321 section 4.2.3.
CODES: dict[int, Any] = {
    452: FULL,
    535: OURS,
    530: OURS,
    550: NO_MAILBOX,
    551: NO_MAILBOX,
    552: FULL,
    553: NO_MAILBOX,
    554: UNWANTED,
}


class Outcome(NamedTuple):
    state: str
    tone: str
    words: str


def outcome(mail: Mail) -> Outcome:
    return Outcome(str(STATES[mail.state]), TONES[mail.state], _words(mail))


def masked(address: str) -> str:
    """Enough to see whose it may be, and whether the domain is misspelt."""
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"


def beginning(subject: str) -> str:
    """What kind of mail it is; what people wrote or called something stands behind the colon."""
    start, colon, _rest = subject.partition(":")
    return f"{start}{colon and ' …'}"


def _words(mail: Mail) -> str:
    if mail.state == Mail.SENT:
        return _("Der Mailserver hat sie angenommen. Kam nichts an? Dann liegt sie vielleicht im Spam.")
    if not mail.attempts:
        on_its_way = mail.state == Mail.WAITING
        return _("Sie ist auf dem Weg.") if on_its_way else _("Sie ging nicht hinaus und gilt nicht mehr.")
    reason = str(_reason(mail))
    if mail.state == Mail.GIVEN_UP:
        return _("Niemand nahm sie an. Zuletzt: %(reason)s") % {"reason": reason}
    return reason


def _reason(mail: Mail) -> Any:
    if enhanced := ENHANCED.search(mail.answer):
        kind, subject, detail = enhanced.groups()
        known = UNWANTED if (kind, subject) == ("5", "7") else REASONS.get((subject, detail))
    else:
        known = CODES.get(mail.code or 0)
    if known:
        return known
    if mail.code is None:
        refused = mail.state == Mail.REFUSED
        return _("An diese Adresse lässt sich nichts senden.") if refused else _("Die Verbindung brach ab.")
    return _("Der Mailserver nimmt für diese Adresse nichts an.") if mail.code >= 500 else PATIENCE
