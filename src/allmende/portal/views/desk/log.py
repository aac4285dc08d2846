from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.portal.differences import readable
from allmende.portal.forms import LogForm
from allmende.portal.permissions import can_read_log, can_read_log_of_platform
from allmende.portal.queries import known_names, log_of, older, titles_of
from allmende.portal.verbs import thing_name, verb_name
from allmende.portal.views.desk.frame import staff_only

LINES = 40
SHORT = 160  # characters of changes that are shown without a fold
SAID_BY_THE_VERB = {"created", "deleted", "checked", "flagged"}
MOVES = ("status ", "state ")  # as are these
GUESTS_MAY = {"flagged", "message written", "barrier reported"}


@require_safe
@staff_only(can_read_log)
def log(request: Any) -> HttpResponse:
    """Who changed what: newest first, filtered by thing, person and verb."""
    region, person = request.region, request.user
    form = LogForm(request.GET, region=region, whole=can_read_log_of_platform(person))
    valid = form.is_valid()
    page = older(log_of(region, person, form.criteria()), "at", request.GET.get("next", ""))
    lines = list(page[: LINES + 1])
    shown = lines[:LINES]
    known = known_names(region, [(line.old or {}, line.new or {}) for line in shown])
    titles = titles_of(region, shown)
    rows = [_row(line, region, known, titles) for line in shown]
    next_url = f"{request.path}?{urlencode(form.chosen() | {'next': shown[-1].pk})}" if len(lines) > LINES else ""
    facts = {"form": form, "rows": rows, "next_url": next_url}
    return render(request, "portal/desk/log.html", facts, status=200 if valid else 400)


def _row(line: Any, region: Any, known: Any, titles: Any) -> dict[str, Any]:
    said = line.verb in SAID_BY_THE_VERB or line.verb.startswith(MOVES)
    changes = [] if said else readable(line.model, line.old, line.new, zone=region.zone, known=known)
    return {
        "line": line,
        "by": line.actor or (_("Ein Gast") if line.verb in GUESTS_MAY else _("Automatisch")),
        "verb": verb_name(line.verb),
        "thing": thing_name(line.model) if line.model else line.key,
        "title": titles.get((line.model, line.key))
        or (line.old or {}).get("title")
        or (line.new or {}).get("title")
        or "",
        "changes": changes,
        "short": sum(len(text) for change in changes for _kind, text in change.pieces) < SHORT,
    }
