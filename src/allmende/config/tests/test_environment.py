import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from allmende.config.environment import SETTINGS, Environment, read_environment

SECRET = "a secret of more than fifty characters, for these tests alone"
MAIL = "smtp+tls://post%40lindach.example:p%40ss%3Aword@mail.lindach.example:587"


@pytest.fixture
def read(tmp_path: Path) -> Any:
    """Reads an environment with just these ``ALLMENDE_`` variables, in a data folder of its own."""

    def read(**given: str) -> Environment:
        names = {f"ALLMENDE_{name}": value for name, value in {"DATA": str(tmp_path), **given}.items()}
        return read_environment({"PATH": "/bin", **names})

    return read


def test_a_small_town_gives_an_address_of_a_mail_server_and_nothing_else(read, tmp_path):
    environment = read(MAIL_URL=MAIL)

    assert environment.database["NAME"] == str(tmp_path / "allmende.sqlite3")
    assert environment.database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert environment.mail == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.lindach.example",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "post@lindach.example",
        "EMAIL_HOST_PASSWORD": "p@ss:word",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "EMAIL_TIMEOUT": 10,
    }
    assert (environment.mail_from, environment.secure, environment.demo) == ("post@lindach.example", True, False)
    assert (environment.trusted_proxies, environment.log_level, environment.warnings) == ((), "INFO", [])


def test_sqlite_is_used_as_the_design_wants(read):
    import sqlite3

    options = read().database["OPTIONS"]
    connection = sqlite3.connect(read().database["NAME"], timeout=options["timeout"])
    connection.executescript(options["init_command"])

    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert connection.execute("PRAGMA busy_timeout").fetchone() == (30000,)
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)
    connection.close()


def test_a_bigger_town_gives_an_address_of_a_database(read):
    database = read(DATABASE_URL="postgres://town:p%40ss@db.lindach.example:5433/allmende").database

    parts = {name: database[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert parts == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "allmende",
        "USER": "town",
        "PASSWORD": "p@ss",
        "HOST": "db.lindach.example",
        "PORT": 5433,
    }


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://localhost", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtp+ssl://mail.example", 465, False, True),
        ("smtps://mail.example:2465", 2465, False, True),
    ],
)
def test_the_scheme_says_how_mail_is_encrypted(read, url, port, tls, ssl):
    mail = read(MAIL_URL=url, MAIL_FROM="post@lindach.example").mail

    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (port, tls, ssl)


def test_the_secret_is_made_once_and_is_the_owners_alone(read, tmp_path):
    first, second = read().secret_key, read().secret_key

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_at_once_take_the_same_secret(tmp_path):
    code = "from allmende.config.environment import read_environment; print(read_environment().secret_key)"
    variables = {**os.environ, "ALLMENDE_DATA": str(tmp_path), "ALLMENDE_SECRET_KEY": ""}

    def start(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True
        ).stdout

    with ThreadPoolExecutor(4) as threads:
        secrets = set(threads.map(start, range(4)))

    assert len(secrets) == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == ["secret"]


def test_the_demo_keeps_its_mail(read, tmp_path):
    demo = read(DEMO="true")

    assert demo.mail == {
        "EMAIL_BACKEND": "allmende.core.postbox.PostboxBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "post"),
    }
    assert (demo.demo, demo.secure, demo.log_level) == (True, False, "WARNING")


