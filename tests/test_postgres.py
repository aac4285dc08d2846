"""The PostgreSQL server that the tests bring along."""

import os
import re
import subprocess
import sys
from pathlib import Path

STARTER = Path(__file__).with_name("postgres.py")
ASK = """
import os, psycopg
with psycopg.connect(os.environ["ALLMENDE_TEST_DATABASE_URL"]) as connection:
    for question in ("SHOW fsync", "SHOW server_encoding", "SELECT datcollate FROM pg_database LIMIT 1"):
        print(connection.execute(question).fetchone()[0])
"""


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if key != "ALLMENDE_TEST_DATABASE_URL"}
    return subprocess.run(
        [sys.executable, STARTER, "run", "--", *command],
        capture_output=True,
        text=True,
        check=False,
        env=kept | variables,
        timeout=60,
    )


def test_a_server_of_its_own_runs_beside_the_command():
    done = run(sys.executable, "-c", ASK)

    address, *answers = done.stdout.splitlines()
    assert re.fullmatch(r"PostgreSQL: postgres://allmende@127\.0\.0\.1:\d+/postgres", address)
    assert answers == ["off", "UTF8", "C.UTF-8"]
    assert done.returncode == 0


def test_the_exit_code_is_the_commands():
    assert run("sh", "-c", "exit 7").returncode == 7


def test_a_given_server_is_used_instead():
    done = run("sh", "-c", "echo $ALLMENDE_TEST_DATABASE_URL", ALLMENDE_TEST_DATABASE_URL="postgres://elsewhere/town")

    assert done.stdout == "PostgreSQL: postgres://elsewhere/town\npostgres://elsewhere/town\n"
