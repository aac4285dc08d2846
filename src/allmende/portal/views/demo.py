"""The demo's own pages: sign in with one click, and read the mails that would have gone out."""

from io import BytesIO
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.accounts.queries import user_by_mail
from allmende.portal.demo_town import accounts
from allmende.portal.letters import letter, letters

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: Any) -> HttpResponse:
    """One button an account. Only in a demo: there everybody may be anybody."""
    _only_in_demo()
    if request.method == "POST":
        return _sign_in(request, request.POST.get("account", ""))
    return render(request, "portal/demo.html", {"accounts": accounts.rows(), "password": accounts.PASSWORD})


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404


def _sign_in(request: Any, key: str) -> HttpResponse:
    row = next((row for row in accounts.rows() if row["key"] == key), None)
    user = user_by_mail(row["mail"]) if row else None
    if row is None or user is None:
        raise Http404
    get_adapter().login(request, user)  # at one click, whatever second factor somebody tried out
    messages.success(request, _("Sie sind jetzt %(name)s (%(role)s).") % {"name": user.name, "role": row["title"]})
    return HttpResponseRedirect(reverse("portal:desk" if row["desk"] else "portal:mine"))


@require_safe
def post(request: Any) -> HttpResponse:
    """The mails of the demo, newest first."""
    _only_in_demo()
    return render(request, "portal/post.html", {"letters": letters(SHOWN), "shown": SHOWN})


@require_safe
def attachment(request: Any, name: str, number: int) -> Any:
    _only_in_demo()
    found = letter(name)
    if found is None or not 0 <= number < len(found.attachments):
        raise Http404
    part = found.attachments[number]
    return FileResponse(BytesIO(part.content), as_attachment=True, filename=part.name, content_type=part.kind)
