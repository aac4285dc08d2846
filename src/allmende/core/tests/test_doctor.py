"""Each ailment that the doctor knows: brought about, named, with its mend. Mail server and DNS are real ones of ours."""

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from allmende.core.backup.saving import LEASE
from allmende.core.doctor import GOOD, HINT, UNSEEN, WRONG, Asked, Finding, lookup, machine, post, running
from allmende.core.health import WORKER, beat
from allmende.core.log import record
from allmende.core.models import Lease, Mail
from allmende.core.outbox import SERVER, enqueue
from allmende.core.tests.test_outbox import Server, port, server, unused_port

pytestmark = pytest.mark.django_db
__all__ = ["port", "server", "unused_port"]  # fixtures

HOURS = timedelta(hours=1)


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    settings.DEFAULT_FROM_EMAIL = "Lindach <post@lindach.example>"
    return tmp_path


def ask(check: Callable[[Asked], Any], **asked: str) -> list[Finding]:
    return list(check(Asked(**asked)))


def states(check: Callable[[Asked], Any], **asked: str) -> list[str]:
    return [finding.state for finding in ask(check, **asked)]


# The machine


def test_a_secret_that_others_can_read(data, settings):
    secret = data / "secret"
    secret.write_text(settings.SECRET_KEY)
    secret.chmod(0o644)
    (open_to_all,) = ask(machine.secret)
    secret.chmod(0o600)

    assert (open_to_all.state, open_to_all.mend) == (WRONG, f"chmod 600 {secret}")
    assert states(machine.secret) == [GOOD]


def test_a_setting_that_is_none_and_one_that_is_unsafe(settings):
    settings.ENVIRONMENT_WARNINGS = ["ALLMENDE_DATEN is no setting of Allmende and has no effect."]
    settings.SESSION_COOKIE_SECURE = False

    strange, unsafe = ask(machine.variables)

    assert (strange.state, strange.text) == (HINT, "ALLMENDE_DATEN ist keine Einstellung und bewirkt nichts.")
    assert (unsafe.state, "ALLMENDE_SECURE" in unsafe.mend) == (WRONG, True)


@pytest.mark.parametrize(("proxies", "state"), [((), HINT), (("127.0.0.1/32",), GOOD)])
def test_a_proxy_that_nobody_named(settings, proxies, state):
    settings.ENVIRONMENT_WARNINGS, settings.SESSION_COOKIE_SECURE = [], True
    settings.TRUSTED_PROXIES = proxies

    assert states(machine.variables) == [state]


def test_without_mail_server_or_encryption(settings):
    settings.EMAIL_HOST = ""
    without = ask(machine.sender)
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "mail.lindach.example", False, False
    unencrypted = ask(machine.sender)
    settings.EMAIL_USE_TLS = True

    assert [finding.state for finding in (*without, *unencrypted)] == [WRONG, WRONG]
    assert "smtp+tls://" in unencrypted[0].mend
    assert states(machine.sender) == []


def test_a_folder_of_somebody_else(data):
    (data / "allmende.sqlite3").write_text("")
    fine = states(machine.storage)
    if os.geteuid() == 0:
        os.chown(data / "allmende.sqlite3", 4711, 4711)

    assert fine == [GOOD]
    assert states(machine.storage) == [WRONG if os.geteuid() == 0 else GOOD]


def test_a_folder_that_is_a_file(data):
    (data / "files").write_text("")

    assert states(machine.storage) == [WRONG]


@pytest.mark.parametrize(("least", "few", "state"), [(1, 1, GOOD), (1, 10**18, HINT), (10**18, 10**18, WRONG)])
def test_a_disk_that_gets_full(monkeypatch, least, few, state):
    monkeypatch.setattr(machine, "LEAST", least)
    monkeypatch.setattr(machine, "FEW", few)

    assert states(machine.disk) == [state]


def test_a_clock_that_is_behind(monkeypatch):
    monkeypatch.setattr(machine, "_is_set_by_nobody", lambda: False)
    record("changed", "thing", by=None)
    right = states(machine.clock)
    Lease.objects.create(name="x", last_run_at=timezone.now() + HOURS)

    (behind,) = ask(machine.clock)

    assert right == [GOOD]
    assert (behind.state, "timedatectl" in behind.mend) == (WRONG, True)


# What runs


def test_a_database_that_lacks_a_migration():
    before = states(running.database)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name <> '0001_initial'")
    owed = ask(running.database)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_future', '2026-01-01')"
        )
    newer = ask(running.database)

    assert before == [GOOD]
    assert (owed[0].state, owed[0].mend) == (WRONG, "allmende migrate")
    assert (newer[0].state, "neuer als das Programm" in newer[0].text) == (WRONG, True)


