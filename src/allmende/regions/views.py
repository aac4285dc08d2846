from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from allmende.core.geo import load_basemap, render_tile
from allmende.regions.queries import districts, find_addresses
from allmende.regions.theme import theme

SCHEMES = ("light", "dark")
YEAR = "public, max-age=31536000, immutable"


@require_safe
def theme_css(request: Any, digest: str) -> HttpResponse:
    """The region's colours; the hash in the address makes it cacheable for ever."""
    if request.region is None:
        raise Http404
    current, css = theme(request.region.brand, request.region.accent)
    response = HttpResponse(css, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = YEAR if digest == current else "no-cache"
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """An explicit choice, kept in the session; back to where it was made."""
    wanted = request.POST.get("language", "")
    if wanted in {"de", "en"} and check_for_language(wanted):
        request.session["language"] = wanted
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if safe else get_script_prefix())


@require_safe
def tile(request: Any, scheme: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of the region's own base map, so that no visitor's address leaves the house."""
    if scheme not in SCHEMES or not request.region.has_basemap:
        raise Http404
    try:
        svg = render_tile(load_basemap(), z, x, y, scheme=scheme)
    except ValueError as error:
        raise Http404 from error
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=604800"
    return response


@require_safe
def district_areas(request: Any) -> JsonResponse:
    features = [
        {"type": "Feature", "properties": {"slug": d.slug, "name": d.name}, "geometry": d.area}
        for d in districts(request.region)
        if d.area
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_safe
def find_address(request: Any) -> JsonResponse:
    """Addresses for the map's search field: {"addresses": [{label, lat, lon, district}]}."""
    text = request.GET.get("q", "")[:80]
    rows = find_addresses(request.region, text) if len(text.strip()) > 1 else []
    found = [{"label": str(r), "lat": r.lat, "lon": r.lon, "district": r.district_id and str(r.district_id)} for r in rows]
    return JsonResponse({"addresses": found})
