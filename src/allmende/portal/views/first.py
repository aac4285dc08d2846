from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.limits import hit, who_asks
from allmende.core.tokens import peek
from allmende.portal.actions import FIRST_ADMIN, WAY_IN, sign_in_by_link, sign_in_first_admin


def first_sign_in(request: Any, token: str) -> HttpResponse:
    """The page behind the link that ``allmende init`` prints: only its button uses the link up.

    It stands for the mailed code; a second factor that the account has is asked for all the same.
    """
    hit("first sign-in", who_asks(request), "30/h")
    if request.method == "POST" and (user := sign_in_first_admin(token)):
        messages.success(request, _("Willkommen! Hier bestimmen Sie, wie es losgeht."))
        return perform_login(request, Login(user=user, redirect_url=reverse("portal:settings")))
    good = request.method != "POST" and peek(FIRST_ADMIN, token) is not None
    return render(request, "portal/first_sign_in.html", {"good": good}, status=200 if good else 404)


def way_in(request: Any, token: str) -> HttpResponse:
    """The page behind the link that support has mailed: likewise."""
    hit("way in", who_asks(request), "30/h")
    if request.method == "POST" and (user := sign_in_by_link(token)):
        return perform_login(request, Login(user=user, redirect_url=reverse("portal:mine")))
    good = request.method != "POST" and peek(WAY_IN, token) is not None
    return render(request, "portal/way_in.html", {"good": good}, status=200 if good else 404)
