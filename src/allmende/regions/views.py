from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from allmende.core.geo import render_tile, valid_tile
from allmende.regions.basemap import basemap_of
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


@csrf_exempt  # guest pages hold no token (they are answered with 304), and a language harms nobody
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
    basemap = basemap_of(request.region)
    if basemap is None or scheme not in SCHEMES or not valid_tile(z, x, y):
        raise Http404
    response = HttpResponse(render_tile(basemap, z, x, y, scheme=scheme), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=604800"
    return response


@require_safe
def district_areas(request: Any) -> JsonResponse:
    """Districts as a GeoJSON FeatureCollection; the region's border is one more feature."""
    features = [_feature(d.area, slug=d.slug, name=d.name) for d in districts(request.region) if d.area]
    if request.region.border:
        features.append(_feature(request.region.border, border=True))
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@require_safe
def find_address(request: Any) -> JsonResponse:
    """Addresses for the map's search field."""
    text = request.GET.get("q", "")[:80]
    rows = find_addresses(request.region, text) if len(text.strip()) > 1 else []
    found = [{"label": str(r), "lat": r.lat, "lon": r.lon, "district": str(r.district_id or "")} for r in rows]
    return JsonResponse({"addresses": found})
