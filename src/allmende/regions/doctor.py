"""Is every region to be found at its address, and does somebody hold the keys?"""

import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from allmende.core.doctor import Asked, Finding, good, hint, unseen, wrong
from allmende.core.doctor.lookup import Unanswered, refuse_blind
from allmende.regions.models import Address, Region, Role

ALIVE = "/health/live"
PATIENCE = 5  # seconds


def keys(asked: Asked) -> Iterator[Finding]:
    about = "Einrichtung"
    if not Region.objects.filter(is_home=True).exists():
        yield wrong(about, "Es gibt noch keine Region.", "allmende init")
    elif not Role.objects.filter(name=Role.Name.PLATFORM_ADMIN, user__is_active=True).exists():
        yield wrong(about, "Niemand verwaltet die Plattform.", "allmende init --admin-mail ADRESSE")
    else:
        yield good(about, "Es gibt eine erste Region und jemanden, der die Plattform verwaltet.")


def zones(asked: Asked) -> Iterator[Finding]:
    for region in Region.objects.order_by("pk"):
        try:
            ZoneInfo(region.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield wrong(
                "Zeitzone", f"{region.name}: Die Zeitzone {region.time_zone} gibt es nicht.", "apt install tzdata"
            )


def addresses(asked: Asked) -> Iterator[Finding]:
    """Each host is asked as a visitor would ask it; nobody else is."""
    if settings.DEMO:
        return
    rows = Address.objects.exclude(host="").order_by("pk")
    if not rows:
        yield wrong("Adresse", "Keine Region hat einen Namen im Internet.", "allmende init nennt ihn mit --address.")
    for address in rows:
        yield _look(address)


def _look(address: Address) -> Finding:
    host, _, port = address.host.partition(":")
    if address.scheme == "http" and settings.SESSION_COOKIE_SECURE:
        mend = "https einrichten; nur zum Ausprobieren ohne: ALLMENDE_SECURE='0'."
        return wrong("Adresse", f"{address.origin} geht ohne https: Niemand kann sich dort anmelden.", mend)
    try:
        socket.getaddrinfo(host, port or address.scheme)
    except socket.gaierror:
        return _unknown(address, host)
    return _visited(address)


def _unknown(address: Address, host: str) -> Finding:
    try:
        refuse_blind()
    except Unanswered:
        return unseen("Adresse", f"{address.origin}: Das DNS war nicht zu fragen. Über die Adresse sagt das nichts.")
    return wrong(
        "Adresse", f"{host} steht nicht im DNS.", "Einen A- und einen AAAA-Eintrag auf diese Maschine anlegen."
    )


def _visited(address: Address) -> Finding:
    origin = address.origin
    try:
        return _judged(origin, _asked(address))
    except ssl.SSLCertVerificationError as error:
        mend = "Zertifikat erneuern (certbot renew), oder Caddy den Namen geben."
        return wrong("Adresse", f"Das Zertifikat von {origin} gilt nicht: {error.verify_message}.", mend)
    except ssl.SSLError:
        mend = "Dem Proxy für diesen Namen ein Zertifikat geben."
        return wrong("Adresse", f"{origin} antwortet, aber nicht mit https.", mend)
    except (OSError, HTTPException) as error:
        text = f"{origin} ist von dieser Maschine aus nicht zu erreichen ({type(error).__name__})."
        return hint("Adresse", text, "Von außen im Browser versuchen. Geht es dort auch nicht: Läuft der Proxy?")


def _asked(address: Address) -> tuple[HTTPResponse, bytes]:
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.host, timeout=PATIENCE)
    try:
        connection.request("GET", ALIVE)
        answer = connection.getresponse()
        return answer, answer.read(100)
    finally:
        connection.close()


def _judged(origin: str, answered: tuple[HTTPResponse, bytes]) -> Finding:
    answer, body = answered
    if answer.status in (502, 503, 504):
        return wrong(
            "Adresse", f"Unter {origin} meldet der Proxy {answer.status}.", "Läuft Allmende? systemctl status allmende"
        )
    if (answer.status, body) != (200, b"ok"):
        text = f"Unter {origin} antwortet etwas anderes als Allmende ({answer.status})."
        return wrong("Adresse", text, "Führt der Proxy diesen Namen zu Allmende, und zeigt das DNS auf diese Maschine?")
    # Only what came by https is told to stay there.
    if origin.startswith("https:") and not answer.headers["Strict-Transport-Security"]:
        mend = "ALLMENDE_TRUSTED_PROXIES nennt den Proxy, und der schickt X-Forwarded-Proto mit."
        return wrong("Adresse", f"{origin}: Allmende hält die Verbindung für unverschlüsselt.", mend)
    return good("Adresse", f"{origin} führt zu Allmende.")
