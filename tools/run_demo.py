"""What ``./demo`` does: environment, database, demo town, server. Everything lies in ``.demo/`` of the clone."""

import argparse
import contextlib
import errno
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from environment import ROOT, Environment, Stamp, StepFailedError, Steps, clean_environment, is_disk_full

HOME = ROOT / ".demo"
DATA = HOME / "data"
LOG = HOME / "server.log"
SOURCE = ROOT / "src" / "allmende"
ENVIRONMENT = Environment(HOME / "venv", "run.txt")
ALLMENDE = ENVIRONMENT.folder / "bin" / "allmende"

GIGABYTE = 1_000_000_000
SPACE_TO_INSTALL = 1 * GIGABYTE
SPACE_TO_RUN = GIGABYTE // 10
HIGHEST_PORT = 65535

TITLES = {
    "venv": "Python-Umgebung anlegen",
    "uv": "Installationswerkzeug uv holen",
    "packages": "Pakete installieren",
    "own": "Allmende installieren",
}
ACCOUNTS = {
    "buergerin": "Bürgerin ohne Organisation",
    "verein": "verantwortlich für den TSV Lindach 1921",
    "verein2": "verantwortlich für einen nicht anerkannten Verein",
    "anbieter": "verantwortlich für den Feuerwehrverein Lindach",
    "redaktion": "Redaktion",
    "agentur": "Freiwilligenagentur",
    "sachbearbeitung": "Sachbearbeitung im Rathaus",
    "moderation": "Moderation",
    "region": "Verwaltung der Region",
    "support": "Verwaltung der Plattform",
}
PASSWORD = "lindach-demo"  # noqa: S105  # public by design: the demo's people are invented


class DemoError(Exception):
    """What went wrong, in words for the person at the terminal."""


def main() -> int:
    arguments = sys.argv[1:]
    try:
        if arguments and not arguments[0].startswith("-"):
            return run_command(arguments)
        return start(read_options(arguments))
    except DemoError as error:
        return complain(str(error))
    except StepFailedError as error:
        return complain(explain(error))
    except OSError as error:
        return complain(no_space() if is_disk_full(error) else f"Es gab einen Fehler beim Zugriff auf Dateien: {error}")
    except KeyboardInterrupt:
        return complain("Abgebrochen. Der nächste Aufruf von ./demo macht dort weiter.", code=130)


def complain(message: str, code: int = 1) -> int:
    print(f"\n{message}", file=sys.stderr)
    return code


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./demo",
        usage="./demo [--host HOST] [--port PORT] [--fresh]\n       ./demo BEFEHL …",
        description="Startet die Beispielstadt Lindach. Mit BEFEHL: führt »allmende BEFEHL …« mit ihren Daten aus.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="Adresse, auf der die Demo antwortet (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="Port, auf dem die Demo antwortet (8000)")
    parser.add_argument("--fresh", action="store_true", help="wirft die Daten der Demo weg und beginnt neu")
    return parser.parse_args(arguments)


def start(options: argparse.Namespace) -> int:
    check_address(options.host, options.port)
    check_space()
    print("Allmende: die Beispielstadt Lindach wird vorbereitet.", flush=True)
    if options.fresh:
        shutil.rmtree(DATA, ignore_errors=True)
    prepare(Steps(), origin_of(options.host, options.port))
    return serve(options.host, options.port)


def run_command(arguments: list[str]) -> int:
    """Run an ``allmende`` command on the demo's data; only the command writes to standard output."""
    with contextlib.redirect_stdout(sys.stderr):
        check_space()
        prepare(Steps())
    sys.stdout.flush()
    os.execve(ALLMENDE, ["allmende", *arguments], demo_environment())  # noqa: S606  # ours


def check_address(host: str, port: int) -> None:
    """Is the address free? Asked first, so that nobody waits for nothing."""
    if not 0 < port <= HIGHEST_PORT:
        raise DemoError(f"Port {port} gibt es nicht. Bitte wählen Sie einen Port zwischen 1024 und {HIGHEST_PORT}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise DemoError(explain_address(host, port, error)) from error


def explain_address(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} auf {host} ist schon belegt, vielleicht läuft die Demo schon.\n"
            f"Beenden Sie das andere Programm oder wählen Sie einen anderen Port: ./demo --port {port + 1}"
        )
    if error.errno == errno.EACCES:
        return f"Port {port} dürfen Sie nicht benutzen. Bitte wählen Sie einen Port über 1023: ./demo --port 8000"
    return f"Auf der Adresse {host} kann diese Maschine nicht antworten: {error}"


def check_space() -> None:
    needed = SPACE_TO_RUN if ENVIRONMENT.ready else SPACE_TO_INSTALL
    if shutil.disk_usage(ROOT).free < needed:
        raise DemoError(no_space(needed))


