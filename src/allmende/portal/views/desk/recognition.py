from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.core.once import form_token, kept_form, once
from allmende.portal.forms import DecideRecognitionForm
from allmende.portal.queries import newer, older, profile_urls
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.actions import DECIDE_WITHIN, decide_recognition
from allmende.regions.models import Recognition
from allmende.regions.permissions import can_decide_recognition
from allmende.regions.queries import decided_recognitions, looks_at, open_recognitions, recognition_for

ROWS = 20
DECIDED = 20


@require_safe
@staff_only(can_decide_recognition)
def queue(request: Any) -> HttpResponse:
    """Requests of organisations to be recognised, the oldest first, and what was decided lately."""
    region, person = request.region, request.user
    found = list(newer(open_recognitions(region, person), "requested_at", request.GET.get("next", ""))[: ROWS + 1])
    facts = {
        "rows": [{"recognition": row, "due_at": row.requested_at + DECIDE_WITHIN} for row in found[:ROWS]],
        "now": timezone.now(),
        "next_url": f"{request.path}?next={found[ROWS - 1].pk}" if len(found) > ROWS else "",
        "decided": older(decided_recognitions(region, person), "decided_at", "")[:DECIDED],
    }
    return render(request, "portal/desk/recognitions.html", facts)


@staff_only(can_decide_recognition)
def decide(request: Any, pk: int) -> HttpResponse:
    """One request: the reason, the proof and who has looked at it, and the decision."""
    found = recognition_for(request.region, request.user, pk)
    if found is None:
        raise Http404
    sent = request.POST if request.method == "POST" else kept_form(request)
    form = DecideRecognitionForm(sent, region=request.region)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _decided(request, found, form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
    facts = {
        "recognition": found,
        "profile_url": profile_urls(request.region, [found.organisation_id]).get(found.organisation_id, ""),
        "looks": looks_at(found),
        "is_open": found.state == Recognition.State.REQUESTED,
        "form": form,
        "form_token": form_token(),
    }
    return render(request, "portal/desk/recognition.html", facts, status=400 if form.errors else 200)


def _decided(request: Any, found: Recognition, data: dict[str, Any]) -> str:
    decide_recognition(found, by=request.user, decision=data["decision"], valid_until=data["valid_until"])
    messages.success(request, _("Entschieden. Die Organisation bekommt Ihre Begründung per E-Mail."))
    return reverse("portal:recognitions")
