"""One page a step of an entry's life: what it does, a reason where one is asked, one button."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from allmende.core.once import form_token, once, sign_in_required
from allmende.entries import actions
from allmende.entries.forms import NoteForm
from allmende.entries.kinds import url_name
from allmende.entries.models import Entry, Status
from allmende.entries.pages import STEPS, Kind, possible_steps
from allmende.entries.views.read import found


@sign_in_required
def step(request: Any, kind: Kind, pk: int, step: str) -> HttpResponse:
    entry = found(request, kind, pk)
    if step not in possible_steps(request.user, entry):
        raise Http404
    name, label, icon, tone, reason = STEPS[step]
    form = NoteForm(request.POST or None, initial={"version": entry.version})
    form.fields["note"].required = reason == "owed"
    if request.method == "POST" and form.is_valid():
        try:
            _refuse_unseen(entry, form.cleaned_data["version"])
            return once(request, lambda: _take(request, entry, name, form.cleaned_data["note"] if reason else None))
        except ValidationError as error:
            form.add_error(None, error)
    facts = {
        "entry": entry,
        "form": form,
        "label": label,
        "icon": icon,
        "tone": tone,
        "reason": reason,
        "step": step,
        "form_token": form_token(),
        "kind": kind,
        "explanation": EXPLANATIONS[step](),
    }
    return render(request, "entries/step.html", facts, status=400 if form.errors else 200)


def _refuse_unseen(entry: Entry, version: int | None) -> None:
    """What changed since the page was opened is looked at first: nobody releases a text that they have not read."""
    if version is not None and version != entry.version:
        raise actions.MovedMeanwhile


def _take(request: Any, entry: Entry, name: str, note: str | None) -> str:
    action = getattr(actions, name)
    extra = {} if note is None else {"note": note}
    url = entry.url
    action(entry, by=request.user, **extra)
    messages.success(request, DONE[name](entry))
    return next_url(request) or (reverse(url_name(entry.kind, "list")) if name in TAKES_IT_AWAY else url)


def next_url(request: Any) -> str:
    """Back to the queue for those who came from it; only paths of our own."""
    wanted: str = request.POST.get("next", "")
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else ""


TAKES_IT_AWAY = {"delete_draft", "withdraw", "return_to_author"}  # whoever did that has no page of it any more


def _submitted(entry: Entry) -> str:
    if entry.status == Status.PUBLIC:
        return _("Veröffentlicht. Alle können den Eintrag jetzt sehen.")
    return _(
        "Danke! Die Redaktion prüft den Eintrag, meist innerhalb von drei Tagen. "
        "Sie bekommen eine E-Mail, sobald er zu sehen ist."
    )


DONE = {
    "submit": _submitted,
    "release": lambda _entry: _("Freigegeben. Die Verantwortlichen bekommen eine E-Mail."),
    "return_to_author": lambda _entry: _("Zurückgegeben. Ihre Begründung ist unterwegs."),
    "mark_checked": lambda _entry: _("Abgehakt."),
    "confirm": lambda _entry: _("Danke! Der Eintrag gilt als bestätigt, mit dem Tag von heute."),
    "hide": lambda _entry: _("Verborgen. Die Verantwortlichen bekommen Ihre Begründung."),
    "show_again": lambda _entry: _("Der Eintrag ist wieder zu sehen."),
    "archive": lambda _entry: _("Der Eintrag liegt jetzt im Archiv."),
    "restore": _submitted,
    "delete_draft": lambda _entry: _("Der Entwurf ist gelöscht."),
    "withdraw": lambda _entry: _("Alles ist gelöscht. Niemand sieht es mehr."),
}
EXPLANATIONS = {
    "einreichen": lambda: _(
        "Je nach Regel des Ortes ist der Eintrag sofort zu sehen oder die Redaktion prüft ihn zuerst."
    ),
    "freigeben": lambda: _("Der Eintrag wird sofort für alle sichtbar."),
    "zurueckgeben": lambda: _(
        "Der Eintrag wird wieder zum Entwurf. Ihre Begründung geht per E-Mail an die Verantwortlichen."
    ),
    "gesehen": lambda: _("Sie haben die Änderung gesehen und lassen sie so stehen."),
    "bestaetigen": lambda: _(
        "Seit drei Monaten hat niemand diesen Eintrag bestätigt oder geändert. Stimmt noch alles, was darin steht?"
    ),
    "verbergen": lambda: _("Der Eintrag verschwindet sofort. Ihre Begründung geht per E-Mail an die Verantwortlichen."),
    "zeigen": lambda: _("Der Eintrag wird sofort wieder für alle sichtbar."),
    "archivieren": lambda: _("Der Eintrag verschwindet aus allen Listen. Er lässt sich später wieder veröffentlichen."),
    "wiederherstellen": lambda: _(
        "Der Eintrag kommt aus dem Archiv zurück. Hat die Redaktion ihn archiviert, prüft sie ihn zuerst."
    ),
    "loeschen": lambda: _("Der Entwurf verschwindet endgültig."),
    "entfernen": lambda: _("Alles, was hier steht, verschwindet sofort und für immer. Ihr Konto bleibt."),
}
