from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.accounts.actions import change_role, hand_over, remove_member, require
from allmende.accounts.queries import user_by_mail
from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.entries.cards import cards, picture_url
from allmende.entries.queries import visible_entries
from allmende.modules.directory.actions import take_in
from allmende.modules.directory.forms import MessageForm, NewMemberForm
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import can_be_written_to, can_manage, can_see_members, takes_messages
from allmende.modules.directory.queries import coming_dates, visible_members
from allmende.regions.forms import ask_netiquette, keep_consent


def facts_of_page(request: Any, profile: OrganisationProfile) -> dict[str, Any]:
    """What the page of an organisation shows beside what every entry's page does."""
    return {
        "logo_url": picture_url(profile.logo, 480),
        "coming": cards(coming_dates(request.region, request.user, profile), request.region),
        "members": visible_members(request.user, profile) if profile.members_visible else [],
        "message_url": profile.page("message") if can_be_written_to(profile) else "",
        "takes_messages": takes_messages(profile),
        "can_see_members": can_see_members(request.user, profile) and request.user.is_authenticated,
    }


def _profile(request: Any, pk: int) -> OrganisationProfile:
    profile = (
        visible_entries(request.region, request.user, OrganisationProfile, key=request.GET.get("key", ""))
        .select_related("region", "organisation")
        .filter(pk=pk)
        .first()
    )
    if profile is None:
        raise Http404
    return profile


def message(request: Any, pk: int) -> HttpResponse:
    """Write to the organisation, signed in or as a guest."""
    profile = _profile(request, pk)
    if profile.status != "public" or profile.organisation is None:
        raise Http404
    if not takes_messages(profile):
        return render(request, "correspondence/closed.html", status=403)
    form = MessageForm(request.POST or kept_form(request), person=request.user)
    ask_netiquette(form, request.region, request.user)
    if request.method == "POST" and form.is_valid():
        hit("message", who_asks(request), "20/h")
        if "mail" in form.cleaned_data:
            hit("mail to", form.cleaned_data["mail"], "5/h")  # nobody fills somebody else's mailbox
        return once(request, lambda: _sent(request, profile, form))
    facts = {"profile": profile, "form": form, "form_token": form_token()}
    return render(request, "directory/message.html", facts, status=400 if form.errors else 200)


def _sent(request: Any, profile: OrganisationProfile, form: MessageForm) -> str:
    keep_consent(form, by=request.user)
    sent = form.save(profile, language=get_language() or "de")
    if sent.passed_on_at:
        messages.success(
            request,
            _("Ihre Nachricht ist unterwegs. Sobald %(name)s antwortet, bekommen Sie eine E-Mail.")
            % {"name": profile.title},
        )
    else:
        messages.success(
            request,
            _("Fast geschafft: Bitte öffnen Sie unsere E-Mail und bestätigen Sie. Dann geht alles an %(name)s.")
            % {"name": profile.title},
        )
    return str(profile.url)


@sign_in_required
def members(request: Any, pk: int) -> HttpResponse:
    """Who belongs to the organisation; those who run it add, change and remove."""
    profile = _profile(request, pk)
    if profile.organisation is None or not can_see_members(request.user, profile):
        raise Http404
    form = NewMemberForm(request.POST if request.POST.get("do") == "add" else None)
    if request.method == "POST" and (request.POST.get("do") != "add" or form.is_valid()):
        _change_members(request, profile, form)
        # Who has left no longer sees the others.
        return redirect(request.path if can_see_members(request.user, profile) else profile.url)
    facts = {
        "profile": profile,
        "members": visible_members(request.user, profile),
        "form": form,
        "may_manage": can_manage(request.user, profile),
    }
    return render(request, "directory/members.html", facts, status=400 if form.errors else 200)


def _change_members(request: Any, profile: OrganisationProfile, form: NewMemberForm) -> None:
    try:
        _member_step(request, profile, form)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Gespeichert."))


def _member_step(request: Any, profile: OrganisationProfile, form: NewMemberForm) -> None:
    organisation, do = profile.organisation, request.POST.get("do")
    assert organisation is not None  # noqa: S101  # members() looked
    if do == "add":
        require(can_manage(request.user, profile))  # before anybody learns whether the address has an account
        hit("add member", who_asks(request), "30/h")  # nor may others try a list of them
        user = user_by_mail(form.cleaned_data["mail"])
        if user is None:
            raise ValidationError(_("Zu dieser Adresse gibt es noch kein Konto."))
        take_in(profile, user, role=form.cleaned_data["role"], by=request.user)
        return
    number = request.POST.get("membership", "")
    known = number.isascii() and number.isdigit() and len(number) < 19  # 64 bits
    membership = visible_members(request.user, profile).filter(pk=number if known else 0).first()
    if membership is None:
        raise Http404
    if do == "remove":
        remove_member(membership, by=request.user)
    elif do == "hand_over":
        hand_over(organisation, to=membership.user, by=request.user)
    elif do in {"admin", "member"}:
        change_role(membership, role=do, by=request.user)
    else:
        raise Http404
