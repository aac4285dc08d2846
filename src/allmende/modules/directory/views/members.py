"""Who belongs to an organisation: seen by its members, changed by those who run it, asked for by others."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from allmende.accounts.actions import change_role, hand_over, remove_member
from allmende.accounts.models import User
from allmende.accounts.permissions import can_hand_over, can_take_in, is_member
from allmende.accounts.queries import applications_to
from allmende.core.limits import hit, hit_mailbox, who_asks
from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.modules.directory.forms.members import ApplicationForm, MailInvitationForm, MemberLinkForm
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import can_manage, can_see_members
from allmende.modules.directory.queries import visible_members, way_to_belong, ways_in
from allmende.modules.directory.views.pages import profile_or_404
from allmende.regions.actions import revoke_invitation
from allmende.regions.forms import DecisionForm, ask_netiquette, decision_forms, keep_consent
from allmende.regions.models import Invitation
from allmende.regions.permissions import can_invite, may_write
from allmende.regions.queries import State, address_of, state_of

MOST_WAYS = 20


@sign_in_required
def members(request: Any, pk: int) -> HttpResponse:
    """Who belongs to the organisation; those who run it invite, answer, change and remove."""
    profile = profile_or_404(request, pk)
    if profile.organisation is None or not can_see_members(request.user, profile):
        raise Http404
    forms = _forms(request, profile)
    sent = next((form for form in forms.values() if form.is_bound), None)
    answers, answer = decision_forms(applications_to(profile.organisation) if forms else [], request.POST)
    sent = sent or answer
    if request.method == "POST" and (sent is None or sent.is_valid()):
        return _step(request, profile, sent)
    facts = {
        "profile": profile,
        "members": visible_members(request.user, profile),
        "may_manage": can_manage(request.user, profile),
        "may_hand_over": can_hand_over(request.user, profile.organisation),
        "answers": answers,
        "ways": [_shown(way, request.user) for way in ways_in(profile)[:MOST_WAYS]] if forms else [],
        "form_token": form_token(),
        **forms,
    }
    return render(request, "directory/members.html", facts, status=400 if sent and sent.errors else 200)


def _shown(way: Invitation, person: User) -> dict[str, Any]:
    state = state_of(way)
    is_link = state is State.OPEN and not way.mail
    return {
        "invitation": way,
        "state": state,
        "link": address_of(way, "portal:invitation", way.code) if is_link else "",
        "may_revoke": state is State.OPEN
        and can_invite(person, way.region, organisation=way.organisation, membership=way.membership),
    }


def _forms(request: Any, profile: OrganisationProfile) -> dict[str, Any]:
    """The forms of those who take people in; for others none, and what they send is refused."""
    do = request.POST.get("do")
    if not can_take_in(request.user, profile.organisation_id):
        if do in {"mail", "link", "revoke", "accept", "decline"}:
            raise PermissionDenied
        return {}
    known = {"profile": profile, "by": request.user}
    return {
        "mail_form": MailInvitationForm(request.POST if do == "mail" else None, prefix="mail", **known),
        "link_form": MemberLinkForm(request.POST if do == "link" else None, prefix="link", **known),
    }


def _step(request: Any, profile: OrganisationProfile, form: Any) -> HttpResponse:
    if isinstance(form, MailInvitationForm):
        hit_mailbox(form.cleaned_data["mail"])
    if form is not None:
        hit("add member", who_asks(request), "60/h")
    try:
        return once(request, lambda: _done(request, profile, form))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(request.path)


def _done(request: Any, profile: OrganisationProfile, form: Any) -> str:
    if isinstance(form, DecisionForm):
        form.save(by=request.user)
        messages.success(request, _("Gespeichert. Die Person bekommt eine E-Mail."))
    elif form is not None:
        messages.success(request, form.save())
    elif request.POST.get("do") == "revoke":
        revoke_invitation(_row(ways_in(profile), request.POST.get("invitation", "")), by=request.user)
        messages.success(request, _("Die Einladung ist zurückgezogen. Wer schon dabei ist, bleibt."))
    else:
        _change(request, profile)
        messages.success(request, _("Gespeichert."))
    # Who has left no longer sees the others.
    return str(request.path if can_see_members(request.user, profile) else profile.url)


def _change(request: Any, profile: OrganisationProfile) -> None:
    organisation, do = profile.organisation, request.POST.get("do")
    assert organisation is not None  # noqa: S101  # members() looked
    if do in {"accept", "decline"}:
        raise ValidationError(_("Diese Anfrage wartet nicht mehr."), code="gone")
    membership = _row(visible_members(request.user, profile), request.POST.get("membership", ""))
    if do == "remove":
        remove_member(membership, by=request.user)
    elif do == "hand_over":
        hand_over(organisation, to=membership.user, by=request.user)
    elif do in {"admin", "moderator", "member"}:
        change_role(membership, role=do, by=request.user)
    else:
        raise Http404


def _row(rows: Any, number: str) -> Any:
    known = number.isascii() and number.isdigit() and len(number) < 19  # 64 bits
    row = rows.filter(pk=number if known else 0).first()
    if row is None:
        raise Http404
    return row


@sign_in_required
def join(request: Any, pk: int) -> HttpResponse:
    """Ask to belong to the organisation, or say that it is one's own if nobody runs it yet."""
    profile = profile_or_404(request, pk)
    if not may_write(request.user, request.region):
        raise Http404
    way = way_to_belong(request.user, profile)
    if not way and is_member(request.user, profile.organisation_id):
        return redirect(profile.url)
    if not way:
        raise Http404
    form = ApplicationForm(request.POST or kept_form(request), profile=profile, by=request.user, way=way)
    ask_netiquette(form, request.region, request.user)
    if request.method == "POST" and way != "waiting" and form.is_valid():
        hit("application", who_asks(request), "10/h")
        try:
            return once(request, lambda: _asked(request, form))
        except ValidationError as error:
            form.add_error(None, error)
    facts = {"profile": profile, "form": form, "way": way, "form_token": form_token()}
    return render(request, "directory/join.html", facts, status=400 if form.errors else 200)


def _asked(request: Any, form: ApplicationForm) -> str:
    keep_consent(form, by=request.user)
    messages.success(request, form.save())
    return str(form.profile.url)