def test_proxies_are_addresses_or_networks(read):
    proxies = read(TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,::1").trusted_proxies

    assert proxies == (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DEMO": "1", "MAIL_URL": MAIL}, "The demo sends no mail out"),
        ({"SECRET_KEY": "short"}, "fewer than 50 random characters"),
        ({"SECRET_KEY": "a" * 60}, "fewer than 50 random characters"),
        ({"SECURE": "0", "TRUSTED_PROXIES": "10.0.0.1", "MAIL_URL": MAIL}, "ALLMENDE_SECURE is off although a proxy"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "trusts everybody"),
        ({"TRUSTED_PROXIES": "nginx"}, "ALLMENDE_TRUSTED_PROXIES"),
        ({"DEMO": "maybe"}, "ALLMENDE_DEMO is neither true nor false"),
        ({"DATABASE_URL": "mysql://db/allmende"}, "neither sqlite:// nor postgres://"),
        ({"DATABASE_URL": "allmende.sqlite3"}, "neither sqlite:// nor postgres://"),
        ({"MAIL_URL": "mail.lindach.example"}, "begins with none of"),
        ({"MAIL_URL": "smtp://mail.example:25?tls=1"}, "takes nothing after"),
        ({"MAIL_URL": "smtp://mail.example:smtp"}, "is the port a number"),
        ({"MAIL_URL": "smtp://[mail.example"}, "ALLMENDE_MAIL_URL cannot be read"),
        ({"DATABASE_URL": "postgres://u:p@db:five/name"}, "ALLMENDE_DATABASE_URL cannot be read"),
        ({"DATABASE_URL": "postgres://[db/name"}, "ALLMENDE_DATABASE_URL cannot be read"),
        ({"MAIL_URL": "smtp://:25"}, "names no mail server"),
        ({"MAIL_URL": "smtp://mail.example", "MAIL_FROM": "the town hall"}, "ALLMENDE_MAIL_FROM"),
        ({"MAIL_URL": "smtp://mail.example"}, "ALLMENDE_MAIL_FROM"),
        ({"LOG_LEVEL": "loud"}, "ALLMENDE_LOG_LEVEL"),
        ({"WORKERS": "0"}, "ALLMENDE_WORKERS"),
        ({"SECOND_FACTOR": "everybody"}, "ALLMENDE_SECOND_FACTOR is neither staff nor off"),
        ({"DATA": "/proc/nothing"}, "ALLMENDE_DATA"),
    ],
)
def test_what_cannot_be_meant_refuses_to_start_with_a_sentence(read, given, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        read(**given)


@pytest.mark.parametrize(
    ("given", "warning"),
    [
        (
            {"SECRETKEY": "x"},
            "ALLMENDE_SECRETKEY is no setting of Allmende and has no effect. Do you mean ALLMENDE_SECRET_KEY?",
        ),
        ({"XYZ": "x"}, "ALLMENDE_XYZ is no setting of Allmende and has no effect."),
        ({"SECURE": "no"}, "ALLMENDE_SECURE is off: sign-in cookies go unencrypted over the network."),
        (
            {"SECOND_FACTOR": "off"},
            "ALLMENDE_SECOND_FACTOR is off: who reads an editor's mailbox signs in as that editor.",
        ),
        (
            {"MAIL_URL": "smtp://u:p@mail.example:25", "MAIL_FROM": "post@lindach.example"},
            "ALLMENDE_MAIL_URL: mails and password go unencrypted over the network; take smtp+tls://.",
        ),
    ],
)
def test_what_is_doubtful_warns(read, given, warning):
    assert read(**given).warnings == [warning]


@pytest.mark.parametrize(
    ("given", "forced"),
    [
        ({}, True),
        ({"SECOND_FACTOR": "off"}, False),
        ({"DEMO": "1"}, False),
        ({"DEMO": "1", "SECOND_FACTOR": "Staff"}, True),
    ],
)
def test_staff_need_a_second_factor_everywhere_but_in_the_demo(read, given, forced):
    assert read(**given).second_factor is forced


def test_no_secret_stands_in_a_traceback(read):
    environment = read(MAIL_URL=MAIL, SECRET_KEY=SECRET)

    assert "p@ss" not in repr(environment)
    assert SECRET not in repr(environment)


def test_the_table_is_complete_and_every_row_tells_something():
    names = [setting.name for setting in SETTINGS]

    assert len(names) == len(set(names))
    assert all(setting.default and setting.meaning for setting in SETTINGS)


def run(*arguments: str, **variables: str) -> Any:
    command = [sys.executable, "-c", "from allmende.config.commandline import main; main()", *arguments]
    given = {name: value for name, value in os.environ.items() if name != "ALLMENDE_DATABASE_URL"} | variables
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False)


def test_the_command_line_says_in_one_sentence_what_is_wrong(tmp_path):
    ended = run("migrate", ALLMENDE_DATA=str(tmp_path), ALLMENDE_WORKERS="many")

    assert ended.returncode == 1
    assert ended.stderr == "allmende: ALLMENDE_WORKERS is not a number from 1 to 999.\n"


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "no such table"), (b"no database at all", "file is not a database")]
)
def test_a_database_that_is_none_is_told_in_one_sentence(tmp_path, content, sentence):
    (tmp_path / "allmende.sqlite3").write_bytes(content)

    ended = run("export", "events", ALLMENDE_DATA=str(tmp_path))

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert ended.stderr.startswith(f"allmende: the database says: {sentence}")


def test_who_wants_to_know_more_gets_the_way_through_our_files(tmp_path):
    ended = run("export", "events", "--traceback", ALLMENDE_DATA=str(tmp_path))

    assert ended.stderr.startswith("Traceback")