def test_work_that_does_not_run_fails_or_lags():
    asleep = states(running.work)
    beat()
    awake = states(running.work)
    Lease.objects.create(name="core.forget_settled", due_at=timezone.now() - HOURS)
    Lease.objects.create(name="core.give_up_old", attempts=3, last_error="RuntimeError: on fire")

    failing, late = ask(running.work)

    assert (asleep, awake) == ([WRONG], [GOOD])
    assert failing.text == "core.give_up_old ist 3-mal nacheinander misslungen: RuntimeError: on fire"
    assert "core.forget_settled" in late.text
    assert {failing.state, late.state} == {WRONG}


def test_mails_that_wait_too_long_and_mails_that_were_refused():
    fine = states(running.mails)
    enqueue(to="alice@lindach.example", subject="s", body="b")
    Mail.objects.update(created_at=timezone.now() - 2 * HOURS)
    enqueue(to="bob@lindach.example", subject="s", body="b")
    Mail.objects.filter(to="bob@lindach.example").update(state=Mail.REFUSED, settled_at=timezone.now(), body="")
    old, refused = ask(running.mails)
    Lease.objects.create(name=SERVER, attempts=2, last_error="ConnectionRefusedError")

    (away, _refused) = ask(running.mails)

    assert fine == [GOOD]
    assert (old.state, refused.state, away.state) == (WRONG, HINT, WRONG)
    assert "/amt/post/" in refused.mend
    assert "ConnectionRefusedError" in away.text


@pytest.mark.parametrize(("hours", "state"), [(None, WRONG), (30, GOOD), (49, WRONG)])
def test_the_age_of_the_backup(hours, state):
    if hours:
        Lease.objects.create(name=LEASE, last_run_at=timezone.now() - hours * HOURS)

    assert states(running.backup) == [state]


# The conversation with the mail server


def test_a_mail_server_that_would_send(server: Server):
    (finding,) = ask(post.server)

    assert (finding.state, server.taken) == (GOOD, [])
    assert "an post@lindach.example senden" in finding.text


def test_another_recipient_is_asked_about(server: Server):
    server.answers["rathaus@lindach.example"] = "550 5.1.1 no such mailbox"

    (finding,) = ask(post.server, mail_to="rathaus@lindach.example")

    assert finding.state == WRONG
    assert "nimmt nichts an rathaus@lindach.example an: 550 5.1.1 no such mailbox" in finding.text


def test_a_sender_that_the_mail_server_refuses(server: Server):
    server.sender_answer = "553 not owned by user"

    (finding,) = ask(post.server)

    assert finding.state == WRONG
    assert "ALLMENDE_MAIL_FROM" in finding.mend


def test_a_mail_server_where_nobody_listens(port):
    (finding,) = ask(post.server)

    assert finding.state == WRONG
    assert "Dort hört niemand zu" in finding.text


def test_a_mail_server_that_does_not_encrypt(server: Server, settings):
    settings.EMAIL_USE_TLS = True

    (finding,) = ask(post.server)

    assert (finding.state, "465" in finding.mend) == (WRONG, True)


