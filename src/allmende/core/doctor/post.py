"""The way of a mail: a conversation with our server up to the recipient, and what the world reads of our sender."""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from allmende.core.doctor import Asked, Finding, good, hint, unseen, wrong
from allmende.core.doctor.lookup import Unanswered, texts

KEY = re.compile(r"\bp=\s*[A-Za-z0-9+/]")  # without one it is revoked
GUIDE = "docs/operators/mail.md zeigt, was der Eintrag braucht."


def server(asked: Asked) -> Iterator[Finding]:
    """Everything up to the recipient, and then "never mind": nothing is sent."""
    connection = get_connection()
    if not isinstance(connection, EmailBackend) or not settings.EMAIL_HOST:
        return
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection.open()
        if connection.connection:
            yield _conversation(connection.connection, asked, place)
    except smtplib.SMTPAuthenticationError as error:
        text = f"{place} nimmt Name und Passwort nicht an ({error.smtp_code})."
        yield wrong("E-Mail", text, "In ALLMENDE_MAIL_URL prüfen; Sonderzeichen prozentkodieren (@ als %40).")
    except smtplib.SMTPNotSupportedError:
        yield wrong("E-Mail", f"{place} kann kein STARTTLS.", "smtp+ssl:// mit Port 465 versuchen.")
    except ssl.SSLCertVerificationError as error:
        mend = "In ALLMENDE_MAIL_URL den Namen nehmen, auf den das Zertifikat lautet."
        yield wrong("E-Mail", f"Das Zertifikat von {place} passt nicht: {error.verify_message}.", mend)
    except (smtplib.SMTPException, OSError) as error:
        yield wrong("E-Mail", f"{place} ist nicht zu erreichen: {_reason(error)}.", _way(error))
    finally:
        connection.close()


def _conversation(client: smtplib.SMTP, asked: Asked, place: str) -> Finding:
    own = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    to = asked.mail_to or own
    client.ehlo_or_helo_if_needed()
    code, answer = client.mail(own)
    if code != 250:
        text = f"{place} sendet nicht im Namen von {own}: {code} {_said(answer)}"
        return wrong("E-Mail", text, "ALLMENDE_MAIL_FROM muss zum Konto in ALLMENDE_MAIL_URL passen.")
    code, answer = client.rcpt(to)
    client.rset()
    if code not in (250, 251):
        text = f"{place} nimmt nichts an {to} an: {code} {_said(answer)}"
        return wrong("E-Mail", text, "Gibt es diese Adresse? Eine andere versuchen: allmende doctor --mail-to ADRESSE")
    return good("E-Mail", f"{place} würde von {own} an {to} senden. Es ging nichts hinaus.")


def _said(answer: bytes) -> str:
    return answer.decode(errors="replace")


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "Den Namen kennt das DNS nicht, oder diese Maschine hat kein Netz"
    if isinstance(error, TimeoutError):
        return "keine Antwort"
    if isinstance(error, ConnectionRefusedError):
        return "Dort hört niemand zu"
    return f"{type(error).__name__}: {error}"


def _way(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "Lässt eine Firewall den Port durch? Viele Anbieter sperren Port 25; üblich ist 587."
    return "Rechner und Port in ALLMENDE_MAIL_URL prüfen."


def names(asked: Asked) -> Iterator[Finding]:
    """SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of the sender's domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    if settings.DEMO or domain == "localhost":
        return
    for about, look in (("SPF", _spf), ("DKIM", _dkim), ("DMARC", _dmarc)):
        try:
            yield look(domain, asked)
        except Unanswered as error:
            yield unseen(about, f"Das DNS war nicht zu fragen ({error}). Über {about} von {domain} sagt das nichts.")


def _spf(domain: str, asked: Asked) -> Finding:
    found = [text for text in texts(domain) or [] if text.lower().split(" ")[0] == "v=spf1"]
    mend = f'Bei {domain} einen TXT-Eintrag anlegen, zum Beispiel "v=spf1 mx -all". {GUIDE}'
    if not found:
        return wrong("SPF", f"{domain} hat keinen SPF-Eintrag.", mend)
    if len(found) > 1:
        return wrong("SPF", f"{domain} hat {len(found)} SPF-Einträge; nur einer darf es sein.", mend)
    if found[0].lower().split()[-1] in ("+all", "all"):
        return wrong("SPF", f"{found[0]} erlaubt jedem, als {domain} zu senden.", "Am Ende -all statt +all.")
    return good("SPF", f"{domain}: {found[0]}. Nennt er Ihren Mailserver?")


def _dkim(domain: str, asked: Asked) -> Finding:
    """Keys have names that only the mail server knows; but a domain without any has nothing below _domainkey."""
    name = f"{asked.selector}._domainkey.{domain}" if asked.selector else f"_domainkey.{domain}"
    mend = f"Beim Betreiber des Mailservers DKIM einschalten und den Schlüssel ins DNS eintragen. {GUIDE}"
    found = texts(name)
    if found is None:
        return wrong("DKIM", f"{name} gibt es nicht: {domain} unterschreibt seine E-Mails nicht.", mend)
    if not asked.selector:
        return good("DKIM", f"{domain} hat Schlüssel. Genau prüft es: allmende doctor --dkim NAME-DES-SCHLÜSSELS")
    if not any(KEY.search(text) for text in found):
        return wrong("DKIM", f"{name} hat keinen Schlüssel.", mend)
    return good("DKIM", f"{name} hat einen Schlüssel.")


def _dmarc(domain: str, asked: Asked) -> Finding:
    mend = f'Bei _dmarc.{domain} einen TXT-Eintrag anlegen: "v=DMARC1; p=quarantine; rua=mailto:…". {GUIDE}'
    for place in dict.fromkeys([domain, ".".join(domain.split(".")[-2:])]):
        found = [text for text in texts(f"_dmarc.{place}") or [] if text.lower().startswith("v=dmarc1")]
        if found and "p=none" in found[0].lower().replace(" ", ""):
            return hint("DMARC", f"{place} beobachtet nur: {found[0]}", "Nach einigen Wochen p=quarantine setzen.")
        if found:
            return good("DMARC", f"{place}: {found[0]}")
    return wrong("DMARC", f"{domain} hat keinen DMARC-Eintrag: Große Anbieter weisen dann manches ab.", mend)
