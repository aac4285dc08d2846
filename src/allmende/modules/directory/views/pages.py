from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.core.limits import hit, hit_mailbox, who_asks
from allmende.core.once import form_token, kept_form, once
from allmende.entries.cards import cards, picture_url
from allmende.entries.queries import visible_entries
from allmende.modules.directory.forms import MessageForm
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import can_be_written_to, can_manage, can_see_members, takes_messages
from allmende.modules.directory.queries import coming_dates, visible_members, way_to_belong
from allmende.regions.forms import ask_netiquette, keep_consent


def facts_of_page(request: Any, profile: OrganisationProfile) -> dict[str, Any]:
    """What the page of an organisation shows beside what every entry's page does."""
    return {
        "logo_url": picture_url(profile.logo, 480),
        "coming": cards(coming_dates(request.region, request.user, profile), request.region),
        "members": visible_members(request.user, profile) if profile.members_visible else [],
        "message_url": profile.page("message") if can_be_written_to(profile) else "",
        "way_to_belong": way_to_belong(request.user, profile),
        "takes_messages": takes_messages(profile),
        "may_ask_for_recognition": can_manage(request.user, profile) and request.region.is_writable,
        "can_see_members": can_see_members(request.user, profile) and request.user.is_authenticated,
    }


def profile_or_404(request: Any, pk: int) -> OrganisationProfile:
    """The profile if the person may see it."""
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
    profile = profile_or_404(request, pk)
    if profile.status != "public" or profile.organisation is None:
        raise Http404
    if not takes_messages(profile):
        return render(request, "correspondence/closed.html", status=403)
    form = MessageForm(request.POST or kept_form(request), person=request.user)
    ask_netiquette(form, request.region, request.user)
    if request.method == "POST" and form.is_valid():
        hit("message", who_asks(request), "20/h")
        hit_mailbox(form.cleaned_data.get("mail", ""))
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
