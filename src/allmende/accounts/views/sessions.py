from typing import Any

from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.accounts.actions import note_session
from allmende.accounts.devices import device
from allmende.accounts.queries import sessions_of
from allmende.core.once import form_token, once, sign_in_required


@sign_in_required
def sessions(request: Any) -> HttpResponse:
    """Where the account is signed in, with a button for each and one for all the others."""
    note_session(request)
    found = sessions_of(request.user)
    if request.method == "POST":
        return once(request, lambda: _ended(request, found))
    rows = [
        {"session": row, "device": device(row.user_agent), "is_here": row.session_key == request.session.session_key}
        for row in found
    ]
    return render(request, "usersessions/usersession_list.html", {"rows": rows, "form_token": form_token()})


def _ended(request: Any, found: list[Any]) -> str:
    if "all" in request.POST:
        end_other_sessions(request, request.user)
        messages.success(request, _("Alle anderen Geräte sind abgemeldet."))
    else:
        chosen = [row for row in found if str(row.pk) == request.POST.get("session", "")]
        if not chosen or chosen[0].session_key == request.session.session_key:
            raise Http404
        end_sessions(request, chosen)
        messages.success(request, _("Das Gerät ist abgemeldet."))
    return reverse("usersessions_list")
