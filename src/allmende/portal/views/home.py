from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.core.geo.static_map import Area, Pin, overview_map
from allmende.core.modules import ModuleConfig
from allmende.entries.cards import cards, picture_url
from allmende.entries.kinds import url_name
from allmende.entries.queries import counts_by_kind
from allmende.portal.forms import SearchForm
from allmende.portal.queries import on_the_front, search, topics_with_counts
from allmende.regions.models import Portal, Region
from allmende.regions.queries import Face, listed_regions, portals_of, switchboard


@require_safe
def home(request: Any) -> HttpResponse:
    region = request.region
    coming, new = on_the_front(region, request.user)
    on = switchboard(region)
    facts = {
        "tiles": [tile(on.face(module)) for module in on.on if module.nav],
        "counts": partial(counts_by_kind, region),  # asked only by a template that shows them
        "coming": cards(coming, region),
        "new_entries": cards(new, region),
        "topics": [topic_facts(topic, on.on) for topic in topics_with_counts(region)],
        "q": "",
        "events_url": reverse("events:list") if on.has("events") else "",
        "directory_url": reverse("directory:list") if on.has("directory") else "",
        "register_url": reverse("directory:new") if on.has("directory") and region.is_writable else "",
        "picture_url": picture_url(region.site.picture, 1600),
        "portals": [] if region.portal else [portal_facts(portal) for portal in portals_of(region)],
    }
    return render(request, "portal/home.html", facts)


def portal_facts(portal: Portal) -> dict[str, Any]:
    return {
        "name": portal.name,
        "claim": portal.claim,
        "url": portal.url("portal:home"),
        "picture_url": picture_url(portal.picture, 960),
    }


def tile(face: Face) -> dict[str, Any]:
    return {"title": face.title, "summary": face.summary, "icon": face.icon, "url": reverse(f"{face.slug}:list")}


def topic_facts(topic: Any, on: list[ModuleConfig]) -> dict[str, Any]:
    """A topic leads to the first module's list of it: the menu's order says what matters most."""
    first = next((module for module in on if module.nav), None)
    url = f"{reverse(f'{first.slug}:list')}?topic={topic.slug}" if first else reverse("portal:search")
    return {"name": str(topic), "icon": topic.icon, "color": topic.color, "url": url, "count": topic.count}


@require_safe
def regions(request: Any) -> HttpResponse:
    """The chooser of the installation's open regions; it needs no region of its own."""
    found = [_with_url(region) for region in listed_regions()]
    return render(request, "portal/regions.html", {"regions": found, "overview": _drawn(found)})


def _drawn(found: list[Any]) -> Any:
    """The regions on a drawn map, as areas where the border is known, else as points; one place needs no map."""
    areas = [Area(place.name, place.border, place.home_url) for place in found if place.border]
    points = [place for place in found if not place.border and place.lat is not None and place.lon is not None]
    pins = [Pin(place.lat, place.lon, place.name, place.home_url) for place in points]
    if len(areas) + len(pins) < 2:  # see above
        return ""
    return overview_map(None, title=_("Karte der Regionen"), border=None, areas=areas, pins=pins, list_href="#liste")


def _with_url(region: Region) -> Region:
    region.home_url = region.url("portal:home")  # type: ignore[attr-defined]  # for the template: url() takes a name
    return region


@require_safe
def find(request: Any) -> HttpResponse:
    """The search box over title and summary of every kind that is on."""
    form = SearchForm({"q": request.GET.get("q", "")})
    words = form.cleaned_data["q"] if form.is_valid() else ""
    hits = search(request.region, request.user, words) if words else []
    groups = [
        {
            "title": found.kind._meta.verbose_name_plural,
            "icon": found.kind.icon,
            "cards": cards(found.entries, request.region),
            "url": f"{reverse(url_name(found.kind.kind_slug, 'list'))}?{urlencode({'q': words})}",
            "more": found.more,
        }
        for found in hits
    ]
    return render(
        request,
        "portal/search.html",
        {"q": words, "groups": groups, "form": form},
        status=200 if form.is_valid() else 400,
    )
