"""Lists and maps of a kind, under the filters of its form."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.accounts.models import Person
from allmende.core.limits import hit, who_asks
from allmende.entries.kinds import url_name
from allmende.entries.maps import map_facts, overview
from allmende.entries.pages import Kind
from allmende.entries.permissions import can_create
from allmende.entries.queries import browsable_entries, filtered, grouped_points, mark, page_of
from allmende.entries.views.known import unless_known
from allmende.regions.models import Region

PAGE = 20
POINTS = "300/m"  # each move of a map asks once, and a school asks with one address


@require_safe
def listing(request: Any, kind: Kind) -> HttpResponse:
    form = kind.filters(request.GET, region=request.region)
    status = 200 if form.is_valid() else 400
    facts = frame(request, kind, form) | _page(request, kind, form) | {"view": "list"}
    return render(request, kind.template("list"), facts, status=status)


def _page(request: Any, kind: Kind, form: Any) -> dict[str, Any]:
    """One page of what passes the filters, and where it goes on; of a checked form."""
    criteria = form.criteria()
    page = page_of(
        filtered(browsable_entries(request.region, request.user, kind.slug), criteria),
        order=order_of(form, kind),
        key=form.cleaned_data.get("next", ""),
        page=form.cleaned_data.get("page") or 1,
        size=PAGE,
        start=criteria.start,
        end=criteria.end,
    )
    return {
        "cards": kind.cards_of(request, page.rows),
        "count": page.count,
        "count_is_minimum": page.count_is_minimum,
        "next_url": f"{request.path}?{_query(request, next=page.next)}" if page.next else "",
    }


def order_of(form: Any, kind: Kind) -> str:
    if kind.model.has_dates:
        return "date"
    return form.cleaned_data.get("sort") or kind.model.list_order


def frame(request: HttpRequest, kind: Kind, form: Any) -> dict[str, Any]:
    """What list, map and month view share."""
    query = _query(request, next="", page="")
    tail = f"?{query}" if query else ""
    region, person = request.region, request.user  # type: ignore[attr-defined]  # RegionRequest
    return {
        "module": kind.face(region),
        "parent": kind.parent(region),
        "kind": kind,
        "filters": form,
        "filter_action": request.path,
        "active_filters": form.active(request.path),
        "list_url": kind.url("list") + tail,
        "map_url": kind.url("map") + tail if kind.model.has_place else "",
        "calendar_url": kind.url("month") + tail if kind.model.has_dates else "",
        "ical_url": region.site.url(url_name(kind.slug, "feed")) + tail if kind.model.has_dates else "",
        "export_urls": _export_urls(kind, tail),
        "new_url": kind.url("new") if can_create(person, region) or _may_once_signed_in(person, region) else "",
    }


def _may_once_signed_in(person: Person, region: Region) -> bool:
    return not person.is_authenticated and region.is_writable


def _export_urls(kind: Kind, tail: str) -> list[tuple[str, str]]:
    try:
        return [
            (label, kind.url("export", ending) + tail)
            for label, ending in [
                (_("Tabelle (CSV)"), "csv"),
                (_("Excel-Tabelle"), "xlsx"),
                (_("Rohdaten (JSON)"), "json"),
            ]
        ]
    except NoReverseMatch:
        return []


def _query(request: HttpRequest, **changes: str) -> str:
    values = {name: value for name, value in request.GET.items() if value} | changes
    return urlencode({name: value for name, value in values.items() if value})


@require_safe
def on_map(request: Any, kind: Kind) -> HttpResponse:
    form = kind.filters(request.GET, region=request.region)
    status = 200 if form.is_valid() else 400
    page, query = _page(request, kind, form), _query(request, next="")
    facts = frame(request, kind, form) | page | map_facts(request.region)
    facts |= {
        "points_url": kind.url("points") + (f"?{query}" if query else ""),
        "overview": overview(request.region, page["cards"], kind.url("map")),
        "view": "map",
    }
    return render(request, kind.template("map"), facts, status=status)


@require_safe
def points(request: Any, kind: Kind) -> HttpResponseBase:
    """Points and clusters for the map, inside ``bbox`` (west,south,east,north) at zoom ``z``."""
    hit("points", who_asks(request), POINTS)
    form = kind.filters(request.GET, region=request.region)
    valid = form.is_valid()
    criteria = form.criteria()
    entries = filtered(browsable_entries(request.region, request.user, kind.slug), criteria)
    found, more = grouped_points(
        entries,
        bbox=request.GET.get("bbox", ""),
        zoom=request.GET.get("z", ""),
        dated=kind.model.has_dates,
        start=criteria.start,
        end=criteria.end,
    )
    answer = JsonResponse({"points": found, "count_is_minimum": more}, status=200 if valid else 400)
    if not valid:
        return answer
    return unless_known(request, mark(request.region, answer.content), lambda: answer, kept=60)
