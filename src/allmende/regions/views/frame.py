from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from allmende.regions.theme import theme

YEAR = "public, max-age=31536000, immutable"


@require_safe
def theme_css(request: Any, digest: str) -> HttpResponse:
    """The colours of the region, or of the portal; the hash in the address makes it cacheable for ever."""
    if request.region is None:
        raise Http404
    current, css = theme(request.region.site.brand, request.region.site.accent)
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
