"""``./demo`` and ``./test`` say what is wrong; what they bring along is pinned."""

import re
import socket
import subprocess
import tomllib
from pathlib import Path
from types import SimpleNamespace

import environment
import pytest
import run_demo
import run_tests
from environment import ROOT, Stamp, StepFailedError, Steps

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def demo(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "demo", *arguments], capture_output=True, text=True, check=False, env=variables or None, timeout=30
    )


def test_a_taken_port_is_named_before_anything_is_done():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = demo("--port", str(port))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"\nPort {port} auf 127.0.0.1 ist schon belegt, vielleicht läuft die Demo schon.\n"
        f"Beenden Sie das andere Programm oder wählen Sie einen anderen Port: ./demo --port {port + 1}\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_a_port_that_does_not_exist_is_refused(port):
    done = demo("--port", port)

    assert done.returncode == 1
    assert done.stderr == f"\nPort {port} gibt es nicht. Bitte wählen Sie einen Port zwischen 1024 und 65535.\n"


@pytest.mark.parametrize("script", ["demo", "test"])
def test_an_old_python_is_named(tmp_path, script):
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"):
        old = tmp_path / name
        old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 || exit 1\n')
        old.chmod(0o755)

    done = subprocess.run(
        [ROOT / script], capture_output=True, text=True, check=False, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}
    )

    assert done.returncode == 1
    assert "Python 3.9.2" in done.stderr


def test_a_full_disk_is_named_before_anything_is_done(monkeypatch):
    monkeypatch.setattr(run_demo.shutil, "disk_usage", lambda _path: SimpleNamespace(free=90_000_000))

    with pytest.raises(run_demo.DemoError, match=r"zu wenig Platz: .* sind 0\.1 GB frei"):
        run_demo.check_space()


@pytest.mark.parametrize(
    "output", ["OSError: [Errno 28] No space left on device", "sqlite3.OperationalError: database or disk is full"]
)
def test_a_disk_that_fills_up_on_the_way_is_named(output):
    message = run_demo.explain(StepFailedError("Datenbank einrichten", output))

    assert message.startswith(
        "Der Schritt »Datenbank einrichten« ist gescheitert.\nAuf der Festplatte ist zu wenig Platz"
    )


def test_a_missing_network_is_named_with_its_step():
    output = "error: Failed to fetch: `…`\n  Caused by: dns error"

    message = run_demo.explain(StepFailedError(run_demo.TITLES["packages"], output))

    assert message.startswith("Der Schritt »Pakete installieren« ist gescheitert. Das Paketverzeichnis ist nicht")


def test_a_step_shows_its_output_when_it_fails(capsys):
    with pytest.raises(StepFailedError) as caught:
        Steps().run("ein Schritt", ["sh", "-c", "echo so weit; exit 3"], {"PATH": "/usr/bin:/bin"})

    assert (caught.value.code, caught.value.output) == (3, "so weit\n")
    assert capsys.readouterr().out == "  … ein Schritt\n  ✗ ein Schritt\n"


def test_a_stamp_fits_until_an_input_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    pin = tmp_path / "pin.txt"
    pin.write_text("one")
    Stamp(tmp_path / "stamp", [pin]).set()

    before = Stamp(tmp_path / "stamp", [pin]).fits
    pin.write_text("two")
    after = Stamp(tmp_path / "stamp", [pin]).fits

    assert (before, after) == (True, False)


def test_the_demo_ignores_the_settings_of_a_real_installation(monkeypatch):
    monkeypatch.setenv("ALLMENDE_DATABASE_URL", "postgres://town")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "other.settings")

    given = run_demo.demo_environment()

    ours = {key: value for key, value in given.items() if key.startswith(("ALLMENDE_", "DJANGO_"))}
    assert ours == {"ALLMENDE_DATA": str(ROOT / ".demo" / "data"), "ALLMENDE_DEMO": "1"}


def test_the_greeting_tells_how_to_sign_in(capsys):
    run_demo.greet("0.0.0.0", 8140)

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  Lindach ist da:  http://127.0.0.1:8140/"
    assert (
        lines[4] == "  Oder mit E-Mail-Adresse und Passwort »lindach-demo«  (http://127.0.0.1:8140/anmelden/passwort/):"
    )
    assert [line.split()[0] for line in lines[5:15]] == list(run_demo.ACCOUNTS)


@pytest.mark.parametrize("name", ["run.txt", "test.txt", "build.txt", "uv.txt"])
def test_every_package_is_pinned_with_hashes(name):
    text = (ROOT / "requirements" / name).read_text()

    pins = re.findall(r"^([a-z0-9][\w.-]*)==\S+(?: ;[^\\\n]+)? \\\n    --hash=sha256:", text, re.MULTILINE)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert len(pins) == len(lines) > 0


def test_every_dependency_is_among_the_pins():
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / "run.txt").read_text(), re.MULTILINE))

    names = {re.match(r"[\w.-]+", dependency).group().lower() for dependency in PROJECT["dependencies"]}

    assert names - pinned == set()


def test_the_dependencies_are_few_and_each_says_why():
    text = Path(ROOT / "pyproject.toml").read_text()
    block = text.split("dependencies = [\n")[1].split("\n]\n")[0].splitlines()

    assert len(block) == len(PROJECT["dependencies"]) <= 25
    assert [line for line in block if not re.search(r"\",\s+# \w", line)] == []


def test_who_may_not_install_is_told_what_is_missing(monkeypatch):
    monkeypatch.setattr(run_tests.os, "geteuid", lambda: 1000)

    with pytest.raises(run_tests.MissingError) as caught:
        run_tests.require_commands(Steps(), {"chromium", "java"})

    assert str(caught.value) == (
        "Missing commands: chromium, java.\n"
        "On Debian they come with: apt-get install default-jre-headless chromium fonts-liberation"
    )


def test_root_installs_what_is_missing_from_debian(monkeypatch):
    monkeypatch.setattr(run_tests.os, "geteuid", lambda: 0)
    monkeypatch.setattr(run_tests.shutil, "which", lambda name: f"/usr/bin/{name}")
    ran = []
    steps = SimpleNamespace(run=lambda _title, command, _environment: ran.append(command))

    run_tests.require_commands(steps, {"msgfmt"})

    assert ran == [["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", "gettext"]]


def test_every_step_runs_even_if_one_fails(capsys):
    checks = [run_tests.Check("one", lambda: 1), run_tests.Check("two", lambda: 0)]

    code = run_tests.run_all(checks)

    assert code == 1
    assert "1 of 2 steps are fine, 1 failed" in capsys.readouterr().out
