"""The database, the work for later, the mails that wait, the backup."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from allmende.core.backup import last_saved_at
from allmende.core.doctor import Asked, Finding, good, hint, wrong
from allmende.core.health import is_working
from allmende.core.models import Lease, Mail
from allmende.core.outbox import SERVER
from allmende.core.work import OFTEN, all_work

LATE = timedelta(minutes=15)
LONG = timedelta(hours=1)
WEEK = timedelta(days=7)
BACKUP_EVERY = timedelta(days=2)
SERVICE = "systemctl status allmende; journalctl -u allmende -n 50 sagt, warum."


def database(asked: Asked) -> Iterator[Finding]:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        owed = executor.migration_plan(executor.loader.graph.leaf_nodes())
        strange = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
    except DatabaseError as error:
        said = " ".join(str(error).split())
        yield wrong("Datenbank", f"Sie antwortet nicht: {said}.", "Läuft sie? Stimmt ALLMENDE_DATABASE_URL?")
        return
    if strange:
        text = f"Sie ist neuer als das Programm: Es kennt {len(strange)} Schritte nicht."
        yield wrong("Datenbank", text, "Das Programm aktualisieren, oder eine ältere Sicherung zurückholen.")
    elif owed:
        yield wrong("Datenbank", f"Ihr fehlen {len(owed)} Schritte zum Stand des Programms.", "allmende migrate")
    else:
        yield good("Datenbank", f"Sie antwortet ({connection.vendor}) und ist auf dem Stand des Programms.")


def work(asked: Asked) -> Iterator[Finding]:
    about, now = "Spätere Arbeit", timezone.now()
    if not is_working():
        yield wrong(about, "Sie läuft nicht: Keine E-Mail geht hinaus.", f"systemctl start allmende; {SERVICE}")
    leases = {lease.name: lease for lease in Lease.objects.all()}
    known = [(work, leases[work.name]) for work in all_work() if work.name in leases]
    failing = [lease for _work, lease in known if lease.attempts]
    for lease in failing:
        text = f"{lease.name} ist {lease.attempts}-mal nacheinander misslungen: {lease.last_error}"
        yield wrong(about, text, f'journalctl -u allmende -o cat | grep "{lease.name}"')
    late = [lease.name for work, lease in known if work.interval >= OFTEN and _is_late(lease, now)]
    if late and is_working():
        yield wrong(about, f"Sie kommt nicht nach: {', '.join(late)} ist seit über 15 Minuten fällig.", SERVICE)
    if is_working() and not failing and not late:
        yield good(about, "Alles Fällige ist getan.")


def _is_late(lease: Lease, now: datetime) -> bool:
    resting = lease.leased_until is None or lease.leased_until <= now
    return resting and bool(lease.due_at < now - LATE)


def mails(asked: Asked) -> Iterator[Finding]:
    about, now = "Postausgang", timezone.now()
    waiting = Mail.objects.filter(state=Mail.WAITING)
    old = waiting.filter(created_at__lt=now - LONG).count()
    server = Lease.objects.filter(name=SERVER, attempts__gt=0).first()
    if server:
        text = f"Der Mailserver ist nicht zu erreichen ({server.last_error}); {waiting.count()} E-Mails warten."
        yield wrong(about, text, "Siehe die Zeile E-Mail; sobald er antwortet, gehen sie von selbst hinaus.")
    elif old:
        yield wrong(
            about, f"{old} E-Mails warten seit über einer Stunde.", "Was der Mailserver sagte, steht unter /amt/post/."
        )
    else:
        yield good(about, f"{waiting.count()} E-Mails warten.")
    if refused := Mail.objects.filter(state__in=[Mail.REFUSED, Mail.GIVEN_UP], settled_at__gt=now - WEEK).count():
        text = f"{refused} E-Mails kamen in den letzten sieben Tagen nicht an."
        yield hint(about, text, "Unter /amt/post/ nachsehen und Adressen berichtigen.")


def backup(asked: Asked) -> Iterator[Finding]:
    if settings.DEMO:
        return
    last, mend = (
        last_saved_at(),
        "allmende backup /var/backups/allmende/ und der Zeitplan aus docs/operators/installation.md",
    )
    if last is None:
        yield wrong("Sicherung", "Es gibt noch keine.", mend)
        return
    text = f"Die neueste ist vom {timezone.localtime(last):%d.%m.%Y, %H:%M} Uhr."
    yield wrong("Sicherung", text, mend) if timezone.now() - last > BACKUP_EVERY else good("Sicherung", text)
