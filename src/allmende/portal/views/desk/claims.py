from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.accounts.queries import claims_in
from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once
from allmende.portal.queries import profile_urls
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.forms import DecisionForm, decision_forms
from allmende.regions.permissions import can_edit_content

MOST = 50


@staff_only(can_edit_content)
def claims(request: Any) -> HttpResponse:
    """Who says that an organisation without people is theirs: handed over, or declined with a reason."""
    waiting = list(claims_in(request.region.pk)[:MOST])
    rows, sent = decision_forms(waiting, request.POST)
    if request.method == "POST" and sent is None:
        return _gone(request)
    if sent is not None and sent.is_valid():
        hit("decision", who_asks(request), "200/h")
        try:
            return once(request, lambda: _decided(request, sent))
        except ValidationError as error:
            sent.add_error(None, error)
    urls = profile_urls(request.region, [one.organisation_id for one in waiting])
    for row in rows:
        row.profile_url = urls.get(row.application.organisation_id, "")
    facts = {"rows": rows, "form_token": form_token()}
    return render(request, "portal/desk/claims.html", facts, status=400 if sent and sent.errors else 200)


def _gone(request: Any) -> HttpResponse:
    """Somebody else has just decided; whatever else was sent is nothing of ours."""
    if request.POST.get("do") not in {"accept", "decline"}:
        raise Http404
    messages.info(request, _("Darüber hat schon jemand entschieden."))
    return redirect(request.path)


def _decided(request: Any, form: DecisionForm) -> str:
    form.save(by=request.user)
    messages.success(request, _("Gespeichert. Die Person bekommt eine E-Mail."))
    return reverse("portal:claims")
