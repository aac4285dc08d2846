from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

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
