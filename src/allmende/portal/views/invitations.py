"""The way in for those who were invited: by a typed code, a link, or a mail of their own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.accounts.actions import make_account
from allmende.accounts.models import Organisation, User
from allmende.accounts.queries import user_by_mail
from allmende.core.limits import hit, hit_mailbox, who_asks
from allmende.core.once import form_token, once
from allmende.portal.forms import CodeForm, ComeInForm
from allmende.portal.forms.invitations import known_to
from allmende.regions.actions import accept, accept_by_link, send_link
from allmende.regions.models import Invitation
from allmende.regions.queries import State, invitation_by_code, invitation_by_link, state_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
GUESSES = "20/h"


def typed_code(request: Any) -> HttpResponse:
    """Where somebody types the code of a letter."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        hit("invitation code", who_asks(request), GUESSES)
        found = invitation_by_code(form.cleaned_data["code"])
        if found is not None:
            return HttpResponseRedirect(reverse("portal:invitation", args=[found.code]))
        form.add_error("code", _("Diesen Code kennen wir nicht. Bitte vergleichen Sie ihn mit dem Brief."))
    return render(request, "portal/invitation_code.html", {"form": form}, status=400 if form.errors else 200)


def invitation(request: Any, code: str) -> HttpResponse:
    """Who invites to what; whoever is signed in comes in with one button, others get a link by mail."""
    found = invitation_by_code(code)
    if found is None:
        hit("invitation code", who_asks(request), GUESSES)
        raise Http404
    if state_of(found) is not State.OPEN and not _is_in(request, found):
        return _over(request, found)
    form = ComeInForm(request.POST or None, invitation=found, known=known_to(request.user))
    if request.method == "POST" and form.is_valid():
        if request.user.is_authenticated:
            return _come_in(request, form, lambda given: accept(found, request.user, **given), found)
        return _send_link(request, form, found)
    return _page(request, form, found)


def _is_in(request: Any, found: Invitation) -> bool:
    return request.user.is_authenticated and found.uses.filter(user=request.user).exists()


def _send_link(request: Any, form: ComeInForm, found: Invitation) -> HttpResponse:
    hit("invitation link", who_asks(request), "20/h")
    hit_mailbox(form.cleaned_data["mail"])

    def send() -> str:
        send_link(found, **form.cleaned_data)
        return f"{request.path}?{POSTED}"

    return once(request, send)


POSTED = "unterwegs"


def invited(request: Any, token: str) -> HttpResponse:
    """Behind the mailed link; the button uses it up. An address that has an account signs in first."""
    found = invitation_by_link(token)
    if found is None or state_of(found[0]) is not State.OPEN:
        return _over(request, found and found[0])
    way, said = found
    owner = user_by_mail(said["mail"])
    if owner is not None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.user.is_authenticated and request.user.email != said["mail"]:
        return render(request, "portal/invitation_other.html", {"mail": said["mail"]}, status=403)
    known = ("mail", "name") if request.user.is_authenticated or said["name"] else ("mail",)
    form = ComeInForm(request.POST or None, invitation=way, known=known, initial=said)
    if request.method == "POST" and form.is_valid():
        return _come_in(request, form, lambda given: _by_link(request, token, said, given), way)
    return _page(request, form, way, mail=said["mail"])


def _by_link(request: Any, token: str, said: dict[str, str], given: dict[str, str]) -> Organisation | None:
    name = given.pop("name", "") or said["name"]
    user = request.user
    if not user.is_authenticated:
        user = make_account(said["mail"], name=name, language=get_language() or "", confirmed=True)
    organisation = accept_by_link(token, user, **given)
    if not request.user.is_authenticated:
        login(request, user, backend=BACKEND)
    return organisation


def _come_in(request: Any, form: ComeInForm, do: Any, way: Invitation) -> HttpResponse:
    hit("invitation used", who_asks(request), "20/h")

    def enter() -> str:
        organisation = do(dict(form.cleaned_data))
        messages.success(request, _welcome(way, organisation))
        return way.region.url("portal:mine")

    try:
        return once(request, enter)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, way)


def _welcome(way: Invitation, organisation: Organisation | None) -> str:
    if organisation is None:
        return _("Willkommen in %(town)s!") % {"town": way.region.name}
    if way.founds:
        return _("Willkommen! „%(name)s“ ist dabei. Als Nächstes stellen Sie sich im Verzeichnis vor.") % {
            "name": organisation.name
        }
    return _("Willkommen! Sie gehören jetzt zu „%(name)s“.") % {"name": organisation.name}


def _page(request: Any, form: ComeInForm, way: Invitation, mail: str = "") -> HttpResponse:
    facts = {"form": form, "invitation": way, "town": way.region, "mail": mail, "form_token": form_token()}
    facts |= {"posted": POSTED in request.GET, "person": request.user if isinstance(request.user, User) else None}
    return render(request, "portal/invitation.html", facts, status=400 if form.errors else 200)


def _over(request: Any, way: Invitation | None) -> HttpResponse:
    state = state_of(way) if way else None
    return render(request, "portal/invitation_over.html", {"state": state, "town": way and way.region}, status=410)
