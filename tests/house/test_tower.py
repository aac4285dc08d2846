"""Arrows that import-linter does not see: keys between tables, and templates that name templates and tags."""

import ast
import re

import pytest
from django.apps import apps
from django.db.models import Model
from django.template import engines
from house import PACKAGE, app_of, at, is_named, may_know, python_files, templates, tree_of

EXTENDS = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")
LOAD = re.compile(r"{%-?\s*load\s+(?:[\w\s]+\s+from\s+)?([\w.\s]+?)\s*-?%}")
RELATIONS = ("ForeignKey", "OneToOneField", "ManyToManyField")


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_config.name.startswith("allmende.")]


def test_keys_point_down():
    wrong = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for model in our_models()
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if (target := field.related_model)
        and (known := target._meta.app_config.name).startswith("allmende.")
        and not may_know(model._meta.app_config.name, known)
    ]

    assert wrong == []


def test_keys_between_apps_name_the_class():
    wrong = [
        at(path, node)
        for path in python_files()
        if is_named(path, "models")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and call_name(node) in RELATIONS
        for target in [*node.args[:1], *(word.value for word in node.keywords if word.arg == "to")]
        if isinstance(target, ast.Constant) and "." in str(target.value)
    ]

    assert wrong == []


def call_name(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_point_down(path):
    text = path.read_text()
    named = {owner for name in EXTENDS.findall(text) for owner in owners_of_template(name)}
    loaded = {owner for names in LOAD.findall(text) for name in names.split() for owner in owner_of_tags(name)}

    wrong = [owner for owner in named | loaded if not may_know(app_of(path), owner)]

    assert wrong == []


def owners_of_template(name: str) -> list[str]:
    """Every app that has a template of this name; none means that Django or allauth bring it along."""
    return [app_of(path) for path in templates() if path.as_posix().endswith(f"/templates/{name}")]


def owner_of_tags(name: str) -> list[str]:
    module = engines["django"].engine.libraries.get(name, "")
    return [app_of(PACKAGE.parent / (module.replace(".", "/") + ".py"))] if module.startswith("allmende.") else []


def test_the_only_parent_is_entry():
    """One level, and only from Entry: what inherits twice cannot be read in one query."""
    wrong = {
        model._meta.label: [parent._meta.label for parent in parents]
        for model in our_models()
        if (parents := [base for base in model.__mro__[1:] if is_our_table(base)])
        and [parent._meta.label for parent in parents] != ["entries.Entry"]
    }

    assert wrong == {}


def is_our_table(base: type) -> bool:
    return issubclass(base, Model) and base is not Model and base.__module__.startswith("allmende.")
