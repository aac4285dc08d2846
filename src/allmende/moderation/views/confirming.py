from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from allmende.core.tokens import peek


def confirm_page(
    request: Any, token: str, *, purpose: str, confirm: Callable[[str], object], template: str
) -> HttpResponse:
    """Behind the link of a mail: a button, since some mailboxes open links by themselves; pressed, it is done."""
    pressed = request.method == "POST"
    found = confirm(token) if pressed else peek(purpose, token)
    facts = {"over": found is None, "done": pressed}
    return render(request, template, facts, status=410 if found is None else 200)
