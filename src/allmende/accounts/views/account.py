from typing import Any

from allauth.account.internal.stagekit import pop_login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from allmende.accounts.forms import AccountForm
from allmende.core.once import kept_form, sign_in_required


@sign_in_required
def account(request: Any) -> HttpResponse:
    """Name and language of the account."""
    user = request.user
    known = {name: getattr(user, name) for name in ("name", "first_name", "last_name", "language")}
    form = AccountForm(request.POST or kept_form(request), initial=known)
    if request.method == "POST" and form.is_valid():
        form.save(user)
        messages.success(request, _("Gespeichert."))
        return redirect("account_details")
    return render(request, "account/details.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def start_over(request: Any) -> HttpResponse:
    """Somebody waits for a code at an address that they mistyped. What they wrote before stays in the session."""
    pop_login(request)
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(reverse("account_request_login_code") + (f"?{urlencode({'next': back})}" if safe else ""))
