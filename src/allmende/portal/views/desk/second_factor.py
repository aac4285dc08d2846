from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once
from allmende.portal.forms import ResetForm
from allmende.portal.permissions import can_reset_second_factor
from allmende.portal.views.desk.frame import staff_only


@staff_only(can_reset_second_factor)
def second_factor(request: Any) -> HttpResponse:
    """Somebody lost telephone and codes: named by mail address, with a reason that both sides read."""
    form = ResetForm(request.POST or None)
    if form.is_valid():
        hit("second factor reset", who_asks(request), "20/d")
        try:
            return once(request, lambda: _reset(request, form))
        except ValidationError as error:
            form.add_error("mail", error)
    facts = {"form": form, "form_token": form_token()}
    return render(request, "portal/desk/second_factor.html", facts, status=400 if form.errors else 200)


def _reset(request: Any, form: ResetForm) -> str:
    user = form.save(region=request.region, by=request.user)
    messages.success(request, _("%(name)s kann sich jetzt ohne zweiten Faktor anmelden.") % {"name": user.name})
    return reverse("portal:second_factor")
