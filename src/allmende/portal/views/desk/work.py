"""What waits at the desk: to check, changed, to pass on."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from allmende.core.once import form_token
from allmende.correspondence.queries import threads_for_editors
from allmende.entries.cards import cards
from allmende.entries.models import Entry
from allmende.entries.pages import STEPS, possible_steps, step_url
from allmende.entries.permissions import can_check
from allmende.entries.queries import edited_since_check, specific, waiting_entries, with_card_parts
from allmende.portal.context import page_url, waiting_for
from allmende.portal.differences import readable
from allmende.portal.permissions import can_change_settings, can_see_desk
from allmende.portal.queries import edits_since_check, known_names, newer, older, who_entered
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import missing_texts

ROWS = 20


@require_safe
@staff_only(can_see_desk)
def overview(request: Any) -> HttpResponse:
    waiting = waiting_for(request)
    oldest = _rows(request, waiting_entries(request.region, request.user), "created_at", 3)[0]
    facts = {
        "waiting": waiting,
        "checks": can_check(request.user, request.region),
        "oldest": oldest,
        "flags_url": page_url("moderation:queue"),
        "barriers_url": page_url("moderation:barriers"),
        "imports_url": page_url("interfaces:imports"),
        "launch": not request.region.is_open and can_change_settings(request.user, request.region),
        "missing": missing_texts(request.region),
    }
    return render(request, "portal/desk/overview.html", facts)


@require_safe
@staff_only(can_check)
def queue(request: Any) -> HttpResponse:
    """Entries that wait for a check, oldest first; released with one click, or opened, returned with a reason."""
    rows, next_url = _rows(request, waiting_entries(request.region, request.user), "created_at", ROWS)
    _tell_origins(request, rows)
    facts = {"rows": rows, "next_url": next_url, "form_token": form_token()}
    return render(request, "portal/desk/queue.html", facts)


@require_safe
@staff_only(can_check)
def edited(request: Any) -> HttpResponse:
    """Public entries that changed since an editor saw them, with what changed."""
    rows, next_url = _rows(request, edited_since_check(request.region, request.user), "updated_at", ROWS)
    _tell_origins(request, rows)
    changes = edits_since_check(request.region, [row["entry"] for row in rows])
    known = known_names(request.region, changes.values())
    for row in rows:
        old, new = changes[row["entry"].pk]
        row["changes"] = readable(row["entry"]._meta.label, old, new, zone=request.region.zone, known=known)
    facts = {"rows": rows, "next_url": next_url, "form_token": form_token()}
    return render(request, "portal/desk/edited.html", facts)


def _rows(request: Any, entries: Any, column: str, size: int) -> tuple[list[dict[str, Any]], str]:
    """Rows of a queue, oldest first, and where it goes on."""
    region, here = request.region, request.path
    page = newer(with_card_parts(entries.select_related("user", "guest")), column, request.GET.get("next", ""))
    found = list(page[: size + 1])
    shown = specific(found[:size])
    for entry in shown:
        entry.region = region
    rows = [
        {
            **card,
            "entry": entry,
            "since": getattr(entry, column),
            "steps": _steps(request, entry),
        }
        for entry, card in zip(shown, cards(shown, region), strict=True)
    ]
    return rows, f"{here}?next={shown[-1].pk}" if len(found) > size else ""


def _tell_origins(request: Any, rows: list[dict[str, Any]]) -> None:
    origins = who_entered(request.region, request.user, [row["entry"] for row in rows])
    for row in rows:
        row["origin"] = origins[row["entry"].pk]


def _steps(request: Any, entry: Entry) -> list[dict[str, Any]]:
    """Those that need no reason are done here with one click; the others lead to their page and back."""
    return [
        {
            "label": STEPS[step][1],
            "icon": STEPS[step][2],
            "tone": STEPS[step][3],
            "url": step_url(entry, step),
            "at_once": STEPS[step][4] != "owed",
        }
        for step in possible_steps(request.user, entry)
        if step in {"freigeben", "zurueckgeben", "gesehen", "verbergen"}
    ]


@require_safe
@staff_only(can_edit_content)
def messages(request: Any) -> HttpResponse:
    """Threads with an organisation that has no address: the editors pass on what comes."""
    threads = older(threads_for_editors(request.region, request.user), "updated_at", request.GET.get("next", ""))
    found = list(threads[: ROWS + 1])
    rows = [_thread_row(thread) for thread in found[:ROWS]]
    next_url = f"{reverse('portal:messages')}?next={found[ROWS - 1].pk}" if len(found) > ROWS else ""
    facts = {"rows": rows, "next_url": next_url}
    return render(request, "portal/desk/messages.html", facts)


def _thread_row(thread: Any) -> dict[str, Any]:
    sides = list(thread.sides.all())
    ours = next(side for side in sides if side.through_editors)
    other = next((side for side in sides if side.pk != ours.pk), ours)
    return {
        "thread": thread,
        "to": ours.name,
        "by": other.name,
        "unread": ours.read_at is None or ours.read_at < thread.updated_at,
        "url": reverse("correspondence:thread", args=[thread.pk]),
    }