def no_space(needed: int = SPACE_TO_INSTALL) -> str:
    free = shutil.disk_usage(ROOT).free / GIGABYTE
    return (
        f"Auf der Festplatte ist zu wenig Platz: Unter {ROOT} sind {free:.1f} GB frei, "
        f"nötig sind {needed / GIGABYTE:.1f} GB.\nBitte schaffen Sie Platz und rufen Sie ./demo noch einmal auf."
    )


def explain(error: StepFailedError) -> str:
    if error.disk_is_full:
        return f"Der Schritt »{error.title}« ist gescheitert.\n{no_space()}"
    tail = "\n".join(f"    {line}" for line in error.output.strip().splitlines()[-15:])
    if error.title == TITLES["venv"]:
        hint = "Bitte installieren Sie venv und pip für Python, unter Debian das Paket python3-venv."
    elif error.network_is_missing and error.title in TITLES.values():
        hint = "Das Paketverzeichnis ist nicht erreichbar. Bitte prüfen Sie die Verbindung zum Internet und den Proxy."
    else:
        hint = "Hilft ein neuer Anfang? ./demo --fresh wirft die Daten der Demo weg und beginnt neu."
    return f"Der Schritt »{error.title}« ist gescheitert. {hint}\n\n{tail}"


def prepare(steps: Steps, origin: str = "") -> None:
    """Bring the environment, the database, the town and the static files up to date; each only if it changed.

    The town knows the address at which it answers, for the links in its mails; '' leaves it where it was.
    """
    HOME.mkdir(exist_ok=True)
    ENVIRONMENT.prepare(steps, TITLES)
    DATA.mkdir(exist_ok=True)
    pins = [ENVIRONMENT.requirements]
    migrations = [*pins, *SOURCE.glob("**/migrations/*.py")]
    towns = [*migrations, *SOURCE.glob("**/demo.py"), *SOURCE.glob("**/demo_*/**/*.*")]
    static = [*pins, *(path for path in SOURCE.glob("**/static/**/*") if path.is_file())]
    once(steps, "Datenbank einrichten", ["migrate", "--no-input"], migrations)
    note = DATA / "stamps" / "origin"
    before = note.read_text() if note.is_file() else ""
    wanted = origin or before or origin_of("127.0.0.1", 8000)
    once(steps, "Lindach mit Leben füllen", ["demo", "--origin", wanted], towns, again=wanted != before)
    note.write_text(wanted)
    once(steps, "Bilder, Schriften und Gestaltung bereitlegen", ["collectstatic", "--no-input"], static)


def once(steps: Steps, title: str, command: list[str], inputs: list[Path], *, again: bool = False) -> None:
    """Run a command unless it has already run with the same inputs on the same data."""
    stamp = Stamp(DATA / "stamps" / command[0], (path for path in inputs if "__pycache__" not in path.parts))
    if again or not stamp.fits:
        steps.run(title, [ALLMENDE, *command], demo_environment())
        stamp.set()


def demo_environment() -> dict[str, str]:
    return {**clean_environment(), "ALLMENDE_DATA": str(DATA), "ALLMENDE_DEMO": "1"}


def serve(host: str, port: int) -> int:
    with LOG.open("wb") as log:
        command = [ALLMENDE, "serve", "--host", host, "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env=demo_environment(), stdout=log, stderr=log)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: server.terminate())
    Steps().do("Server starten", lambda _tell: wait_until_alive(server, host, port))
    greet(host, port)
    code = server.wait()
    stopped = (0, -signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGTERM, 128 + signal.SIGINT)
    return 0 if code in stopped else complain(f"Der Server hat sich beendet ({code}).\n{log_tail()}", code=1)


def wait_until_alive(server: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Raises StepFailedError if the server ends, or gives no answer within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise StepFailedError("Server starten", log_tail())
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(reachable(host), port, timeout=5)
            connection.request("GET", "/health/live")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.1)
    server.terminate()
    raise StepFailedError("Server starten", f"Der Server antwortet nicht.\n{log_tail()}")


def log_tail() -> str:
    return "\n".join(LOG.read_text(errors="replace").splitlines()[-15:])


def reachable(host: str) -> str:
    """An address that a browser on this machine can ask when the server listens on all of them."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104  # only read here


def origin_of(host: str, port: int) -> str:
    name = reachable(host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def greet(host: str, port: int) -> None:
    address = f"{origin_of(host, port)}/"
    width = max(map(len, ACCOUNTS))
    people = "\n".join(f"    {account:<{width}}  {role}" for account, role in ACCOUNTS.items())
    print(f"""
  Lindach ist da:  {address}

  Anmelden mit einem Klick:  {address}demo/
  Oder mit E-Mail-Adresse und Passwort »{PASSWORD}«  ({address}anmelden/passwort/):
{people}
    jeweils @lindach.example

  Mails der Demo:  {address}demo/post/
  Protokoll:       {LOG.relative_to(ROOT)}
  Beenden:         Strg+C
""", flush=True)  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
