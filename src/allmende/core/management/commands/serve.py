import logging
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from allmende.core.health import refuse_unsafe_start
from allmende.core.processes import die_with_parent

logger = logging.getLogger("allmende.core.serve")

APPLICATION = "allmende.config.asgi:application"
LOOK = 0.2  # seconds
STEADY = 60  # who lived this long failed by accident, not by its settings
LONGEST_PAUSE = 30
LAST_WORDS = 20
CONNECTIONS = 500  # a worker; with a file for each it stays below 1,024 open files, the usual limit
HEADERS_WITHIN = 30_000  # milliseconds; a connection may rest as long before the next request
LOG_CONFIG = Path(__file__).resolve().parents[2] / "granian.json"


@dataclass
class Child:
    """A process that shall live, and is started again when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    start_at: float = 0

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, preexec_fn=die_with_parent)  # noqa: S603, PLW1509  # our own
        self.started = monotonic()

    def keep_alive(self) -> None:
        if self.process and self.process.poll() is not None:
            self.failures = 1 if monotonic() - self.started > STEADY else self.failures + 1
            pause = min(2 ** (self.failures - 1), LONGEST_PAUSE)
            logger.error("%s ended (%s); starting it again in %s s.", self.name, self.process.returncode, pause)
            self.process, self.start_at = None, monotonic() + pause
        if self.process is None and monotonic() >= self.start_at:
            self.start()

    def tell(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self, seconds: float) -> None:
        if self.process:
            try:
                self.process.wait(max(seconds, 0))
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Command(BaseCommand):
    help = "Starts the web server and later work, and keeps both alive until it is told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=settings.WORKERS, help="processes that answer requests")

    def handle(self, *_: Any, host: str, port: int, workers: int, **__: Any) -> None:
        for warning in settings.ENVIRONMENT_WARNINGS:
            self.stderr.write(f"allmende: {warning}")
        refuse_unsafe_start()
        _refuse_taken(host, port)
        if not Path(str(settings.STATIC_ROOT), "staticfiles.json").exists():
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"Allmende listens at http://{_shown(host)}:{port}/")
        self.stdout.flush()
        _supervise(
            [
                Child("The web server", _granian(host, port, workers)),
                Child("Later work", [sys.executable, "-m", "django", "work"]),
            ]
        )


def _supervise(children: list[Child]) -> None:
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda given, _frame: told.append(given))
    while not told:
        for child in children:
            child.keep_alive()
        sleep(LOOK)
    for child in children:
        child.tell(signal.SIGTERM)
    until = monotonic() + LAST_WORDS
    for child in children:
        child.wait(until - monotonic())


def _granian(host: str, port: int, workers: int) -> list[str]:
    options = {
        "--interface": "asginl",
        "--http": "1",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--backpressure": str(CONNECTIONS),
        "--http1-header-read-timeout": str(HEADERS_WITHIN),
        "--workers-kill-timeout": "10",
        "--respawn-interval": "1",
        "--log-level": "warning" if settings.DEMO else "info",
    }
    if not settings.DEMO:
        options["--log-config"] = str(LOG_CONFIG)
    flags = ["--no-ws", "--respawn-failed-workers"]
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "granian", *given, *flags, APPLICATION]


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(f"Cannot listen at {_shown(host)}:{port} ({error}). Another --port?") from error


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
