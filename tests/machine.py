"""A machine of a town: its data folder, its database, and real commands that run on them."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgres import free_port

ALLMENDE = Path(sys.executable).with_name("allmende")


class Machine:
    """A data folder, and the database that belongs to it; '' is SQLite in the folder."""

    def __init__(self, data: Path, database: str = "", *, mail: str = "smtp://127.0.0.1:1") -> None:
        self.data = data
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("ALLMENDE_", "PYTEST_", "DJANGO_"))
        }
        self.environment = kept | {
            "ALLMENDE_DATA": str(data),
            "ALLMENDE_DATABASE_URL": database,
            "ALLMENDE_MAIL_URL": mail,
            "ALLMENDE_MAIL_FROM": "post@neustadt.example",
            "ALLMENDE_SECURE": "0",
            "ALLMENDE_LOG_LEVEL": "ERROR",
        }

    def run(self, *words: str, code: int = 0) -> str:
        """Run a command; returns what it said."""
        done = subprocess.run([ALLMENDE, *words], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr[-4000:] + done.stdout[-1000:]
        return done.stdout.strip() or done.stderr.strip()

    def organisations(self) -> str:
        return self.run("export", "organisations", "--region", "neustadt", "--format", "csv")

    @contextmanager
    def serving(self, port: int = 0) -> Iterator[str]:
        port = port or free_port()
        process = subprocess.Popen(
            [ALLMENDE, "serve", "--port", str(port), "--workers", "1"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(40)


def wait_until_ready(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}/health/ready", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start")
