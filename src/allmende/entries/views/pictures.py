from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from allmende.core.files import picture_path
from allmende.entries.queries import picture_for


@require_safe
def picture(request: HttpRequest, token: str, width: int) -> Any:
    """A rendition of a picture for those who may see what it stands on; never in a shared cache unless it is public."""
    region, person = request.region, request.user  # type: ignore[attr-defined]  # RegionRequest
    found, public = picture_for(region, person, token)
    if found is None or width not in found.widths:
        raise Http404
    try:
        file = picture_path(found, width).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="image/webp")
    response["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"
    return response
