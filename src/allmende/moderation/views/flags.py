from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.core.limits import hit, hit_mailbox, who_asks
from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.entries.models import Entry
from allmende.entries.queries import visible_entries
from allmende.moderation import actions
from allmende.moderation.forms import DecisionForm, FlagForm
from allmende.moderation.permissions import can_decide, can_flag
from allmende.moderation.queries import decided_flags, flag_for, open_flags
from allmende.moderation.views.confirming import confirm_page
from allmende.regions.forms import ask_netiquette, keep_consent


def flag(request: Any, pk: int) -> HttpResponse:
    """Report an entry, signed in or as a guest."""
    key = request.GET.get("key", "")
    entry = visible_entries(request.region, request.user, key=key).select_related("region").filter(pk=pk).first()
    if entry is None or not can_flag(entry):
        raise Http404
    form = FlagForm(request.POST or kept_form(request), person=request.user)
    ask_netiquette(form, request.region, request.user)
    if request.method == "POST" and form.is_valid():
        hit("flag", who_asks(request), "10/h")
        hit_mailbox(form.cleaned_data.get("mail", ""))
        return once(request, lambda: _flagged(request, entry, form))
    facts = {"entry": entry, "form": form, "form_token": form_token()}
    return render(request, "moderation/flag.html", facts, status=400 if form.errors else 200)


def _flagged(request: Any, entry: Entry, form: FlagForm) -> str:
    by = request.user if request.user.is_authenticated else None
    keep_consent(form, by=by)
    actions.flag(entry, by=by, language=get_language() or "de", **form.cleaned_data)
    if by:
        messages.success(
            request, _("Danke. Das Team sieht sich den Eintrag in den nächsten drei Tagen an und schreibt Ihnen.")
        )
    else:
        messages.success(
            request, _("Fast geschafft: Wir haben Ihnen eine E-Mail geschickt. Bestätigen Sie darin Ihre Meldung.")
        )
    return entry.url


def confirm(request: Any, token: str) -> HttpResponse:
    return confirm_page(request, token, purpose="flag", confirm=actions.confirm, template="moderation/confirm.html")


@require_safe
@sign_in_required
def queue(request: Any) -> HttpResponse:
    if not can_decide(request.user, request.region):
        raise Http404
    facts = {
        "flags": open_flags(request.region, request.user),
        "decided": decided_flags(request.region, request.user)[:50],
        "now": timezone.now(),
    }
    return render(request, "moderation/queue.html", facts)


@sign_in_required
def decide(request: Any, pk: int) -> HttpResponse:
    found = flag_for(request.region, request.user, pk)
    if found is None:
        raise Http404
    form = DecisionForm(request.POST or kept_form(request))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _decided(request, found, form))
        except ValidationError as error:
            form.add_error(None, error)
    facts = {
        "flag": found,
        "entry": found.entry,
        "form": form,
        "form_token": form_token(),
        "is_open": found.decided_at is None,
    }
    return render(request, "moderation/decide.html", facts, status=400 if form.errors else 200)


def _decided(request: Any, found: Any, form: DecisionForm) -> str:
    actions.decide(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("Entschieden. Beide Seiten bekommen Ihre Begründung."))
    return reverse("moderation:queue")
