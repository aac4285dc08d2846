from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from allmende.core.geo import render_tile, valid_tile
from allmende.regions.basemap import basemap_of
from allmende.regions.queries import districts, find_addresses

SCHEMES = ("light", "dark")


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
