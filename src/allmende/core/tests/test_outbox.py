"""Against real SMTP servers on this machine, each with a misfortune of its own."""

import email
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import Message
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from allmende.core import outbox
from allmende.core.models import Lease, Mail
from allmende.core.outbox import enqueue, forget_settled, give_up_old, send_due

pytestmark = pytest.mark.django_db


class Server:
    """Takes every mail, unless told otherwise."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.answers: dict[str, str] = {}  # recipient: what the server says to RCPT, once each
        self.sender_answer = ""
        self.drops = 0  # so many times the connection breaks after the mail was received

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd finds it by this name
        if self.sender_answer:
            return self.sender_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.answers.pop(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content))
        if self.drops:
            self.drops -= 1
            server.transport.abort()
        return "250 taken"

    def recipients(self) -> list[str]:
        return sorted(str(message["To"]) for message in self.taken)


@contextmanager
def running(server: Server, port: int) -> Iterator[None]:
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def port(settings: Any, unused_port: int) -> int:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", unused_port, 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.DEFAULT_FROM_EMAIL = "Lindach <post@lindach.example>"
    return unused_port


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(port: int) -> Iterator[Server]:
    server = Server()
    with running(server, port):
        yield server


@pytest.fixture
def clock() -> Iterator[Callable[[timedelta], None]]:
    """Moves the clock; the mails of a test are enqueued on a day of its own."""
    with time_machine.travel(datetime.fromisoformat("2026-03-02T10:00:00+00:00"), tick=False) as traveller:
        yield traveller.shift


def write(to: str = "alice@lindach.example", **parts: Any) -> Mail:
    return enqueue(**{"to": to, "subject": "Sommerfest", "body": "Am Samstag um drei.\n", **parts})


def states() -> dict[str, str]:
    return dict(Mail.objects.values_list("to", "state"))


def test_a_mail_leaves_and_its_text_is_erased(server):
    mail = write(sender_name="Stadt Lindach", reply_to="rathaus@lindach.example")

    sent = send_due()

    mail.refresh_from_db()
    assert sent == 1
    assert (mail.state, mail.body, mail.code, mail.attempts) == ("sent", "", 250, 1)
    (message,) = server.taken
    assert message["From"] == "Stadt Lindach <post@lindach.example>"
    assert message["Reply-To"] == "rathaus@lindach.example"
    assert message["Message-ID"] == mail.message_id
    assert message.get_payload() == "Am Samstag um drei.\r\n"


def test_message_ids_carry_the_senders_domain_and_are_never_the_same(port):
    mails = [write(), write()]

    domains = {mail.message_id.rpartition("@")[2] for mail in mails}

    assert domains == {"lindach.example>"}
    assert mails[0].message_id != mails[1].message_id


def test_a_mail_is_only_written_if_its_reason_is(server):
    def write_and_fail() -> None:
        with transaction.atomic():
            write()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    assert send_due() == 0
    assert server.taken == []


def test_a_server_that_is_down_for_a_day_keeps_nobodys_mail(port, clock):
    for number in range(5):
        write(f"person{number}@lindach.example")

    for _ in range(24):
        assert send_due() == 0
        clock(timedelta(hours=1))
    waiting = list(Mail.objects.values_list("state", "attempts"))
    server = Server()
    with running(server, port):
        sent = send_due()

    assert waiting == [("waiting", 0)] * 5
    assert sent == 5
    assert server.recipients() == [f"person{number}@lindach.example" for number in range(5)]


def test_a_server_that_is_down_is_asked_again_after_growing_pauses(port, clock):
    write()

    pauses = []
    for _ in range(6):
        send_due()
        lease = Lease.objects.get(name=outbox.SERVER)
        pauses.append(lease.due_at - timezone.now())
        clock(pauses[-1])

    assert [pause.total_seconds() for pause in pauses] == [5, 10, 20, 40, 60, 60]


def test_one_refused_recipient_of_twenty_holds_up_nobody(server):
    for number in range(20):
        write(f"person{number:02}@lindach.example")
    server.answers["person07@lindach.example"] = "550 5.1.1 no such mailbox"

    sent = send_due()

    refused = Mail.objects.get(to="person07@lindach.example")
    assert sent == 19
    assert (refused.state, refused.code, refused.answer, refused.body) == ("refused", 550, "5.1.1 no such mailbox", "")
    assert sorted(set(states().values())) == ["refused", "sent"]


def test_a_connection_that_breaks_after_the_text_sends_the_same_message_again(server, clock):
    mail = write()
    server.drops = 1

    first = send_due()
    mail.refresh_from_db()
    waiting = (mail.state, mail.attempts, mail.due_at - timezone.now())
    clock(timedelta(minutes=1))
    second = send_due()

    assert (first, second) == (0, 1)
    assert waiting == ("waiting", 1, timedelta(minutes=1))
    assert [message["Message-ID"] for message in server.taken] == [mail.message_id] * 2


def test_a_broken_connection_holds_up_only_the_one_mail(server):
    for name in ("alice", "bob", "charlie"):
        write(f"{name}@lindach.example")
    server.drops = 1

    sent = send_due()

    assert sent == 2
    assert states() == {
        "alice@lindach.example": "waiting",
        "bob@lindach.example": "sent",
        "charlie@lindach.example": "sent",
    }


def test_a_server_that_asks_for_patience_gets_it(server, clock):
    mail = write()

    pauses = []
    for _ in range(5):
        server.answers[mail.to] = "451 greylisted, come back later"
        send_due()
        mail.refresh_from_db()
        pauses.append(mail.due_at - timezone.now())
        clock(pauses[-1])

    assert [pause.total_seconds() / 60 for pause in pauses] == [1, 5, 15, 60, 60]
    assert send_due() == 1


def test_a_refused_sender_is_ours_to_mend_and_refuses_no_recipient(server, clock):
    write()
    server.sender_answer = "530 authentication required"
    send_due()
    server.sender_answer = ""
    clock(timedelta(minutes=1))

    sent = send_due()

    assert sent == 1


@pytest.mark.parametrize("point", ["_send", "_mark"])
def test_a_worker_killed_at_any_point_loses_nothing(server, clock, monkeypatch, point):
    mails = [write("alice@lindach.example"), write("bob@lindach.example")]

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(outbox, point, die)
        with pytest.raises(SystemExit):
            send_due()
    at_once = send_due()
    clock(outbox.LEASE)
    later = send_due()

    assert (at_once, later) == (1, 1)
    assert states() == {"alice@lindach.example": "sent", "bob@lindach.example": "sent"}
    ids = [message["Message-ID"] for message in server.taken]
    assert set(ids) == {mail.message_id for mail in mails}
    assert len(ids) == (3 if point == "_mark" else 2)


def test_of_two_workers_one_gets_the_mail(port):
    mail = write()

    first, second = outbox._claim(mail.pk), outbox._claim(mail.pk)

    assert first == mail
    assert second is None


def test_codes_go_before_everything_else(server):
    write("alice@lindach.example")
    write("bob@lindach.example", sensitive=True)

    send_due(limit=1)

    assert server.recipients() == ["bob@lindach.example"]


def test_after_three_days_we_give_up(port, clock):
    mail = write()
    clock(timedelta(days=3, seconds=1))

    count = give_up_old()

    mail.refresh_from_db()
    assert count == 1
    assert (mail.state, mail.body) == ("given_up", "")


def test_a_settled_mail_is_forgotten_after_a_month_and_a_waiting_one_is_not(server, clock):
    write("alice@lindach.example")
    send_due()
    clock(timedelta(days=31))
    write("bob@lindach.example")

    count = forget_settled()

    assert count == 1
    assert states() == {"bob@lindach.example": "waiting"}


def test_nobody_adds_headers_by_line_breaks(server):
    write(subject="Fest\r\nBcc: charlie@lindach.example", sender_name="TSV\nX-Evil: 1", headers={"X-Thread": "7\nX: 8"})

    send_due()

    (message,) = server.taken
    assert message["Subject"] == "Fest Bcc: charlie@lindach.example"
    assert message["X-Thread"] == "7 X: 8"
    assert (message["Bcc"], message["X-Evil"]) == (None, None)


@pytest.mark.parametrize("name", ["From", "message-id", "X Thread", "X:Y", "Bcc\n"])
def test_some_headers_are_not_for_the_caller_to_set(port, name):
    with pytest.raises(ValueError, match="not for the caller"):
        write(headers={name: "x"})


@pytest.mark.parametrize("address", ["", "alice", "a@b@c", "alice@lindach.example\nBcc: bob@lindach.example"])
def test_what_is_no_address_is_refused_at_once(port, address):
    with pytest.raises(ValidationError):
        write(to=address)


def test_a_mail_that_cannot_be_written_down_is_refused_and_the_others_go(server):
    Mail.objects.create(message_id="<1@lindach.example>", to="bad\naddress@lindach.example", subject="x", body="x")
    write("bob@lindach.example")

    sent = send_due()

    assert sent == 1
    assert states() == {"bad\naddress@lindach.example": "refused", "bob@lindach.example": "sent"}


def test_what_stands_on_paper_tells_no_address(port):
    mail = write()

    assert str(mail) == f"mail {mail.pk} (waiting)"


def test_the_demo_puts_each_mail_into_a_file_of_its_own(settings, tmp_path):
    settings.EMAIL_BACKEND = "allmende.core.postbox.PostboxBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "post")
    write("alice@lindach.example")
    write("bob@lindach.example")

    send_due()

    files = sorted((tmp_path / "post").iterdir())
    messages = [email.message_from_bytes(file.read_bytes()) for file in files]
    assert [message["To"] for message in messages] == ["alice@lindach.example", "bob@lindach.example"]
