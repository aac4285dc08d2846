"""What the tests of the house know about its floors and files."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "allmende"
NOT_OURS = ("/migrations/", "/vendor/", "/__pycache__/")


@cache
def floors() -> dict[str, int]:
    """The number of each floor, from the ground up: read from the contract that import-linter keeps."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {
        part.strip(" ()"): number
        for number, layer in enumerate(reversed(layers))
        for part in layer.replace(":", "|").split("|")
    }


def floor_of(dotted: str) -> int:
    """The floor of a module of ours, such as ``allmende.modules.events.models``."""
    return floors()[dotted.split(".")[1]]


def may_know(knower: str, known: str) -> bool:
    """May code of the app ``knower`` point to the app ``known`` (dotted names)? Itself and lower floors, it may."""
    return knower == known or floor_of(knower) > floor_of(known)


def app_of(path: Path) -> str:
    """The dotted name of the app that a file lies in."""
    parts = path.relative_to(PACKAGE).parent.parts
    return ".".join(("allmende", *parts[: 2 if parts[0] == "modules" else 1]))


def python_files(*, tests: bool = False) -> Iterator[Path]:
    """The files of our apps, without migrations, vendored ones and, unless wanted, tests."""
    for path in sorted(PACKAGE.glob("*/**/*.py")):
        name = path.as_posix()
        if any(part in name for part in NOT_OURS) or (not tests and is_test(path)):
            continue
        yield path


def is_test(path: Path) -> bool:
    return "tests" in path.parts or path.name in ("conftest.py", "factories.py", "testing.py")


@cache
def templates() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("templates/**/*") if path.suffix in (".html", ".txt", ".svg", ".xml"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def at(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def is_named(path: Path, *names: str) -> bool:
    """Is the file one of these parts of an app, as ``views.py`` or as a file in ``views/``?"""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return any(name in parts for name in names)


def tracked_files() -> list[Path]:
    """What git knows of, without what was just deleted."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]
