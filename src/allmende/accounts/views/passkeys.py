"""Passkeys in use: at the sign-in and before something important."""

from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from allauth.account.utils import get_login_redirect_url, get_next_redirect_url
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from allmende.accounts.devices import can_hold_passkeys
from allmende.accounts.forms import PasskeyAgain, PasskeySignIn
from allmende.core.limits import hit, who_asks
from allmende.core.once import sign_in_required


@never_cache
def sign_in(request: Any) -> HttpResponse:
    """With a passkey alone: it is two factors in one, the device and what unlocks it."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(get_login_redirect_url(request))
    form = PasskeySignIn(request.POST or None)
    if request.method == "POST":
        hit("passkey", who_asks(request), "60/h")
    if form.is_valid():
        passkey = form.cleaned_data["credential"]
        return flows.perform_passwordless_login(request, passkey, Login(user=passkey.user))
    return _page(request, "mfa/webauthn/login.html", form, None)


@sign_in_required
@never_cache
def again(request: Any) -> HttpResponse:
    form = PasskeyAgain(request.POST or None, user=request.user)  # type: ignore[call-arg]  # allauth takes it
    if form.is_valid():
        flows.reauthenticate(request, form.cleaned_data["credential"])
        return resume_request(request) or HttpResponseRedirect(get_login_redirect_url(request))
    return _page(request, "mfa/webauthn/reauthenticate.html", form, request.user)


def _page(request: Any, template: str, form: Any, user: Any) -> HttpResponse:
    facts = {
        "form": form,
        "options": begin_authentication(user),
        "passkeys_possible": can_hold_passkeys(request.get_host()),
        "next": get_next_redirect_url(request) or "",
    }
    return render(request, template, facts, status=400 if form.errors else 200)
