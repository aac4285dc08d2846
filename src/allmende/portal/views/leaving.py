from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once, sign_in_required
from allmende.portal.forms import LeavingForm
from allmende.portal.queries import before_leaving


@sign_in_required
@reauthentication_required
def delete_account(request: Any) -> HttpResponse:
    """What goes, what stays, what has to be handed over before; and the button."""
    leaving = before_leaving(request.user)
    form = LeavingForm(request.POST or None, published=leaving.published)
    if request.method == "POST" and form.is_valid():
        hit("account deleted", who_asks(request), "10/h")
        try:
            return once(request, lambda: _gone(request, form))
        except ValidationError as error:
            form.add_error(None, error)
    facts = {"leaving": leaving, "form": form, "form_token": form_token()}
    return render(request, "portal/delete_account.html", facts, status=400 if form.errors else 200)


def _gone(request: Any, form: LeavingForm) -> str:
    form.save(request.user, region=request.region)
    logout(request)
    messages.success(request, _("Ihr Konto ist gelöscht. Danke, dass Sie dabei waren!"))
    return reverse("portal:home")
