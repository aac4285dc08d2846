"""What all pages of the desk share: who gets in, and the menu at the side."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Person
from allmende.core.once import sign_in_required
from allmende.entries.permissions import can_check
from allmende.portal.permissions import can_change_settings, can_manage_people, can_read_log, can_see_desk
from allmende.portal.queries import Waiting
from allmende.regions.models import Region
from allmende.regions.permissions import can_moderate

Allowed = Callable[[Person, Region], bool]

# (page, label, icon, who, number that stands behind it)
MENU: list[tuple[str, Any, str, Allowed, str]] = [
    ("portal:desk", _("Übersicht"), "home", can_see_desk, ""),
    ("portal:queue", _("Zu prüfen"), "list-check", can_check, "entries"),
    ("portal:edited", _("Geändert"), "edit", can_check, "edited"),
    ("moderation:queue", _("Meldungen"), "flag", can_moderate, "flags"),
    ("portal:messages", _("Nachrichten"), "chat", can_check, "messages"),
    ("interfaces:imports", _("Importe"), "upload", can_check, ""),
    ("portal:log", _("Protokoll"), "history", can_read_log, ""),
    ("portal:people", _("Menschen"), "people", can_manage_people, ""),
    ("portal:settings", _("Einstellungen"), "settings", can_change_settings, ""),
]


def staff_only(allowed: Allowed) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Strangers are led to the sign-in; for everybody else without the right the page does not exist."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request.user, request.region):
                raise Http404
            return view(request, *args, **kwargs)

        return sign_in_required(guarded)

    return decorate


def menu(request: Any, here: str, waiting: Waiting | None = None) -> list[dict[str, Any]]:
    """The pages of the desk that the person may open."""
    return [
        {
            "label": label, "icon": icon, "url": url, "active": name == here,
            "count": getattr(waiting, number) if waiting and number else 0,
        }
        for name, label, icon, allowed, number in MENU
        if (url := page_url(name)) and allowed(request.user, request.region)
    ]  # fmt: skip


def page_url(name: str) -> str:
    """'' for a page that this installation does not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
