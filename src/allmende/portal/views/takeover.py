"""Behind the mailed link to an account that the team made for somebody: they take it over, or have it deleted."""

from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from allmende.accounts.models import User
from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once
from allmende.regions.actions import refuse_takeover, take_over
from allmende.regions.models import PreparedAccount
from allmende.regions.queries import account_by_link, organisation_names

REFUSED = "abgelehnt"


def takeover(request: Any, token: str) -> HttpResponse:
    """Who made the account and what stands in it, with two buttons."""
    hit("takeover", who_asks(request), "60/h")
    found, do = account_by_link(token), request.POST.get("do", "")
    if found is not None and request.user.is_authenticated and request.user.pk != found.user_id:
        return render(request, "portal/takeover_other.html", {"prepared": found}, status=403)
    try:
        if do == "take":
            return _taken(request, token)
        if do == "refuse":
            return once(request, lambda: _refused(request, token))
    except ValidationError:
        found = None
    if found is None and REFUSED in request.GET:
        return render(request, "portal/takeover_refused.html")
    if found is None:
        return render(request, "portal/takeover_over.html", status=410)
    return _page(request, found)


def _page(request: Any, found: PreparedAccount) -> HttpResponse:
    facts = {
        "prepared": found,
        "town": found.region,
        "organisations": organisation_names(found.user),
        "form_token": form_token(),
    }
    return render(request, "portal/takeover.html", facts, status=200 if request.method != "POST" else 400)


def _taken(request: Any, token: str) -> HttpResponse:
    """The sign-in comes behind ``once``: the same form, sent again, only leads where the first one led."""
    signs_in: list[User] = []
    goes_on: list[str] = []

    def take() -> str:
        user = take_over(token)
        signs_in.append(user)
        goes_on.append(user.prepared.region.url("portal:mine"))
        return goes_on[0]

    answer = once(request, take)
    if not signs_in:
        return answer
    messages.success(request, _("Willkommen! Das Konto gehört jetzt Ihnen."))
    return perform_login(request, Login(user=signs_in[0], redirect_url=goes_on[0]))


def _refused(request: Any, token: str) -> str:
    refuse_takeover(token)
    return f"{request.path}?{REFUSED}"
