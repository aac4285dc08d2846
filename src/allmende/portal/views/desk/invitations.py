from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, once
from allmende.portal.forms import InvitationForm
from allmende.portal.paper import invitation_letter
from allmende.portal.permissions import can_change_settings
from allmende.portal.queries import of_the_desk, page_of_invitations
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.actions import revoke_invitation
from allmende.regions.models import Invitation
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import address_of, state_of, uses_of


@staff_only(can_edit_content)
def invitations(request: Any) -> HttpResponse:
    """All ways into the region, and a form for a new one."""
    form = InvitationForm(request.POST or None, region=request.region, by=request.user)
    if request.method == "POST" and form.is_valid():
        hit("invitation", who_asks(request), "200/h")
        return once(request, lambda: _invited(request, form))
    rows, following = page_of_invitations(request.region, request.GET.get("next", ""))
    facts = {
        "rows": [{"invitation": row, "state": state_of(row)} for row in rows],
        "next_url": f"{request.path}?next={following}" if following else "",
        "form": form,
        "form_token": form_token(),
        "may_open": can_change_settings(request.user, request.region),
    }
    return render(request, "portal/desk/invitations.html", facts, status=400 if form.errors else 200)


def _invited(request: Any, form: InvitationForm) -> str:
    made = form.save()
    if made.mail:
        messages.success(request, _("Die Einladung ist unterwegs an %(mail)s.") % {"mail": made.mail})
    else:
        messages.success(request, _("Die Einladung gilt. Geben Sie den Link weiter oder drucken Sie den Brief."))
    return reverse("portal:invitation_uses", args=[made.pk])


@staff_only(can_edit_content)
def uses(request: Any, pk: int) -> HttpResponse:
    """One invitation: link, code and letter, who came in by it, and the button that ends it."""
    found = _invitation(request, pk)
    if request.method == "POST":
        return once(request, lambda: _revoked(request, found))
    facts = {
        "invitation": found,
        "state": state_of(found),
        "link": address_of(found, "portal:invitation", found.code),
        "uses": uses_of(found),
        "form_token": form_token(),
    }
    return render(request, "portal/desk/invitation_uses.html", facts)


def _revoked(request: Any, found: Invitation) -> str:
    revoke_invitation(found, by=request.user)
    messages.success(request, _("Die Einladung ist zurückgezogen. Wer schon dabei ist, bleibt."))
    return reverse("portal:invitations")


@require_safe
@staff_only(can_edit_content)
def letter(request: Any, pk: int) -> HttpResponse:
    """The invitation on paper, as an accessible PDF."""
    found = _invitation(request, pk)
    if found.mail:
        raise Http404  # it went out by mail, for one person
    response = HttpResponse(invitation_letter(found), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="einladung-{found.code.lower()}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _invitation(request: Any, pk: int) -> Invitation:
    found = of_the_desk(request.region).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
