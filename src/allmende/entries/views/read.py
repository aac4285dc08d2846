"""The page of one entry, and what others will see of a draft."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.html import markdown
from allmende.entries.cards import card, cards, picture_url
from allmende.entries.models import Entry, Status
from allmende.entries.pages import Kind, page_actions, step_url
from allmende.entries.permissions import can_edit
from allmende.entries.queries import entry_for, main_topics, moves_of, related
from allmende.regions.words import words_of


def found(request: Any, kind: Kind, pk: int) -> Any:
    """The entry if the person may see it; other people's things read as 404."""
    entry = entry_for(request.region, request.user, kind.model, pk, key=request.GET.get("key", ""))
    if entry is None:
        raise Http404
    entry.region = request.region
    return entry


def detail(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    entry = found(request, kind, pk)
    return render(request, kind.template("detail"), page_facts(request, entry) | {"kind": kind})


def preview(request: Any, kind: Kind, pk: int) -> HttpResponse:
    """So sehen es andere: the page as a guest will see it, with one button to go on."""
    entry = found(request, kind, pk)
    if not can_edit(request.user, entry):
        raise Http404
    facts = page_facts(request, entry) | {
        "kind": kind,
        "actions": [],
        "is_preview": True,
        "edit_url": entry.page("edit"),
        "submit_url": step_url(entry, "einreichen") if entry.status == Status.DRAFT else "",
        "detail_templates": kind.template("detail"),
    }
    return render(request, kind.template("preview"), facts)


def page_facts(request: Any, entry: Entry) -> dict[str, Any]:
    region, person = request.region, request.user
    words = words_of(region)
    return {
        "entry": entry,
        "card": card(entry, region, words["whole_town"]),
        "picture_large": picture_url(entry.picture, 1600),
        "body_html": markdown(entry.body),
        "facts": entry.facts(),
        "topics": main_topics(entry),
        "actions": page_actions(person, entry),
        "notices": notices(person, entry),
        "related": cards(related(region, person, entry), region),
        "history": moves_of(person, entry),
        "flag_url": reverse("moderation:flag", args=[entry.pk]) if entry.status == Status.PUBLIC else "",
        "static_map": thumbnail(region, entry),
    }


def notices(person: Any, entry: Entry) -> list[tuple[str, str]]:
    """What those who may see an unpublished entry should know."""
    texts = {
        Status.DRAFT: _("Das ist ein Entwurf. Nur Sie und Ihre Organisation sehen ihn."),
        Status.WAITING: _("Dieser Eintrag wartet auf die Redaktion. Andere sehen ihn noch nicht."),
        Status.HIDDEN: _("Dieser Eintrag ist verborgen. Andere sehen ihn nicht."),
        Status.ARCHIVED: _("Dieser Eintrag liegt im Archiv. Andere sehen ihn nicht."),
    }
    text = texts.get(Status(entry.status))
    return [("warn", text)] if text else []


