"""Imprint, privacy and the like: for everybody, also where a region is not open yet."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allmende.core.html import markdown
from allmende.core.modules import floors
from allmende.core.retention import retention
from allmende.regions.models import LegalText
from allmende.regions.queries import people_in_charge, versions_of

Kind = LegalText.Kind


@require_safe
def text(request: Any, kind: str, version: int | None = None) -> HttpResponse:
    """The version in force, or an older one; every published version stays to be read.

    The page of responsibilities is there without a text as well: roles and deadlines tell by themselves.
    """
    region = request.region
    versions = list(versions_of(region, kind)) if region and kind in region.texts_in_force else []
    shown = next((row for row in versions if version in {None, row.version}), None)
    tells_itself = region is not None and kind == Kind.RESPONSIBILITIES and version is None
    if shown is None and not tells_itself:
        raise Http404
    facts = {
        "kind": Kind(kind),
        "text": shown,
        "body": markdown(shown.body, top=2) if shown else "",
        "versions": versions,
        "newer": next((row for row in reversed(versions) if shown and row.version > shown.version), None),
        **_living(request, kind),
    }
    return render(request, "regions/text.html", facts)


def _living(request: Any, kind: str) -> dict[str, Any]:
    """What the house itself knows better than any text."""
    if kind == Kind.PRIVACY:
        return {"retention": retention()}
    if kind == Kind.RESPONSIBILITIES:
        promises = [promise for floor in floors() for promise in floor.promises()]
        return {"in_charge": people_in_charge(request.region), "promises": promises}
    return {}
