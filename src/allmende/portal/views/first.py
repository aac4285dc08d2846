from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.limits import hit, who_asks
from allmende.core.tokens import peek
from allmende.portal.actions import FIRST_ADMIN, sign_in_first_admin

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def first_sign_in(request: Any, token: str) -> HttpResponse:
    """The page behind the link that ``allmende init`` prints: only its button uses the link up."""
    hit("first sign-in", who_asks(request), "30/h")
    if request.method == "POST" and (user := sign_in_first_admin(token)):
        login(request, user, backend=BACKEND)
        messages.success(request, _("Willkommen! Hier bestimmen Sie, wie es losgeht."))
        return HttpResponseRedirect(reverse("portal:settings"))
    good = request.method != "POST" and peek(FIRST_ADMIN, token) is not None
    return render(request, "portal/first_sign_in.html", {"good": good}, status=200 if good else 404)
