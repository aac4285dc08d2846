"""The link in the mail "still current?": answered without signing in, as often as one likes while it is good."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.accounts.models import User
from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once
from allmende.entries.actions import confirm_current, say_gone
from allmende.entries.forms import StillCurrentForm
from allmende.entries.models import Entry
from allmende.entries.queries import Letter, Line, letter_by


def still_current(request: Any, token: str) -> HttpResponse:
    """All that the mail asked about, ticked already, and one button."""
    letter = letter_by(request.region, token)
    if letter is None or not letter.lines:
        return render(request, "entries/link_over.html", status=410)
    form = StillCurrentForm(request.POST if request.method == "POST" else None, entries=letter.entries("open", "aside"))
    if request.method == "POST" and form.is_valid():
        hit("still current", who_asks(request), "60/h")
        try:
            return once(request, lambda: _confirmed(request, letter, form.chosen()))
        except ValidationError as error:
            form.add_error(None, error)
    rows = [_row(line, letter, form) for line in letter.lines]
    facts = {
        "rows": rows,
        "has_account": isinstance(letter.person, User),
        "form": form,
        "token": token,
        "form_token": form_token(),
    }
    return render(request, "entries/still_current.html", facts, status=400 if form.errors else 200)


def _row(line: Line, letter: Letter, form: StillCurrentForm) -> dict[str, Any]:
    entry, key = line.entry, str(line.entry.pk)
    may_edit = isinstance(letter.person, User) and line.state in {"open", "confirmed", "aside"}
    return {
        "entry": entry,
        "state": line.state,
        "key": key,
        "kind_label": entry._meta.verbose_name,
        "can_be_ticked": key in form.known,
        "is_ticked": key in form.ticked(),
        "can_go": line.state in {"open", "confirmed"},
        "page_url": entry.url if line.state in {"open", "confirmed"} else "",
        "edit_url": entry.page("edit") if may_edit else "",
        "facts": [(label, value) for _icon, label, value, _link in entry.facts()] if key in form.known else [],
    }


def _confirmed(request: Any, letter: Letter, entries: list[Entry]) -> str:
    confirm_current(entries, by=letter.person)
    count = len(entries)
    thanks = ngettext("Danke! Ein Eintrag ist bestätigt.", "Danke! %(count)d Einträge sind bestätigt.", count)
    messages.success(request, thanks % {"count": count})
    return str(request.path)


def gone(request: Any, token: str, pk: int) -> HttpResponse:
    """Gibt es nicht mehr: asked once more, then archived."""
    letter = letter_by(request.region, token)
    if letter is None:
        return render(request, "entries/link_over.html", status=410)
    entry = next((entry for entry in letter.entries("open", "confirmed") if entry.pk == pk), None)
    if entry is None:
        raise Http404
    error = ""
    if request.method == "POST":
        hit("still current", who_asks(request), "60/h")
        try:
            return once(request, lambda: _gone(request, letter, entry, token))
        except ValidationError as refused:
            error = " ".join(refused.messages)
    facts = {"entry": entry, "token": token, "error": error, "form_token": form_token()}
    return render(request, "entries/gone.html", facts, status=400 if error else 200)


def _gone(request: Any, letter: Letter, entry: Entry, token: str) -> str:
    say_gone(entry, by=letter.person)
    messages.success(request, _("„%(title)s“ liegt jetzt im Archiv.") % {"title": entry.title})
    return reverse("entries:still_current", args=[token])
