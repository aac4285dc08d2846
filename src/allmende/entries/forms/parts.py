"""The parts of a long form: what matters first, the rest under folds that are open where something stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.forms import BoundField, ModelForm


class Part(NamedTuple):
    """How a form names a part of itself; one with a fold may stay closed while nothing is filled in."""

    title: Any
    hint: Any
    names: list[str]
    icon: str = "edit"
    fold: bool = True


@dataclass(frozen=True)
class Shown:
    """A part as the page shows it; ``fields`` with an example beside each that is empty."""

    id: str
    part: Part
    fields: list[tuple[BoundField, Any]]
    is_open: bool
    done: int
    asked: int


@dataclass(frozen=True)
class Progress:
    done: int
    asked: int


def shown_parts(form: Any) -> Iterator[Shown]:
    """The parts of an entry's form that have a field to show; what no part names comes last, without a title."""
    visible = {field.name: field for field in form.visible_fields()}
    blank = form._meta.model()
    named = {name for part in form.groups for name in part.names}
    rest = Part("", "", [name for name in visible if name not in named], fold=False)
    for number, part in enumerate([*form.groups, rest], 1):
        fields = [visible[name] for name in part.names if name in visible]
        if not fields:
            continue
        filled = {field.name for field in fields if is_filled(field, blank)}
        asked = [field.name for field in fields if field.name in form.worthwhile]
        yield Shown(
            id=f"teil-{number}",
            part=part,
            fields=[(field, "" if field.name in filled else form.examples.get(field.name, "")) for field in fields],
            is_open=not part.fold or bool(filled) or any(field.errors for field in fields),
            done=len(filled.intersection(asked)),
            asked=len(asked),
        )


def progress(form: ModelForm) -> Progress:
    """How much of what makes a page worth reading is there."""
    parts = list(shown_parts(form))
    return Progress(sum(part.done for part in parts), sum(part.asked for part in parts))


def is_filled(field: BoundField, blank: Any) -> bool:
    """Does more stand there than in a form that nobody has touched?"""
    value, untouched = field.value(), field.field.initial
    if untouched is None:
        untouched = getattr(blank, field.name, None)
    return value not in (None, "", [], False) and str(value) != str(untouched)
