"""The law inside an app: who may call whom, where writing happens, how texts are marked for translation."""

import ast
from pathlib import Path

import pytest
from house import PACKAGE, ROOT, app_of, at, is_named, python_files, tree_of

# From the top down; parts on one step do not know each other.
STEPS = (("urls",), ("views", "api"), ("forms", "imports"), ("actions",), ("queries",), ("permissions",), ("models",))
RANKS = {part: rank for rank, parts in enumerate(reversed(STEPS)) for part in parts}
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
FILES = list(python_files())
LONGEST = 300


def names(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def part_of(path: Path) -> str:
    """``views`` for views.py and for views/month.py of an app."""
    depth = app_of(path).count(".")
    return path.relative_to(PACKAGE).with_suffix("").parts[depth:][0]


def imported_parts(path: Path) -> list[tuple[str, ast.AST]]:
    """The parts of the same app that a file imports, wherever in the file."""
    app = app_of(path)
    return [
        (dotted.removeprefix(f"{app}.").split(".")[0], node)
        for node in ast.walk(tree_of(path))
        for dotted in imported_names(node, path)
        if dotted.startswith(f"{app}.")
    ]


def imported_names(node: ast.AST, path: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = path.relative_to(PACKAGE.parent).parent.parts
            base = ".".join([*package[: len(package) - node.level + 1], *filter(None, [node.module])])
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


@pytest.mark.parametrize("path", [path for path in FILES if part_of(path) in RANKS], ids=names)
def test_inside_an_app_imports_go_down(path):
    mine = part_of(path)

    wrong = [
        f"{at(path, node)}: {mine} imports {part}"
        for part, node in imported_parts(path)
        if part in RANKS and part != mine and RANKS[part] >= RANKS[mine]
    ]

    assert wrong == []


def test_views_never_name_objects():
    wrong = [
        at(path, node)
        for path in FILES
        if is_named(path, "views")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
    ]

    assert wrong == []


def test_atomic_stands_only_in_actions():
    wrong = [
        at(path, node)
        for path in FILES
        if not is_named(path, "actions", "core")
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr == "atomic") or getattr(node, "id", "") == "atomic"
    ]

    assert wrong == []


def test_texts_are_whole_before_they_are_translated():
    """``_(f"…")`` looks for a text that no catalogue holds."""
    wrong = [
        at(path, node)
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and called(node) in GETTEXT and any(is_composed(part) for part in node.args[:2])
    ]

    assert wrong == []


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_composed(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr | ast.BinOp) or (isinstance(node, ast.Call) and called(node) == "format")


def test_views_are_functions():
    wrong = [
        at(path, node)
        for path in FILES
        if is_named(path, "views")
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef)
    ]

    assert wrong == []


def test_no_file_is_too_long():
    own = [*FILES, *(path for suffix in ("html", "css", "js") for path in PACKAGE.rglob(f"*.{suffix}"))]
    sizes = {path: len(path.read_text().splitlines()) for path in own if "vendor" not in path.parts}

    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > LONGEST} == {}


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "misc", "services"])
def test_nothing_is_called(word):
    assert [names(path) for path in PACKAGE.rglob(f"{word}*") if path.stem == word] == []
