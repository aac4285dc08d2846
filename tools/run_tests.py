"""What ``./test`` does: brings the tools along, runs every check even if one fails, and sums up."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from environment import ROOT, Environment, Stamp, StepFailedError, Steps, clean_environment

HOME = ROOT / ".test"
ENVIRONMENT = Environment(ROOT / ".venv", "test.txt")
PROGRAMS = ENVIRONMENT.folder / "bin"
TITLES = {
    "venv": "create .venv",
    "uv": "install uv",
    "packages": "install the pinned packages",
    "own": "install Allmende",
}
# What has to be there besides Python packages: the command, and Debian's packages for it.
COMMANDS = {
    "git": ["git"],
    "msgfmt": ["gettext"],
    "npm": ["npm"],
    "java": ["default-jre-headless"],
    "chromium": ["chromium", "fonts-liberation"],
}
FOR_QUICK = {"git", "msgfmt"}
WORKERS = "2"


class MissingError(Exception):
    """Something that we may not install ourselves is not there."""


@dataclass(frozen=True)
class Check:
    title: str
    run: Callable[[], int]
    quick: bool = False


def main() -> int:
    arguments = sys.argv[1:]
    quick = arguments == ["quick"]
    try:
        prepare(COMMANDS.keys() & FOR_QUICK if quick or arguments else COMMANDS.keys())
    except MissingError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except StepFailedError as error:
        print(f"\n{error.title}: failed\n\n{error.output}", file=sys.stderr)
        return 2
    if arguments and not quick:
        return run_pytest(*arguments)
    return run_all([check for check in CHECKS if check.quick or not quick])


def prepare(commands: set[str]) -> None:
    """Raises MissingError or StepFailedError."""
    steps = Steps()
    HOME.mkdir(exist_ok=True)
    require_commands(steps, {command for command in commands if not shutil.which(command)})
    ENVIRONMENT.prepare(steps, TITLES)
    if "npm" in commands:
        stamp = Stamp(ROOT / "node_modules" / "stamp", [ROOT / "package.json", ROOT / "package-lock.json"])
        if not stamp.fits:
            # Without scripts: they would fetch from elsewhere what the packages already hold.
            steps.run("install axe and the HTML checker", ["npm", "ci", "--ignore-scripts"], clean_environment())
            stamp.set()


def require_commands(steps: Steps, missing: set[str]) -> None:
    packages = [package for command, names in COMMANDS.items() if command in missing for package in names]
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise MissingError(
            f"Missing commands: {', '.join(sorted(missing))}.\n"
            f"On Debian they come with: apt-get install {' '.join(packages)}"
        )
    variables = {**clean_environment(), "DEBIAN_FRONTEND": "noninteractive"}
    steps.run("look up Debian's packages", ["apt-get", "update"], variables)
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    steps.run(f"install {', '.join(packages)}", install, variables)


def run_all(checks: list[Check]) -> int:
    results = [(check.title, *timed(check)) for check in checks]
    print(f"\n{'─' * 72}")
    for title, code, seconds in results:
        print(f"  {'✓' if code == 0 else '✗'} {title:<52} {seconds:7.1f} s")
    failed = sum(code != 0 for _, code, _ in results)
    total = sum(seconds for _, _, seconds in results)
    print(f"  {len(results) - failed} of {len(results)} steps are fine, {failed} failed; {total:.0f} s")
    return 1 if failed else 0


def timed(check: Check) -> tuple[int, float]:
    print(f"\n━━ {check.title} {'━' * max(0, 68 - len(check.title))}", flush=True)
    began = time.monotonic()
    return check.run(), time.monotonic() - began


def call(*command: str | Path, **variables: str) -> int:
    """Run one of the environment's programs in an installation that holds nothing; returns its exit code."""
    environment = clean_environment() | {
        "ALLMENDE_DATA": str(HOME / "data"),
        "ALLMENDE_MAIL_FROM": "post@allmende.example",
        "ALLMENDE_MAIL_URL": "smtp://localhost:1",
        "ALLMENDE_SECRET_KEY": "a key for checks alone, long enough for every check of its length",
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
    }
    given = {key: os.environ[key] for key in ("ALLMENDE_TEST_DATABASE_URL", "ALLMENDE_SHOTS") if os.environ.get(key)}
    return subprocess.run(command, cwd=ROOT, env=environment | given | variables, check=False).returncode


def each(*commands: list[str | Path]) -> int:
    """All the commands run; the first exit code that is not 0 counts."""
    codes = [call(*command) for command in commands]
    return next((code for code in codes if code), 0)


def templates() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return [path for path in listed if "/vendor/" not in path and (ROOT / path).is_file()]


def lint_templates() -> int:
    found = templates()
    return each(["djade", "--check", *found], ["djlint", "--lint", "--quiet", *found]) if found else 0


def check_migrations() -> int:
    (HOME / "data").mkdir(parents=True, exist_ok=True)
    return call("allmende", "makemigrations", "--check", "--dry-run")


def run_pytest(*arguments: str) -> int:
    """Unit tests with the database that the environment names, SQLite if it names none."""
    return call("pytest", *arguments)


UNIT = ("-n", WORKERS, "-m", "not browser and not kill", "--durations", "10", "--durations-min", "2")
BROWSER = ("-n", WORKERS, "--dist", "loadfile", "-m", "browser", "-p", "no:randomly", "tests/browser")  # a town each
KILLS = ("pytest", "-m", "kill", "tests/kill")
CHECKS = [
    Check("ruff", lambda: each(["ruff", "check"], ["ruff", "format", "--check"]), quick=True),
    Check("types (mypy)", lambda: call("mypy"), quick=True),
    Check("import contracts (import-linter)", lambda: call("lint-imports"), quick=True),
    Check("templates (djade, djlint)", lint_templates, quick=True),
    Check("migrations are complete", check_migrations, quick=True),
    Check("licences (REUSE)", lambda: call("reuse", "lint", "--quiet"), quick=True),
    Check("unit and web tests on SQLite", lambda: call("pytest", *UNIT, ALLMENDE_TEST_DATABASE_URL=""), quick=True),
    Check(
        "unit and web tests on PostgreSQL",
        lambda: call("python", "tests/postgres.py", "run", "--", "pytest", *UNIT),
    ),
    Check("50 kills on SQLite", lambda: call(*KILLS, ALLMENDE_TEST_DATABASE_URL="")),
    Check("10 kills on PostgreSQL", lambda: call("python", "tests/postgres.py", "run", "--", *KILLS)),
    Check("browser, axe, HTML checker", lambda: call("pytest", *BROWSER)),
]


if __name__ == "__main__":
    sys.exit(main())
