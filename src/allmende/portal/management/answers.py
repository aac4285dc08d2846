"""What operators say about a town, checked before anything is made: for ``init`` and ``region add`` alike.

Each returns what is kept of an answer and raises CommandError with what to do.
"""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from allmende.core.text import slug
from allmende.regions.actions import HOST, reserved_slugs
from allmende.regions.models import Land


def a_name(text: str) -> str:
    """Of a town."""
    if not text or len(text) > 80:
        raise CommandError("Bitte geben Sie den Namen des Ortes an, mit höchstens 80 Zeichen.")
    return text


def a_short_name(text: str) -> str:
    """Said before anything is made; the action says it again."""
    if not text:
        raise CommandError("Aus diesem Namen wird keine Adresse. Bitte wählen Sie mit --slug ein Kürzel.")
    if text != slug(text, length=40) or text in reserved_slugs():
        raise CommandError(f"„{text}“ kann kein Kürzel sein. Bitte wählen Sie ein anderes (bei init mit --slug).")
    return text


def a_land(text: str) -> str:
    """By its sign, with or without DE, or by its name."""
    asked = text.casefold()
    for sign, name in Land.choices:
        if asked in (sign.casefold(), sign.casefold().removeprefix("de-"), str(name).casefold()):
            return str(sign)
    known = ", ".join(f"{name} ({sign})" for sign, name in Land.choices)
    raise CommandError(f"Dieses Bundesland gibt es nicht. Es gibt: {known}.")


def an_address(text: str) -> str:
    """Scheme and host, with a port if it has one; https unless it says otherwise."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = parts.netloc.lower()
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host) or parts.path.strip("/") or parts.query:
        raise CommandError("Eine Adresse sieht so aus: https://mitmachen.neustadt.example (ohne Pfad dahinter).")
    return f"{parts.scheme}://{host}"


def a_mail(text: str) -> str:
    """In small letters."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise CommandError("Eine E-Mail-Adresse sieht so aus: rathaus@neustadt.example.") from error
    return text.lower()


def a_host(text: str) -> str:
    """A name in the internet, '' for none."""
    host = text.strip().lower()
    if host and not HOST.fullmatch(host):
        raise CommandError("--host ist ein Name wie mitmachen.unterdorf.example, ohne https:// und ohne Pfad.")
    return host
