"""The page of one entry, and what others will see of a draft."""

from copy import copy
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import select_template
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.core.html import markdown
from allmende.core.once import form_token
from allmende.entries.cards import card, picture_url
from allmende.entries.kinds import url_name
from allmende.entries.maps import thumbnail
from allmende.entries.models import Check, Entry, Move, Status, Visibility
from allmende.entries.pages import Kind, page_actions, step_url
from allmende.entries.permissions import can_edit, can_submit, is_one_of_its_people
from allmende.entries.queries import entry_for, moves_of, portals_with, related, shown_topics
from allmende.entries.rules import check_rule
from allmende.regions.portals import in_town
from allmende.regions.words import words_of


def found(request: Any, kind: Kind, pk: int) -> Any:
    """The entry if the person may see it; other people's things read as 404."""
    entry = entry_for(request.region, request.user, kind.model, pk, key=request.GET.get("key", ""))
    if entry is None:
        raise Http404
    entry.region = request.region
    return entry


@require_safe
def detail(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    entry = found(request, kind, pk)
    if is_elsewhere(request, entry):
        return redirect(in_town(request))
    return render(request, kind.template("detail"), page_facts(request, entry, kind))


def is_elsewhere(request: Any, entry: Entry) -> bool:
    """Does somebody ask a portal for an entry that has none of its topics? The region shows it."""
    return request.region.portal is not None and not shown_topics(entry, request.region)


@require_safe
def preview(request: Any, kind: Kind, pk: int) -> HttpResponse:
    """So sehen es andere: the page as a guest will see it, with one button to go on."""
    entry = found(request, kind, pk)
    if not can_edit(request.user, entry):
        raise Http404
    as_guest = copy(request)
    as_guest.user = AnonymousUser()
    facts = page_facts(as_guest, entry, kind) | {
        "template": select_template(kind.template("detail")),
        "actions": [],
        "is_preview": True,
        "edit_url": entry.page("edit"),
        "publish_url": step_url(entry, "einreichen") if can_submit(request.user, entry) else "",
        "needs_check": check_rule(entry, by=request.user) == Check.BEFORE,
        "form_token": form_token(),
    }
    return render(request, "entries/preview.html", facts)


def page_facts(request: Any, entry: Entry, kind: Kind) -> dict[str, Any]:
    region, person = request.region, request.user
    words = words_of(region)
    own = kind.facts(request, entry) if kind.facts else {}
    return own | {
        "kind": kind,
        "entry": entry,
        "card": card(entry, region, words["whole_town"]),
        "module": kind.face(region),
        "parent": kind.parent(region),
        "list_url": kind.url("list"),
        "picture_url": picture_url(entry.picture, 1600),
        "picture_credit": entry.picture.credit if entry.picture else "",
        "body_html": markdown(entry.body),
        "facts": entry.facts(),
        "topics": [
            {"name": str(t), "icon": t.icon, "color": t.color, "url": f"{kind.url('list')}?topic={t.slug}"}
            for t in shown_topics(entry, region)
        ],
        "portals": portal_links(region, entry),
        "actions": page_actions(person, entry),
        "notices": notices(person, entry),
        "related": kind.cards_of(request, related(region, person, entry)),
        "history": [{"at": row.at, "text": _told(entry, row)} for row in moves_of(person, entry)],
        "ics_url": entry.page("ics") if entry.has_dates and entry.status == Status.PUBLIC else "",
        "flag_url": _flag_url(entry) if entry.status == Status.PUBLIC else "",
        "static_map": thumbnail(region, entry) if entry.has_place else "",
        "map_url": kind.url("map") if entry.has_place and entry.cell is not None else "",
    }


def portal_links(region: Any, entry: Entry) -> list[tuple[str, str]]:
    """Name and address of the portals that show the entry too; a portal itself tells of its town alone."""
    if region.portal or not entry.listed:
        return []
    portals = portals_with(entry)
    for portal in portals:
        portal.region = region  # its addresses are read already
    return [(portal.name, portal.url("portal:home")) for portal in portals]


def _flag_url(entry: Entry) -> str:
    return reverse("moderation:flag", args=[entry.pk]) + entry.key_query


def _told(entry: Entry, row: Move) -> str:
    what = Status(row.after).label if row.field == "status" else entry.state_names[row.after]
    return ". ".join(filter(None, [" · ".join(filter(None, [str(what), row.by_name])), row.note]))


def notices(person: Any, entry: Entry) -> list[tuple[str, str]]:
    """What those who may see an unpublished entry should know."""
    texts = {
        Status.DRAFT: _("Das ist ein Entwurf. Nur Sie und Ihre Organisation sehen ihn."),
        Status.WAITING: _("Dieser Eintrag wartet auf die Redaktion. Andere sehen ihn noch nicht."),
        Status.HIDDEN: _("Dieser Eintrag ist verborgen. Andere sehen ihn nicht."),
        Status.ARCHIVED: _("Dieser Eintrag liegt im Archiv. Andere sehen ihn nicht."),
    }
    text = texts.get(Status(entry.status))
    found = [("warn", text)] if text else []
    if entry.visibility == Visibility.LINK and is_one_of_its_people(person, entry):
        link = entry.region.url(url_name(entry.kind, "detail"), entry.pk, query=entry.key_query)
        found.append(("info", _("Nur wer diesen Link hat, sieht den Eintrag: %(link)s") % {"link": link}))
    return found
