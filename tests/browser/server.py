"""A real server with a fresh demo town, in a folder that is thrown away."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from allmende.core.processes import die_with_parent

ALLMENDE = Path(sys.executable).with_name("allmende")
ACCOUNTS = (
    "buergerin",
    "verein",
    "verein2",
    "anbieter",
    "redaktion",
    "agentur",
    "sachbearbeitung",
    "moderation",
    "region",
    "support",
)
# What pytest set for itself, and whatever the caller had, must not reach the server.
FOREIGN = ("ALLMENDE_", "DJANGO_SETTINGS_MODULE", "PYTEST_")


def environment(data: Path, *, demo: bool = True) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    shown = {"ALLMENDE_DEMO": "1"} if demo else {}
    return {**kept, **shown, "ALLMENDE_DATA": str(data), "ALLMENDE_LOG_LEVEL": "WARNING"}


def command(data: Path, *words: str, demo: bool = True) -> str:
    """Run ``allmende`` with these words; gives what it says."""
    variables = environment(data, demo=demo)
    done = subprocess.run([ALLMENDE, *words], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"allmende {words[0]}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def fill(data: Path, port: int) -> None:
    """Make the database, the demo town and the static files."""
    command(data, "migrate", "--no-input")
    command(data, "demo", "--origin", f"http://127.0.0.1:{port}")
    command(data, "collectstatic", "--no-input")


@contextlib.contextmanager
def serve(data: Path, port: int) -> Iterator[str]:
    """Run ``allmende serve`` and give its address, without a slash at the end."""
    log = data / "server.log"
    with log.open("wb") as output:
        command = [ALLMENDE, "serve", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(
            command, env=environment(data), stdout=output, stderr=output, preexec_fn=die_with_parent
        )
    try:
        wait_until_alive(process, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_alive(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, f"allmende serve ended: {log.read_text()[-4000:]}"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/health/live", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"allmende serve gives no answer: {log.read_text()[-4000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
