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
from allmende.moderation import actions
from allmende.moderation.forms import BarrierAnswerForm, BarrierForm
from allmende.moderation.models import BarrierReport
from allmende.moderation.permissions import can_answer_barriers
from allmende.moderation.queries import answered_barriers, barrier_for, open_barriers
from allmende.moderation.views.confirming import confirm_page


def report(request: Any) -> HttpResponse:
    """Say that a page cannot be used, signed in or as a guest; the link at the foot of each page brings its path."""
    if request.region is None:
        raise Http404
    page = request.GET.get("seite", "")
    form = BarrierForm(request.POST or kept_form(request), person=request.user, initial={"page": page[:500]})
    if request.method == "POST" and form.is_valid():
        hit("barrier", who_asks(request), "10/h")
        hit_mailbox(form.cleaned_data.get("mail", ""))
        return once(request, lambda: _reported(request, form))
    facts = {"form": form, "form_token": form_token()}
    return render(request, "moderation/barrier.html", facts, status=400 if form.errors else 200)


def _reported(request: Any, form: BarrierForm) -> str:
    by = request.user if request.user.is_authenticated else None
    new = actions.report_barrier(request.region, by=by, language=get_language() or "de", **form.cleaned_data)
    if by:
        messages.success(request, _("Danke. Sie bekommen innerhalb von zwei Wochen eine Antwort per E-Mail."))
    else:
        messages.success(
            request, _("Fast geschafft: Wir haben Ihnen eine E-Mail geschickt. Bestätigen Sie darin Ihre Meldung.")
        )
    return new.link or reverse("portal:home")


def confirm(request: Any, token: str) -> HttpResponse:
    template = "moderation/barrier_confirm.html"
    return confirm_page(request, token, purpose="barrier", confirm=actions.confirm_barrier, template=template)


@require_safe
@sign_in_required
def queue(request: Any) -> HttpResponse:
    if not can_answer_barriers(request.user, request.region):
        raise Http404
    facts = {
        "reports": open_barriers(request.region, request.user),
        "answered": answered_barriers(request.region, request.user)[:50],
        "now": timezone.now(),
    }
    return render(request, "moderation/barriers.html", facts)


@sign_in_required
def answer(request: Any, pk: int) -> HttpResponse:
    found = barrier_for(request.region, request.user, pk)
    if found is None:
        raise Http404
    form = BarrierAnswerForm(request.POST or kept_form(request))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _answered(request, found, form))
        except ValidationError as error:
            form.add_error(None, error)
    facts = {"report": found, "form": form, "form_token": form_token()}
    return render(request, "moderation/barrier_answer.html", facts, status=400 if form.errors else 200)


def _answered(request: Any, found: BarrierReport, form: BarrierAnswerForm) -> str:
    actions.answer_barrier(found, by=request.user, **form.cleaned_data)
    messages.success(request, _("Ihre Antwort ist unterwegs."))
    return reverse("moderation:barriers")
