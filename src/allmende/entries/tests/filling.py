"""Fills in forms as a browser does: what a page shows is what it sends."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms import BaseForm


def shown(form: BaseForm, /, **changes: Any) -> dict[str, Any]:
    """What a browser sends for the form as the page shows it, after somebody changed some fields."""
    data = {field.html_name: sent for field in form if (sent := _sent(field)) not in (None, "", [], False)}
    return {name: value for name, value in (data | changes).items() if value is not None}


def _sent(field: Any) -> Any:
    if isinstance(field.field, forms.FileField):
        return None
    value = field.value()
    if isinstance(field.field, forms.BooleanField):
        return "on" if value else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(getattr(value, "pk", value)) if value is not None else None
