"""The whole surface by which a module joins the house: an ``AppConfig`` that says what the module is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

from django.apps import AppConfig, apps

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Work:
    """Later work: ``run()`` does what is due and returns how many rows it did; it may be killed at any point."""

    name: str
    interval: timedelta
    run: Callable[[], int]


def every(interval: str, run: str) -> tuple[timedelta, str]:
    """Later work of an app, e.g. ``every("5m", "actions.expire_requests")``; the path is relative to the app."""
    number, unit = re.fullmatch(r"(\d+)([smhd])", interval).groups()  # type: ignore[union-attr]  # a typo should stop the start
    return timedelta(**{_UNITS[unit]: int(number)}), run


@dataclass(frozen=True)
class Kept:
    """What is kept of people for a while; the privacy page says so, and the later work ``erased_by`` keeps the word."""

    what: Any
    how_long: timedelta
    since: Any
    erased_by: str  # the name of a Work


@dataclass(frozen=True)
class Promise:
    """Who answers what within how long: for the page that says who is in charge."""

    what: Any
    by: Any
    within: timedelta


@dataclass(frozen=True)
class Suggestion:
    """What a module invites somebody to in "Mein Bereich"."""

    title: Any
    text: Any
    label: Any  # of the button
    url: str
    icon: str


class FloorConfig(AppConfig):
    """An app of the house that has later work; modules add to this what people see of them."""

    default = False
    default_auto_field = "django.db.models.BigAutoField"
    work: ClassVar[list[tuple[timedelta, str]]] = []
    # (what, how long, since when, name of the work that erases it); how long: where the code itself has it
    keeps: ClassVar[list[tuple[Any, str, Any, str]]] = []
    answers: ClassVar[list[tuple[Any, Any, str]]] = []  # (what, by whom, within which time: where the code has it)
    checks: ClassVar[list[str]] = []  # what ``allmende doctor`` looks at

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # Django would take this base, imported in apps.py, for a second candidate and use neither.
        super().__init_subclass__(**kwargs)
        cls.default = cls.__module__ != __name__

    def due_work(self) -> Iterator[Work]:
        for interval, path in self.work:
            yield Work(f"{self.label}.{path.rpartition('.')[2]}", interval, self._part(path))

    def kept(self) -> Iterator[Kept]:
        for what, path, since, erased_by in self.keeps:
            yield Kept(what, self._part(path), since, erased_by)

    def doctor_checks(self) -> Iterator[Callable[..., Any]]:
        yield from (self._part(path) for path in self.checks)

    def promises(self) -> Iterator[Promise]:
        for what, by, path in self.answers:
            yield Promise(what, by, self._part(path))

    def _part(self, path: str) -> Any:
        module, _, name = path.rpartition(".")
        return getattr(import_module(f"{self.name}.{module}"), name)


class ModuleConfig(FloorConfig):
    """What a module is. A region switches it on or off; settings and urls find it by its folder."""

    title: Any = ""  # what people call it, in the plural: it stands in the menu
    summary: Any = ""  # one sentence for the home page
    icon: str = "entry"  # a name from core/static/allmende/icons.svg
    prefix: str = ""  # first part of its addresses, German, without slashes
    on_by_default: bool = True
    position: int = 100  # order in the menu
    kinds: ClassVar[
        list[str]
    ] = []  # "app_label.Model" children of Entry, the main one first: menu and tiles lead to it
    nav: bool = True

    @property
    def slug(self) -> str:
        return self.label

    def kind_models(self) -> list[Any]:
        """The module's children of Entry, the main one first."""
        return [apps.get_model(label) for label in self.kinds]

    def kind_slugs(self) -> list[str]:
        return [model.kind_slug for model in self.kind_models()]

    def suggestions(self, region: Any, person: Any) -> list[Suggestion]:
        """What a signed-in person who may write in the region could do next."""
        return []

    def propose_organisation(self, region: Any, name: str, *, by: Any, source: str) -> Any:
        """An organisation that somebody named (an import): None if this module does not keep organisations."""
        return None


def modules() -> list[ModuleConfig]:
    """All modules of the installation, in the order of the menu."""
    found = [config for config in apps.get_app_configs() if isinstance(config, ModuleConfig)]
    return sorted(found, key=lambda config: (config.position, config.label))


def module_of(slug: str) -> ModuleConfig | None:
    return next((module for module in modules() if module.slug == slug), None)


def floors() -> list[FloorConfig]:
    """Every app of the house, from the ground up."""
    return [config for config in reversed(list(apps.get_app_configs())) if isinstance(config, FloorConfig)]


def has_part(config: AppConfig, part: str) -> bool:
    """Does the app have this file or folder (``demo``, ``imports``, ``urls`` …)?"""
    return find_spec(f"{config.name}.{part}") is not None
