"""The machine and the settings."""

import ctypes
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from allmende.core.doctor import Asked, Finding, good, hint, wrong
from allmende.core.models import Lease, LogEntry

LEAST, FEW = 500_000_000, 2_000_000_000  # bytes that are free
CLOCKS_DIFFER = timedelta(minutes=2)
TIME_ERROR = 5  # adjtimex(2): nobody sets the clock
NTP = "Zeitabgleich einschalten: timedatectl set-ntp true (vorher, wenn er fehlt: apt install systemd-timesyncd)"
LOCAL = ("localhost", "127.0.0.1", "::1")


def secret(asked: Asked) -> Iterator[Finding]:
    path = Path(settings.DATA, "secret")
    if not path.exists():
        yield good("Geheimer Schlüssel", "Er steht in den Einstellungen.")
        return
    status = path.stat()
    if status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        yield wrong(
            "Geheimer Schlüssel", f"Andere Konten dieser Maschine können ihn lesen ({mode:o}).", f"chmod 600 {path}"
        )
    elif path.read_text().strip() != settings.SECRET_KEY:
        yield good("Geheimer Schlüssel", f"Es gilt der aus den Einstellungen; {path} bleibt unbenutzt.")
    else:
        yield good("Geheimer Schlüssel", "Er ist da, und nur dieses Konto liest ihn.")


def variables(asked: Asked) -> Iterator[Finding]:
    about, table = "Einstellungen", "Alle Namen stehen in docs/operators/settings.md."
    names = [text.split()[0] for text in settings.ENVIRONMENT_WARNINGS if " is no setting " in text]
    yield from (hint(about, f"{name} ist keine Einstellung und bewirkt nichts.", table) for name in names)
    if settings.DEMO:
        yield good(about, "Das ist eine Demo, nichts für echte Menschen.")
        return
    if not settings.SESSION_COOKIE_SECURE:
        mend = "ALLMENDE_SECURE='0' wegnehmen, bevor echte Menschen kommen."
        yield wrong(about, "Anmeldungen gehen unverschlüsselt durchs Netz.", mend)
    elif not settings.TRUSTED_PROXIES:
        text = "Kein Proxy ist eingetragen: Hinter einem scheitert dann jedes Absenden eines Formulars."
        yield hint(about, text, "ALLMENDE_TRUSTED_PROXIES='127.0.0.1', wenn der Proxy auf dieser Maschine läuft.")
    else:
        yield good(about, "Anmelden geht nur über https, und dem Proxy wird geglaubt.")


def sender(asked: Asked) -> Iterator[Finding]:
    if settings.DEMO:
        return
    if not settings.EMAIL_HOST:
        mend = "ALLMENDE_MAIL_URL='smtp+tls://name:passwort@mail.ort.example:587'"
        yield wrong("E-Mail", "Es ist kein Mailserver eingestellt: Niemand könnte sich anmelden.", mend)
    elif settings.EMAIL_HOST not in LOCAL and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        text = f"E-Mails und Passwort gehen unverschlüsselt zu {settings.EMAIL_HOST}."
        yield wrong("E-Mail", text, "In ALLMENDE_MAIL_URL smtp+tls:// statt smtp:// nehmen.")
    if parseaddr(settings.DEFAULT_FROM_EMAIL)[1].endswith("@localhost"):
        yield wrong("E-Mail", "Es gibt keine Absenderadresse.", "ALLMENDE_MAIL_FROM='post@ort.example'")


def storage(asked: Asked) -> Iterator[Finding]:
    folder = Path(settings.DATA)
    owner = folder.stat().st_uid
    try:
        for place in (folder, folder / "files"):
            if place.exists():
                with TemporaryFile(dir=place) as probe:
                    probe.write(b"1")
    except OSError as error:
        yield wrong(
            "Ablage", f"In {place} lässt sich nichts schreiben ({error.strerror}).", f"chown -R allmende: {folder}"
        )
        return
    if strange := sorted(path.name for path in folder.iterdir() if path.stat().st_uid != owner):
        mend = f"chown -R --reference={folder} {folder}; Befehle immer unter dem Konto des Dienstes aufrufen."
        yield wrong("Ablage", f"In {folder} gehört einem anderen Konto: {', '.join(strange)}.", mend)
    elif os.geteuid() not in (owner, 0):
        yield hint(
            "Ablage", f"{folder} gehört einem anderen Konto als diesem.", "Unter dem Konto des Dienstes aufrufen."
        )
    else:
        yield good("Ablage", f"{folder} lässt sich beschreiben.")


def disk(asked: Asked) -> Iterator[Finding]:
    folders = {Path(settings.DATA)}
    if connection.vendor == "sqlite":
        folders.add(Path(connection.settings_dict["NAME"]).parent)
    free = min(shutil.disk_usage(folder).free for folder in folders)
    text = f"{free / 1e9:.1f} GB sind frei."
    mend = "Platz schaffen (alte Sicherungen, journalctl --vacuum-size=200M) oder den Datenträger vergrößern."
    if free < LEAST:
        yield wrong("Platz", text, mend)
    elif free < FEW:
        yield hint("Platz", text, mend)
    else:
        yield good("Platz", text)


def clock(asked: Asked) -> Iterator[Finding]:
    now = timezone.now()
    written = LogEntry.objects.aggregate(at=Max("at"))["at"]
    ran = Lease.objects.aggregate(at=Max("last_run_at"))["at"]
    newest = max((at for at in (written, ran) if at), default=now)
    if newest - now > CLOCKS_DIFFER:
        text = f"Die Uhr geht nach: In der Datenbank steht schon {timezone.localtime(newest):%d.%m.%Y, %H:%M} Uhr."
        yield wrong("Uhr", text, NTP)
    elif (difference := abs((_time_of_database() - now).total_seconds())) > CLOCKS_DIFFER.total_seconds():
        yield wrong("Uhr", f"Sie und die Uhr der Datenbank gehen {difference:.0f} s auseinander.", NTP)
    elif _is_set_by_nobody():
        yield hint("Uhr", "Niemand stellt sie nach.", NTP)
    else:
        yield good("Uhr", f"{timezone.localtime(now):%d.%m.%Y, %H:%M} Uhr in {settings.TIME_ZONE}.")


def _time_of_database() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def _is_set_by_nobody() -> bool:
    """What the kernel knows of it; False where it cannot be asked."""
    if sys.platform != "linux":
        return False
    try:
        # A struct timex of zeros only asks; it has 208 bytes.
        return bool(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) == TIME_ERROR)
    except (OSError, AttributeError):
        return False
