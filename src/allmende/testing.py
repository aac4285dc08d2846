"""A pytest plugin (``-p allmende.testing``): gives the tests an installation of their own, in a temporary folder.

pytest-django reads the settings before any conftest.py is looked at, and settings come from the environment: so the
environment is set while this file is imported, in the main process and in each worker of pytest-xdist.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from allmende.config.variables import FOR_TESTS

BASE = "TEST_FOLDER_OF_ALLMENDE"  # set by the main process, so that its workers and it agree
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

# Tests that may be skipped, by a part of their id, each with the reason. Every other skip fails the run.
ALLOWED_SKIPS: dict[str, str] = {}


def _prepare_environment() -> Path:
    """Put the tests' own values in the place of whatever ``ALLMENDE_*`` the caller had; returns the data folder."""
    kept = {key: os.environ[key] for key in (*FOR_TESTS, BASE) if os.environ.get(key)}
    for key in [key for key in os.environ if key.startswith("ALLMENDE_")]:
        del os.environ[key]
    if BASE not in kept:
        kept[BASE] = tempfile.mkdtemp(prefix="allmende-test-")
        atexit.register(shutil.rmtree, kept[BASE], ignore_errors=True)
    data = Path(kept[BASE], WORKER)
    Path(data, "static").mkdir(parents=True, exist_ok=True)
    os.environ |= kept | {
        "ALLMENDE_DATA": str(data),
        "ALLMENDE_MAIL_FROM": "Allmende <post@allmende.example>",
        "ALLMENDE_MAIL_URL": "smtp://localhost:1",  # nobody listens; pytest-django keeps mails in memory
        "ALLMENDE_SECOND_FACTOR": "off",  # the staff of the test town come in with a password; its own tests turn it on
        "ALLMENDE_SECRET_KEY": "a key for tests alone, long enough for every check of its length",
        "PYTEST_PLUGINS": __name__,  # pytest-xdist hands on no -p early enough
    }
    if "ALLMENDE_TEST_DATABASE_URL" in kept:
        os.environ["ALLMENDE_DATABASE_URL"] = kept["ALLMENDE_TEST_DATABASE_URL"]
    return data


DATA = _prepare_environment()


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The manifest of the real storage exists only after collectstatic; the browser tests use the real one.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def pytest_report_header() -> str:
    return f"database: {os.environ.get('ALLMENDE_DATABASE_URL', 'SQLite')}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in _forbidden_skips(terminalreporter):
        terminalreporter.write_line(f"skipped without leave: {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing is skipped silently: a skip that nobody allowed fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and _forbidden_skips(reporter) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _forbidden_skips(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    skips = [report for report in reporter.stats.get("skipped", []) if not hasattr(report, "wasxfail")]
    return [report for report in skips if not any(part in report.nodeid for part in ALLOWED_SKIPS)]
