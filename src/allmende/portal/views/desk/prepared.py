from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.limits import hit, hit_mailbox, who_asks
from allmende.core.once import form_token, once
from allmende.portal.forms import AccountForOtherForm
from allmende.portal.outcomes import outcome
from allmende.portal.queries import last_secret_mails, page_of_waiting_accounts
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.actions import discard_account, send_takeover
from allmende.regions.models import PreparedAccount
from allmende.regions.permissions import can_prepare_account
from allmende.regions.queries import organisation_names, waiting_accounts


@staff_only(can_prepare_account)
def prepare(request: Any) -> HttpResponse:
    """An account for somebody at the counter, and those that wait for their people."""
    if request.method == "POST" and request.POST.get("do"):
        return _step(request)
    form = AccountForOtherForm(request.POST or None, region=request.region, by=request.user)
    if request.method == "POST":
        hit("account for others", who_asks(request), "60/h")
        try:
            return once(request, lambda: _prepared(request, form))
        except ValidationError as error:
            if form.is_valid():
                form.add_error("mail" if error.code == "taken" else None, error)
    waiting, following = page_of_waiting_accounts(request.region, request.GET.get("next", ""))
    mails = last_secret_mails(request.region, [one.user.email for one in waiting])
    facts = {
        "rows": [_row(one, mails.get(one.user.email)) for one in waiting],
        "next_url": f"{request.path}?next={following}" if following else "",
        "form": form,
        "form_token": form_token(),
    }
    return render(request, "portal/desk/prepare.html", facts, status=400 if form.errors else 200)


def _prepared(request: Any, form: AccountForOtherForm) -> str:
    """Looked at behind ``once``: what is sent twice finds the address taken, by itself."""
    if not form.is_valid():
        raise ValidationError("", code="form")
    hit_mailbox(form.cleaned_data["mail"])
    made = form.save()
    text = _("Das Konto für %(name)s ist angelegt. Der Link ist unterwegs an %(mail)s.")
    messages.success(request, text % {"name": made.user.name, "mail": made.user.email})
    return reverse("portal:prepare")


def _row(prepared: PreparedAccount, mail: Any) -> dict[str, Any]:
    return {
        "prepared": prepared,
        "organisations": organisation_names(prepared.user),
        "mail": outcome(mail) if mail else None,
    }


def _step(request: Any) -> HttpResponse:
    """A button of one row: a new link, or away with it."""
    number = request.POST.get("pk", "")
    known = number if number.isascii() and number.isdigit() and len(number) < 19 else 0  # 64 bits
    found = waiting_accounts(request.region).filter(pk=known).first()
    if found is None:
        messages.info(request, _("Dieses Konto wartet nicht mehr: Es ist übernommen oder gelöscht."))
        return redirect("portal:prepare")
    do = {"send": _sent, "discard": _discarded}.get(request.POST["do"])
    if do is None:
        raise Http404
    hit("account for others", who_asks(request), "60/h")
    if do is _sent:
        hit_mailbox(found.user.email)
    try:
        return once(request, lambda: do(request, found))
    except ValidationError as error:
        messages.info(request, " ".join(error.messages))
        return redirect("portal:prepare")


def _sent(request: Any, prepared: PreparedAccount) -> str:
    send_takeover(prepared, by=request.user)
    messages.success(request, _("Ein neuer Link ist unterwegs an %(mail)s.") % {"mail": prepared.user.email})
    return reverse("portal:prepare")


def _discarded(request: Any, prepared: PreparedAccount) -> str:
    name = prepared.user.name
    discard_account(prepared, by=request.user)
    messages.success(request, _("Das Konto für %(name)s ist gelöscht.") % {"name": name})
    return reverse("portal:prepare")
