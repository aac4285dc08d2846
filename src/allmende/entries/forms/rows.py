"""Choices among rows that the request has read already: Django's own fields would ask for them again, twice."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

NO_SUCH_CHOICE = _("Diese Auswahl gibt es hier nicht. Bitte wählen Sie neu.")


class RowChoice(forms.ChoiceField):
    """One of the rows that ``offer()`` was given; the value of a cleaned form is the row itself, or None."""

    default_error_messages = {"invalid_choice": NO_SUCH_CHOICE}

    def __init__(self, *, by: str = "pk", empty_label: Any = "", **options: Any) -> None:
        super().__init__(**options)
        self.by, self.empty_label = by, empty_label
        self.rows: Callable[[], dict[str, Model]] = dict

    def offer(self, rows: Iterable[Model]) -> None:
        """They are read when the field is shown or chosen from; exports filter without either."""
        self.rows = cache(lambda: {str(getattr(row, self.by)): row for row in rows})
        self.choices = lambda: [("", self.empty_label), *((key, str(row)) for key, row in self.rows().items())]

    def clean(self, value: Any) -> Model | None:
        key = super().clean(value)
        return self.rows().get(key) if key else None

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, self.by) if isinstance(value, Model) else value


class RowsChoice(forms.MultipleChoiceField):
    """Several of them."""

    default_error_messages = {"invalid_choice": NO_SUCH_CHOICE, "invalid_list": NO_SUCH_CHOICE}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.rows: dict[str, Model] = {}

    def offer(self, rows: Iterable[Model]) -> None:
        self.rows = {str(row.pk): row for row in rows}
        self.choices = [(key, str(row)) for key, row in self.rows.items()]

    def clean(self, value: Any) -> list[Model]:
        return [self.rows[key] for key in super().clean(value)]


def offer(form: forms.BaseForm, name: str, rows: Iterable[Model]) -> None:
    """Let the field of this name choose among the rows."""
    field = form.fields[name]
    if not isinstance(field, RowChoice | RowsChoice):
        raise TypeError(name)
    field.offer(rows)
