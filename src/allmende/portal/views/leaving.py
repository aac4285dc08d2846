from datetime import timedelta
from typing import Any

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once, sign_in_required
from allmende.portal.forms import LeavingForm
from allmende.portal.queries import before_leaving

RECENTLY = timedelta(seconds=REAUTHENTICATION_TIMEOUT)


@sign_in_required
@reauthentication_required
def delete_account(request: Any) -> HttpResponse:
    """What goes, what stays, what has to be handed over before; and the button."""
    if not _just_signed_in(request.user):
        logout(request)
        messages.info(request, _("Bitte melden Sie sich dafür noch einmal an."))
        return redirect_to_login(request.path)
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


def _just_signed_in(user: Any) -> bool:
    """Whoever has neither password nor second factor cannot be asked again but by a new code."""
    if get_reauthentication_flows(user):
        return True
    return user.last_login is not None and timezone.now() - user.last_login < RECENTLY


def _gone(request: Any, form: LeavingForm) -> str:
    form.save(request.user, region=request.region)
    logout(request)
    messages.success(request, _("Ihr Konto ist gelöscht. Danke, dass Sie dabei waren!"))
    return reverse("portal:home")
