import socket
import sys
import time
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from allmende.core.management.commands import serve
from allmende.core.management.commands.serve import Child

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def ready_to_start(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(serve, "refuse_unsafe_start", lambda: None)


@pytest.fixture
def child() -> Any:
    child = Child("The sleeper", SLEEPER)
    child.keep_alive()
    yield child
    if child.process:
        child.process.kill()
        child.wait(5)


def test_a_child_that_dies_is_started_again_after_a_pause(child, monkeypatch):
    first = child.process
    first.kill()
    first.wait()

    child.keep_alive()
    resting = child.process
    monkeypatch.setattr(serve, "monotonic", lambda: child.start_at)
    child.keep_alive()

    assert resting is None
    assert child.process.pid != first.pid
    assert child.process.poll() is None


def test_a_child_that_dies_at_once_is_given_growing_pauses(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(serve, "monotonic", lambda: now[0])
    child = Child("The short-lived", [sys.executable, "-c", ""])

    pauses = []
    for _ in range(7):
        child.keep_alive()
        child.process.wait()
        child.keep_alive()
        pauses.append(child.start_at - now[0])
        now[0] = child.start_at

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_child_that_does_not_listen_is_killed_in_the_end():
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    child = Child("The deaf", [sys.executable, "-c", deaf])
    child.keep_alive()
    time.sleep(0.3)

    child.tell(serve.signal.SIGTERM)
    child.wait(0.5)

    assert child.process.returncode == -serve.signal.SIGKILL


def test_a_port_that_is_taken_is_said_clearly(ready_to_start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"Cannot listen at 127.0.0.1:{port} .*Another --port"):
            call_command("serve", port=port)
