"""The desk's menu and number for the frame of every page of the staff."""

from functools import cache, partial
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from allmende.entries.permissions import can_check
from allmende.moderation.permissions import can_answer_barriers, can_decide
from allmende.portal.permissions import (
    can_change_settings,
    can_manage_people,
    can_read_log,
    can_reset_second_factor,
    can_see_desk,
    can_see_mails,
)
from allmende.portal.queries import Waiting, number_at_the_desk, waiting_numbers
from allmende.regions.permissions import can_decide_recognition, can_edit_content, can_prepare_account

# (page, label, icon, who may, the number that stands behind it), under the words that hold them together
MENU = {
    _("Was wartet"): [
        ("portal:desk", _("Übersicht"), "home", can_see_desk, ""),
        ("portal:queue", _("Zu prüfen"), "list-check", can_check, "entries"),
        ("portal:edited", _("Geändert"), "edit", can_check, "edited"),
        ("moderation:queue", _("Meldungen"), "flag", can_decide, "flags"),
        ("moderation:barriers", _("Barrieren"), "accessible", can_answer_barriers, "barriers"),
        ("portal:messages", _("Nachrichten"), "chat", can_edit_content, "messages"),
        ("portal:claims", _("Übernahmen"), "user-plus", can_edit_content, "claims"),
        ("portal:recognitions", _("Anerkennung"), "star", can_decide_recognition, "recognitions"),
    ],
    _("Wer dabei ist"): [
        ("portal:people", _("Menschen"), "people", can_manage_people, ""),
        ("portal:invitations", _("Einladungen"), "mail", can_edit_content, ""),
        ("portal:prepare", _("Konto für andere"), "user-plus", can_prepare_account, ""),
        ("portal:absences", _("Abwesenheit"), "calendar", can_see_desk, ""),
        ("portal:second_factor", _("Zweiter Faktor"), "shield", can_reset_second_factor, ""),
    ],
    _("Wie es läuft"): [
        ("portal:settings", _("Einstellungen"), "settings", can_change_settings, ""),
        ("interfaces:imports", _("Importe"), "upload", can_edit_content, ""),
        ("portal:mails", _("E-Mails"), "send", can_see_mails, ""),
        ("portal:log", _("Protokoll"), "history", can_read_log, ""),
    ],
}


def desk(request: Any) -> dict[str, Any]:
    """``desk_menu`` and ``desk_count`` for staff; both are asked of the database only where a template shows them."""
    region, person = getattr(request, "region", None), getattr(request, "user", None)
    if region is None or person is None or not can_see_desk(person, region):
        return {}
    return {"desk_menu": partial(_menu, request), "desk_count": cache(partial(number_at_the_desk, region, person))}


def _menu(request: Any) -> list[dict[str, Any]]:
    """The groups in which the person has something to open."""
    groups: list[dict[str, Any]] = [{"label": label, "items": _items(request, rows)} for label, rows in MENU.items()]
    items = [item for group in groups for item in group["items"]]
    here = _nearest(request.path, [item["url"] for item in items])
    for item in items:
        item["active"] = item["url"] == here
    return [group for group in groups if group["items"]]


def _items(request: Any, rows: list[Any]) -> list[dict[str, Any]]:
    region, person, waiting = request.region, request.user, waiting_for(request)
    return [
        {"label": label, "icon": icon, "url": url, "count": getattr(waiting, number) if number else 0}
        for name, label, icon, allowed, number in rows
        if (url := page_url(name)) and allowed(person, region)
    ]


def _nearest(path: str, urls: list[str]) -> str:
    """The page of the menu that this one is, or lies below; nothing lies below the overview, the first of them."""
    return max((url for url in urls if path.startswith(url) and url in {path, *urls[1:]}), key=len, default="")


def waiting_for(request: Any) -> Waiting:
    """The numbers of the desk, counted once a request."""
    if not hasattr(request, "_waiting_at_the_desk"):
        request._waiting_at_the_desk = waiting_numbers(request.region, request.user)  # noqa: SLF001  # a request's memory
    return request._waiting_at_the_desk  # noqa: SLF001  # a request's memory


def page_url(name: str) -> str:
    """'' for a page that this installation does not have."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
