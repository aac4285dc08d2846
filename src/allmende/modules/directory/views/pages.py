from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from allmende.entries.cards import cards, picture_url
from allmende.entries.queries import visible_entries
from allmende.modules.directory.actions import write_to
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import can_be_written_to, can_manage, can_see_members, takes_messages
from allmende.modules.directory.queries import coming_dates, contacts_at, visible_members, way_to_belong
from allmende.modules.directory.views.letters import letter_page
from allmende.modules.directory.views.persons import contact_rows


def facts_of_page(request: Any, profile: OrganisationProfile) -> dict[str, Any]:
    """What the page of an organisation shows beside what every entry's page does."""
    contacts = contact_rows(request, contacts_at(request.region, request.user, profile.organisation_id))
    return {
        "contacts": contacts,
        "contact_is_listed": any(row["name"] == profile.contact_name for row in contacts),
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
    return letter_page(request, profile, partial(write_to, profile))
