from typing import Any

from django import forms


def plain(field: forms.Field, label: Any, autocomplete: str, help_text: Any = "") -> None:
    """allauth puts the label into the field; a label that vanishes while typing helps nobody."""
    field.label = label
    field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete
