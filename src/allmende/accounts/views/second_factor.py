"""One's own second factor: what there is, the app, the passkeys. What is not here, allauth's own views do."""

from typing import Any

import segno
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.internal.flows.add import redirect_if_add_not_allowed
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.internal.flows import add_authenticator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render

from allmende.accounts.devices import can_hold_passkeys
from allmende.accounts.forms import AddPasskey, SetUpTotp
from allmende.accounts.queries import second_factors, sessions_of
from allmende.core.once import sign_in_required

AFTERWARDS = "after_second_factor"  # where somebody wanted to go when a second factor was asked of them


@sign_in_required
def overview(request: Any) -> HttpResponse:
    """Second factor, passkeys, codes for an emergency, sessions."""
    factors = second_factors(request.user)
    facts = {
        "factors": factors,
        "passkeys": [row.wrap() for row in factors.passkeys],
        "codes_left": len(factors.recovery.wrap().get_unused_codes()) if factors.recovery else 0,
        "sessions": sessions_of(request.user),
        "passkeys_possible": can_hold_passkeys(request.get_host()),
        "afterwards": request.session.pop(AFTERWARDS, "") if factors else request.session.get(AFTERWARDS, ""),
    }
    return render(request, "mfa/index.html", facts)


@sign_in_required
@redirect_if_add_not_allowed
@reauthentication_required(app="allauth.mfa")
def set_up_totp(request: Any) -> HttpResponse:
    """Scan, type the code, done."""
    if second_factors(request.user).totp:
        return redirect("mfa_index")
    form = SetUpTotp(request.POST or None, user=request.user)
    if form.is_valid():
        factor, codes = activate_totp(request, form)
        return _done(request, factor, codes)
    code = segno.make_qr(get_adapter().build_totp_url(request.user, form.secret), error="m")
    facts = {
        "form": form,
        "picture": code.svg_data_uri(border=4, omitsize=True, light="#fff"),  # cameras read black on white alone
        "secret": " ".join(form.secret[start : start + 4] for start in range(0, len(form.secret), 4)),
    }
    return render(request, "mfa/totp/activate_form.html", facts, status=400 if form.errors else 200)


@sign_in_required
@redirect_if_add_not_allowed
@reauthentication_required(app="allauth.mfa")
def add_passkey(request: Any) -> HttpResponse:
    """A passkey that the device keeps, behind finger, face or PIN: it is good for the sign-in and as second factor."""
    name = get_adapter().generate_authenticator_name(request.user, Authenticator.Type.WEBAUTHN)
    form = AddPasskey(request.POST or None, initial={"name": name})
    if form.is_valid():
        credential = form.cleaned_data["credential"]
        factor, codes = add_authenticator(request, form.cleaned_data["name"], credential)
        return _done(request, factor, codes)
    facts = {
        "form": form,
        "options": begin_registration(request.user, passwordless=True),
        "passkeys_possible": can_hold_passkeys(request.get_host()),
    }
    return render(request, "mfa/webauthn/add_form.html", facts, status=400 if form.errors else 200)


def _done(request: Any, factor: Authenticator, codes: Authenticator | None) -> HttpResponseRedirect:
    """Who has just used the new factor need not show it once more to see the codes for an emergency."""
    record_authentication(request, request.user, "mfa", id=factor.pk, type=factor.type, reauthenticated=True)
    return redirect("mfa_view_recovery_codes" if codes else "mfa_index")
