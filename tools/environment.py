"""Makes the virtual environment that ``./demo`` and ``./test`` work in, and shows how far each step has come."""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_PIN = ROOT / "requirements" / "uv.txt"
BUILD_PIN = ROOT / "requirements" / "build.txt"

# What an operating system, SQLite and uv say when there is no room left.
DISK_FULL = ("no space left on device", "database or disk is full", "disk quota exceeded", "os error 28")
NO_NETWORK = (
    "failed to fetch",
    "dns error",
    "connection refused",
    "network is unreachable",
    "temporary failure in name resolution",
    "no matching distribution found",
    "newconnectionerror",
    "operation timed out",
    "enotfound",
    "eai_again",
    "econnrefused",
    "could not resolve",
)


class StepFailedError(Exception):
    """A step did not work out; ``output`` is what its command said."""

    def __init__(self, title: str, output: str, code: int = 1) -> None:
        super().__init__(title)
        self.title = title
        self.output = output
        self.code = code

    @property
    def disk_is_full(self) -> bool:
        return any(sign in self.output.lower() for sign in DISK_FULL)

    @property
    def network_is_missing(self) -> bool:
        return any(sign in self.output.lower() for sign in NO_NETWORK)


class Steps:
    """Shows steps one after another: a running second counter on a terminal, plain lines elsewhere."""

    def __init__(self) -> None:
        self.live = sys.stdout.isatty()

    def run(self, title: str, command: Iterable[str | Path], environment: dict[str, str]) -> None:
        """Run a command as a step. Raises StepFailedError with the command's output."""
        self.do(title, lambda tell: _run(title, list(command), environment, tell))

    def do(self, title: str, work: Callable[[Callable[[str], None]], object]) -> None:
        """Do the work, which is given a function that shows the newest line of its progress."""
        began = time.monotonic()
        news = [""]
        done = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(title, began, news, done), daemon=True)
        ticker.start()
        try:
            work(lambda line: news.__setitem__(0, line))
        except BaseException:
            self._end(done, ticker, f"  ✗ {title}")
            raise
        self._end(done, ticker, f"  ✓ {title}  ({time.monotonic() - began:.1f} s)")

    def _tick(self, title: str, began: float, news: list[str], done: threading.Event) -> None:
        if not self.live:
            print(f"  … {title}", flush=True)
            return
        while not done.wait(0.2):
            line = f"  … {title}  {time.monotonic() - began:.0f} s  {news[0]}"
            print("\r\033[K" + line[: shutil.get_terminal_size().columns - 1], end="", flush=True)

    def _end(self, done: threading.Event, ticker: threading.Thread, line: str) -> None:
        done.set()
        ticker.join()
        print(("\r\033[K" if self.live else "") + line, flush=True)


def _run(title: str, command: list[str | Path], environment: dict[str, str], tell: Callable[[str], None]) -> None:
    lines = []
    try:
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                lines.append(line)
                tell(line.strip())
    except OSError as error:
        raise StepFailedError(title, f"{command[0]}: {error}") from error
    if process.returncode != 0:
        raise StepFailedError(title, "".join(lines), process.returncode)


def clean_environment() -> dict[str, str]:
    """The environment without what would point our commands elsewhere."""
    foreign = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")
    kept = {key: value for key, value in os.environ.items() if key not in foreign and not key.startswith("ALLMENDE_")}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash over names and contents; it changes as soon as one of the files does."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Stamp:
    """Remembers in a file for which inputs a step was last finished."""

    def __init__(self, path: Path, inputs: Iterable[Path]) -> None:
        self.path = path
        self.value = fingerprint(inputs)

    @property
    def fits(self) -> bool:
        return self.path.is_file() and self.path.read_text().strip() == self.value

    def set(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.value + "\n")


class Environment:
    """A virtual environment with exactly the packages of one requirements file, and our own package."""

    def __init__(self, folder: Path, requirements: str) -> None:
        self.folder = folder
        self.requirements = ROOT / "requirements" / requirements
        self.python = folder / "bin" / "python"
        # The clone's place belongs to it: a moved clone has a broken environment.
        self.stamp = Stamp(folder / "stamp", [self.requirements, BUILD_PIN, UV_PIN, ROOT / "pyproject.toml"])
        self.stamp.value += f" {ROOT}"

    @property
    def ready(self) -> bool:
        return self.stamp.fits and self.python.exists()

    def prepare(self, steps: Steps, titles: dict[str, str]) -> None:
        """Bring the environment up to date. Raises StepFailedError."""
        if self.ready:
            return
        self.stamp.path.unlink(missing_ok=True)
        variables = clean_environment()
        if not self._works():
            shutil.rmtree(self.folder, ignore_errors=True)
            steps.run(titles["venv"], [sys.executable, "-m", "venv", self.folder], variables)
        uv = self._uv(steps, titles, variables)
        pip = [*uv, "pip"]
        target = ["--system-certs", "--python", self.python]
        steps.run(titles["packages"], [*pip, "sync", *target, "--require-hashes", self.requirements], variables)
        own = ["--no-deps", "--build-constraints", BUILD_PIN, "--editable", ROOT]
        steps.run(titles["own"], [*pip, "install", *target, *own], variables)
        self.stamp.set()

    def _works(self) -> bool:
        command = [self.python, "-c", "import pip, sys; print(sys.version)"]
        try:
            found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return False
        return found.strip() == sys.version.strip()

    def _uv(self, steps: Steps, titles: dict[str, str], variables: dict[str, str]) -> list[str | Path]:
        installed = shutil.which("uv")
        if installed:
            return [installed]
        if not (self.folder / "bin" / "uv").exists():
            command = [self.python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", UV_PIN]
            steps.run(titles["uv"], command, variables)
        return [self.folder / "bin" / "uv"]


def is_disk_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
