"""A town is set up, saved while it runs, destroyed and brought back, also into the other database: real commands only."""

import json
import os
import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zipfile import ZipFile

import psycopg
import pytest
from machine import Machine

POSTGRES = os.environ.get("ALLMENDE_TEST_DATABASE_URL", "")
CLUBS = "Name;Kurz gesagt\nChor Harmonie;Wir singen „Älteres“\nTSV Neustadt;Für alle\n"
KEEP_A_PROOF = "from allmende.core.files import save_private; print(save_private(b'proof', suffix='.pdf'))"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Neustadt, with two clubs and a private file."""
    machine = Machine(tmp_path / "one")
    machine.run(
        "init", "--name", "Neustadt", "--land", "Bayern", "--address", "http://neustadt.example", "--admin-mail",
        "amt@neustadt.example", "--no-input",
    )  # fmt: skip
    (tmp_path / "clubs.csv").write_text(CLUBS)
    machine.run("import", "organisations", str(tmp_path / "clubs.csv"))
    machine.run("shell", "-c", KEEP_A_PROOF)
    return machine


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Machine]:
    """Another machine, with PostgreSQL if the tests have one."""
    if not POSTGRES:
        yield Machine(tmp_path / "two")
        return
    name = f"backup_{os.getpid()}"
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield Machine(tmp_path / "two", urlsplit(POSTGRES)._replace(path=f"/{name}").geturl())
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def content_of(archive: Path) -> dict[str, object]:
    """Rows as values, since PostgreSQL keeps no order of keys in JSON; files by their hashes."""
    with ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
        lines = {name: opened.read(name).splitlines() for name in manifest["parts"] if name.startswith("rows/")}
    files = {name: part["sha256"] for name, part in manifest["parts"].items() if name not in lines}
    return {"tables": manifest["tables"], "files": files} | {
        name: [json.loads(line) for line in rows] for name, rows in lines.items()
    }


def test_what_is_destroyed_comes_back(machine, tmp_path):
    before = machine.organisations()
    with machine.serving():
        said = machine.run("backup", str(tmp_path))
    archive = Path(said.splitlines()[-1])
    shutil.rmtree(machine.data)

    machine.run("restore", str(archive))

    assert machine.organisations() == before
    assert "Chor Harmonie" in before
    with machine.serving() as address:
        assert json.load(urllib.request.urlopen(f"{address}/health/ready"))["migrations"] is True


def test_it_comes_back_under_a_running_server(machine, tmp_path):
    archive = tmp_path / "one.zip"
    machine.run("backup", str(archive))
    before = machine.organisations()
    (tmp_path / "more.csv").write_text("Name;Kurz gesagt\nImkerverein;Bienen\n")
    machine.run("import", "organisations", str(tmp_path / "more.csv"), "--source", "more")

    with machine.serving() as address:
        refused = machine.run("restore", str(archive), code=1)
        machine.run("restore", str(archive), "--replace")
        answer = urllib.request.urlopen(f"{address}/health/ready").status

    assert "--replace" in refused
    assert (answer, machine.organisations()) == (200, before)


def test_a_town_moves_into_another_database_and_back(machine, other, tmp_path):
    first, second, third = (tmp_path / f"{name}.zip" for name in ("first", "second", "third"))
    machine.run("backup", str(first))
    other.run("restore", str(first))
    clubs = other.organisations()
    other.run("backup", str(second))
    machine.run("restore", str(second), "--replace")
    machine.run("backup", str(third))

    assert clubs == machine.organisations()
    assert content_of(first) == content_of(second) == content_of(third)


def test_an_archive_of_an_older_version_comes_back_into_this_one(other, tmp_path):
    """The older version knew the first tables of the ground floor alone."""
    old = Machine(tmp_path / "old")
    old.run("migrate", "core", "0001_initial", "--verbosity", "0")
    with sqlite3.connect(old.data / "allmende.sqlite3") as connection:
        connection.execute(
            "INSERT INTO core_logentry (at, actor_id, actor, verb, model, key, reason, request_id)"
            " VALUES ('2026-01-02 03:04:05.678901', '', 'Anna', 'changed', '', 'thing', '', '')"
        )
    old.run("backup", str(tmp_path / "old.zip"))

    other.run("restore", str(tmp_path / "old.zip"))

    assert "No planned migration operations" in other.run("migrate", "--plan")
    entry = "from allmende.core.models import LogEntry as L; e = L.objects.get(); print(e.at.isoformat(), e.actor)"
    assert other.run("shell", "-c", entry).splitlines()[-1] == "2026-01-02T03:04:05.678901+00:00 Anna"
