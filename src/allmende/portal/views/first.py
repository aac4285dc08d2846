from typing import Any

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from allmende.core.limits import hit, who_asks
from allmende.core.tokens import peek
from allmende.portal.actions import UNNAMED, WAY_IN, first_admin, sign_in_by_link, sign_in_first_admin
from allmende.portal.forms import FirstSignInForm


def first_sign_in(request: Any, token: str) -> HttpResponse:
    """The page behind the link that ``allmende init`` prints: only its button uses the link up.

    It stands for the mailed code; a second factor that the account has is asked for all the same.
    """
    hit("first sign-in", who_asks(request), "30/h")
    admin = first_admin(token)
    if admin is None:
        return render(request, "portal/first_sign_in.html", status=404)
    known = {} if admin.name == UNNAMED else {"name": admin.name}
    form = FirstSignInForm(request.POST or None, initial=known)
    if form.is_valid() and (user := sign_in_first_admin(token, name=form.cleaned_data["name"])):
        return perform_login(request, Login(user=user, redirect_url=reverse("portal:settings")))
    return render(request, "portal/first_sign_in.html", {"form": form}, status=400 if form.is_bound else 200)


def way_in(request: Any, token: str) -> HttpResponse:
    """The page behind the link that support has mailed: likewise."""
    hit("way in", who_asks(request), "30/h")
    if request.method == "POST" and (user := sign_in_by_link(token)):
        return perform_login(request, Login(user=user, redirect_url=reverse("portal:mine")))
    good = request.method != "POST" and peek(WAY_IN, token) is not None
    return render(request, "portal/way_in.html", {"good": good}, status=200 if good else 404)