def test_a_password_that_the_mail_server_does_not_take(server: Server, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "post", "falsch"

    (finding,) = ask(post.server)

    assert finding.state == WRONG


# What the world reads of the sender


class Names:
    """A DNS server of our own: the TXT records of the world, and the root."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.knows_root = True
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                packet, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            if not packet:
                return
            self.socket.sendto(self.answer(dns.message.from_wire(packet)).to_wire(), sender)

    def answer(self, question: dns.message.Message) -> dns.message.Message:
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        name = question.question[0].name
        plain = name.to_text(omit_final_dot=True)
        if plain == "." and self.knows_root:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "NS", "a.root-servers.net."))
        elif found := self.texts.get(plain):
            quoted = [f'"{text[:200]}" "{text[200:]}"' for text in found]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        elif not any(known.endswith(f".{plain}") for known in self.texts):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def stop(self) -> None:
        if not self.thread.is_alive():
            return
        host, own = self.socket.getsockname()
        self.socket.sendto(b"", (host, own))
        self.thread.join(5)
        self.socket.close()


@pytest.fixture
def names(monkeypatch: Any) -> Iterator[Names]:
    world = Names()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], world.socket.getsockname()[1]
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    lookup._knows_the_world.cache_clear()
    yield world
    world.stop()
    lookup._knows_the_world.cache_clear()


def test_a_sender_with_all_three(names):
    names.texts = {
        "lindach.example": ["google-site=1", "v=spf1 mx -all"],
        "s1._domainkey.lindach.example": ["v=DKIM1; k=rsa; p=" + "MIGf" * 90],
        "_dmarc.lindach.example": ["v=DMARC1; p=reject"],
    }

    assert states(post.names) == [GOOD, GOOD, GOOD]
    assert states(post.names, selector="s1") == [GOOD, GOOD, GOOD]
    assert states(post.names, selector="s2") == [GOOD, WRONG, GOOD]


def test_a_sender_with_none(names):
    found = ask(post.names)

    assert [finding.state for finding in found] == [WRONG, WRONG, WRONG]
    assert ["TXT-Eintrag" in found[0].mend, "DKIM einschalten" in found[1].mend, "v=DMARC1" in found[2].mend] == [
        True
    ] * 3


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"lindach.example": ["v=spf1 -all", "v=spf1 mx -all"]}, [WRONG, WRONG, WRONG]),
        ({"lindach.example": ["v=spf1 +all"]}, [WRONG, WRONG, WRONG]),
        ({"s1._domainkey.lindach.example": ["v=DKIM1; p="]}, [WRONG, WRONG, WRONG]),
        ({"_dmarc.lindach.example": ["v=DMARC1; p=none"]}, [WRONG, WRONG, HINT]),
    ],
)
def test_a_sender_with_half_of_it(names, texts, expected):
    names.texts = texts

    assert states(post.names, selector="s1") == expected


def test_dmarc_of_a_subdomain_is_that_of_the_domain(names, settings):
    settings.DEFAULT_FROM_EMAIL = "post@mitmachen.lindach.example"
    names.texts = {"_dmarc.lindach.example": ["v=DMARC1; p=quarantine"]}

    assert states(post.names)[2] == GOOD


def test_a_network_that_does_not_know_the_world_accuses_nobody(names):
    names.knows_root = False

    assert states(post.names) == [UNSEEN, UNSEEN, UNSEEN]


def test_without_a_network_nobody_is_accused(names, monkeypatch):
    names.stop()
    monkeypatch.setattr(lookup, "PATIENCE", 0.2)

    assert states(post.names) == [UNSEEN, UNSEEN, UNSEEN]


# The command


@pytest.fixture
def well(settings: Any, names: Names, server: Server, monkeypatch: Any) -> None:
    """An installation that lacks nothing that this floor knows of."""
    names.texts = {
        "lindach.example": ["v=spf1 mx -all"],
        "s1._domainkey.lindach.example": ["v=DKIM1; p=MIGf"],
        "_dmarc.lindach.example": ["v=DMARC1; p=reject"],
    }
    settings.TRUSTED_PROXIES, settings.SESSION_COOKIE_SECURE, settings.ENVIRONMENT_WARNINGS = ("x",), True, []
    monkeypatch.setattr(machine, "_is_set_by_nobody", lambda: False)
    for name in (WORKER, LEASE):
        Lease.objects.create(name=name, last_run_at=timezone.now())


def run_doctor(capsys: Any, **options: Any) -> tuple[int, str]:
    code = 0
    try:
        call_command("doctor", **options)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out


def test_the_command_names_each_finding_and_its_mend(well, capsys):
    Lease.objects.filter(name=LEASE).delete()

    code, out = run_doctor(capsys)

    assert code == 1
    assert "       FEHLER  Sicherung: Es gibt noch keine.\n               -> allmende backup" in out
    assert out.splitlines()[-1].endswith("0 nicht geprüft")


def test_a_machine_reads_the_same(well, capsys):
    code, out = run_doctor(capsys, json=True)

    told = json.loads(out)
    own = [finding for finding in told["findings"] if finding["about"] not in ("Einrichtung", "Adresse")]
    assert {finding["state"] for finding in own} == {GOOD}
    assert (code, told["well"]) == (1, False)  # there is no region yet


def test_a_check_that_fails_keeps_nobody_from_the_others(well, capsys, monkeypatch):
    def disk(asked: Asked) -> Iterator[Finding]:
        raise RuntimeError("on fire")

    monkeypatch.setattr(machine, "disk", disk)

    _code, out = run_doctor(capsys)

    assert "nicht geprüft  disk: Die Prüfung ist misslungen: RuntimeError: on fire" in out
    assert "gut  Postausgang" in out
