from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.correspondence import actions
from allmende.correspondence.forms import AnswerForm, RelayForm
from allmende.correspondence.models import Side
from allmende.correspondence.permissions import can_pass_on, may_send
from allmende.correspondence.queries import message_to_confirm, messages_for, my_side, other_side, side_by_token
from allmende.regions.forms import ask_netiquette, keep_consent


@sign_in_required
def thread(request: Any, pk: int) -> HttpResponse:
    """The messages of one thread, for a signed-in person of one of its sides."""
    side = my_side(request.region, request.user, pk)
    if side is None:
        raise Http404
    return _answer_page(request, side, by=request.user)


def by_link(request: Any, token: str) -> HttpResponse:
    """The same by a mailed link, without an account; the link opens this one thread."""
    side = side_by_token(request.region, token)
    if side is None:
        return render(request, "correspondence/link_over.html", status=410)
    return _answer_page(request, side, by=None)


def _answer_page(request: Any, side: Side, *, by: Any) -> HttpResponse:
    form = AnswerForm(request.POST or kept_form(request))
    ask_netiquette(form, request.region, by)
    if request.method == "POST" and form.is_valid():
        hit("message", who_asks(request), "30/h")
        try:
            return once(request, lambda: _answered(request, side, form, by))
        except ValidationError as error:
            form.add_error(None, error)
    if by is not None:
        actions.mark_read(side)
    facts = {
        "thread": side.thread,
        "side": side,
        "other": other_side(side),
        "thread_messages": messages_for(side),
        "form": form,
        "form_token": form_token(),
        "may_send": may_send(by, request.region),
        "relay_form": RelayForm() if by is not None and can_pass_on(by, side) else None,
    }
    return render(request, "correspondence/thread.html", facts, status=400 if form.errors else 200)


def _answered(request: Any, side: Side, form: AnswerForm, by: Any) -> str:
    keep_consent(form, by=by)
    actions.answer(side, body=form.cleaned_data["body"], by=by)
    messages.success(request, _("Ihre Antwort ist unterwegs."))
    return str(request.get_full_path())


@require_POST
@sign_in_required
def relay(request: Any, pk: int) -> HttpResponse:
    """An editor adds the address of an organisation that had none."""
    side = my_side(request.region, request.user, pk)
    if side is None or not can_pass_on(request.user, side):
        raise Http404
    form = RelayForm(request.POST)
    if form.is_valid():
        try:
            actions.provide_relay(side, relay=form.cleaned_data["relay"], by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("correspondence:thread", pk)
        messages.success(request, _("Gespeichert. Ab jetzt bekommt die Organisation ihre Nachrichten selbst."))
        return redirect("portal:desk")
    messages.error(request, " ".join(map(str, form.errors["relay"])))
    return redirect("correspondence:thread", pk)


def confirm(request: Any, token: str) -> HttpResponse:
    """A page with a button: programs that check mails follow links, but press nothing."""
    if not may_send(None, request.region):
        return render(request, "correspondence/closed.html", status=403)
    if request.method == "POST":
        message = actions.confirm(token)
        if message is None:
            return render(request, "correspondence/link_over.html", status=410)
        return render(request, "correspondence/confirmed.html", {"other": other_side(message.side)})
    waiting = message_to_confirm(token)
    if waiting is None:
        return render(request, "correspondence/link_over.html", status=410)
    return render(request, "correspondence/confirm.html", {"waiting": waiting, "other": other_side(waiting.side)})
