from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.accounts.queries import user_by_mail
from allmende.core.limits import hit, who_asks
from allmende.core.models import Mail
from allmende.core.once import form_token, once
from allmende.portal.actions import send_invitation_again, send_way_in
from allmende.portal.forms import AddressForm, MailFilterForm
from allmende.portal.outcomes import beginning, masked, outcome
from allmende.portal.permissions import can_correct_address, can_see_mails, can_see_mails_of_platform
from allmende.portal.queries import MailFilter, mail_server_rests, mails_of, older, open_invitation_to
from allmende.portal.views.desk.frame import staff_only

LINES = 40


@require_safe
@staff_only(can_see_mails)
def mails(request: Any) -> HttpResponse:
    """What became of each mail: newest first. Addresses stand there shortened, texts not at all."""
    region, person = request.region, request.user
    form = MailFilterForm(request.GET, whole=can_see_mails_of_platform(person))
    valid = form.is_valid()
    page = older(mails_of(region, person, form.criteria()), "created_at", request.GET.get("next", ""))
    found = list(page[: LINES + 1])
    shown = found[:LINES]
    next_url = f"{request.path}?{urlencode(form.chosen() | {'next': shown[-1].pk})}" if len(found) > LINES else ""
    facts = {
        "form": form,
        "rows": [_row(mail) for mail in shown],
        "next_url": next_url,
        "server_rests": mail_server_rests(),
    }
    return render(request, "portal/desk/mails.html", facts, status=200 if valid else 400)


def _row(mail: Mail) -> dict[str, Any]:
    return {"mail": mail, "to": masked(mail.to), "subject": beginning(mail.subject), "outcome": outcome(mail)}


@staff_only(can_see_mails)
def mail(request: Any, pk: int) -> HttpResponse:
    """One mail, and what support can do. The whole address stands here only where something is to be mended."""
    found = _mail(request, pk)
    user = user_by_mail(found.to)
    lost = found.state != Mail.SENT
    may_correct = bool(lost and user and can_correct_address(request.user, request.region, user))
    form = AddressForm(request.POST if request.POST.get("do") == "correct" else None)
    invitation = None if user else open_invitation_to(found.to, request.region)
    if request.method == "POST" and (answer := _done(request, found, form if may_correct else None, user, invitation)):
        return answer
    facts = {
        **_row(found),
        "to": found.to if lost else masked(found.to),
        "account": user,
        "form": form if may_correct else None,
        "lost": lost,
        "invitation": invitation,
        "form_token": form_token(),
    }
    return render(request, "portal/desk/mail.html", facts, status=400 if form.errors else 200)


def _mail(request: Any, pk: int) -> Mail:
    """Of the region; the platform's administration may look at all."""
    everywhere = MailFilter(everywhere=can_see_mails_of_platform(request.user))
    found = mails_of(request.region, request.user, everywhere).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _done(request: Any, found: Mail, form: AddressForm | None, user: Any, invitation: Any) -> HttpResponse | None:
    """The answer to what was sent; None if the form has to be shown again."""
    do = request.POST.get("do", "")
    if do == "correct" and form is not None:
        if not form.is_valid():
            return None
        hit("address corrected", who_asks(request), "30/d")
        try:
            return once(request, lambda: _corrected(request, found, form))
        except ValidationError as error:
            form.add_error("to", error)
            return None
    if do == "way_in" and user is not None and user.is_active:
        hit("way in", f"account {user.pk}", "5/h")
        return once(request, lambda: _way_in_sent(request, found, user))
    if do == "invite" and invitation is not None:
        hit("way in", f"invitation {invitation.pk}", "5/h")
        return once(request, lambda: _invited_again(request, found, invitation))
    raise Http404


def _corrected(request: Any, found: Mail, form: AddressForm) -> str:
    user = form.save(found, by=request.user, region=request.region)
    text = _(
        "%(name)s hat jetzt eine andere Adresse. Was noch wartete, geht dorthin; Codes und Links gelten nicht mehr."
    )
    messages.success(request, text % {"name": user.name})
    return reverse("portal:mails")


def _way_in_sent(request: Any, found: Mail, user: Any) -> str:
    send_way_in(user, by=request.user, region=request.region)
    messages.success(request, _("Ein neuer Link zum Anmelden ist unterwegs. Er gilt einen Tag."))
    return reverse("portal:mail", args=[found.pk])


def _invited_again(request: Any, found: Mail, invitation: Any) -> str:
    send_invitation_again(invitation, by=request.user, region=request.region)
    messages.success(request, _("Die Einladung ist mit einem neuen Link unterwegs."))
    return reverse("portal:mail", args=[found.pk])
