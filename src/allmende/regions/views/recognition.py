"""An organisation asks to be recognised as serving the common good; proofs are handed out here, each look logged."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.accounts.models import Organisation
from allmende.accounts.queries import organisations_of
from allmende.core.files import hand_out
from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.regions.actions import can_be_renewed, look_at_proof, request_recognition, withdraw_recognition
from allmende.regions.forms import RecognitionForm
from allmende.regions.models import Recognition
from allmende.regions.permissions import can_ask_for_recognition
from allmende.regions.queries import looks_at, proof_for, recognised_until, recognitions_of

State = Recognition.State


@sign_in_required
def recognition(request: Any, pk: int) -> HttpResponse:
    """All requests of one organisation, for those who run it: ask, see what became of it, take it back."""
    organisation = organisations_of(request.user).filter(pk=pk).first()
    if organisation is None or not can_ask_for_recognition(request.user, request.region, organisation):
        raise Http404
    rows = list(recognitions_of(request.region, organisation))
    waiting = next((row for row in rows if row.state == State.REQUESTED), None)
    withdraws = request.POST.get("do") == "withdraw"
    form = RecognitionForm(*_sent(request, withdraws=withdraws))
    if request.method == "POST":
        try:
            if withdraws and waiting:
                return once(request, lambda: _withdrawn(request, waiting))
            if form.is_valid():
                hit("recognition", who_asks(request), "10/h")
                return once(request, lambda: _requested(request, organisation, form))
        except ValidationError as error:
            _tell_refusal(request, form, error)
    until = recognised_until(request.region, organisation)
    facts = {
        "organisation": organisation,
        "waiting": waiting,
        "looks": looks_at(waiting) if waiting else [],
        "until": until,
        "past": [row for row in rows if row.state in {State.REFUSED, State.EXPIRED, State.RECOGNISED}],
        "may_ask": waiting is None and (until is None or can_be_renewed(request.region, until)),
        "form": form,
        "form_token": form_token(),
    }
    return render(request, "regions/recognition.html", facts, status=400 if form.errors else 200)


def _tell_refusal(request: Any, form: RecognitionForm, error: ValidationError) -> None:
    if form.is_bound:
        form.add_error(None, error)
    else:
        messages.error(request, " ".join(error.messages))


def _sent(request: Any, *, withdraws: bool) -> tuple[Any, Any]:
    if request.method == "POST" and not withdraws:
        return request.POST, request.FILES
    return kept_form(request), None


def _requested(request: Any, organisation: Organisation, form: RecognitionForm) -> str:
    data = form.cleaned_data
    request_recognition(
        organisation, region=request.region, reason=data["reason"], proof=data["proof"], by=request.user
    )
    messages.success(
        request, _("Ihr Antrag ist angekommen. Wir entscheiden innerhalb von 14 Tagen und schreiben Ihnen.")
    )
    return reverse("regions:recognition", args=[organisation.pk])


def _withdrawn(request: Any, waiting: Recognition) -> str:
    withdraw_recognition(waiting, by=request.user)
    messages.success(request, _("Ihr Antrag ist zurückgezogen, der Nachweis gelöscht."))
    return reverse("regions:recognition", args=[waiting.organisation_id])


@require_safe
@sign_in_required
def proof(request: Any, pk: int) -> Any:
    """The paper itself, for those who asked and those who decide. For everybody else it does not exist."""
    found = proof_for(request.region, request.user, pk)
    if found is None or found.proof is None:
        raise Http404
    try:
        answer = hand_out(found.proof)
    except FileNotFoundError as error:
        raise Http404 from error
    look_at_proof(found, by=request.user)
    return answer
