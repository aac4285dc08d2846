from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, reverse

from allmende.regions.models import LegalText
from allmende.regions.permissions import is_staff, may_enter
from allmende.regions.queries import switchboard
from allmende.regions.theme import theme
from allmende.regions.words import words_of


def region(request: Any) -> dict[str, Any]:
    """What every page's frame needs; the names stand in docs/developers/look.md."""
    here = getattr(request, "region", None)
    user = getattr(request, "user", None)
    entered = here is not None and user is not None and may_enter(user, here)
    return {
        "region": here,
        "nav": _nav(request) if entered else [],
        "words": words_of(here),
        "theme_href": _theme_href(here) if entered or get_script_prefix() == "/" else "",
        "may_desk": here is not None and user is not None and is_staff(user, here),
        "canonical": _canonical(request),
        "texts": _texts(here) if entered or get_script_prefix() == "/" else [],
        "languages": settings.LANGUAGES,
        "demo": settings.DEMO,
    }


def _nav(request: Any) -> list[dict[str, Any]]:
    board, match = switchboard(request.region), request.resolver_match
    return [
        {
            "title": face.title,
            "summary": face.summary,
            "url": reverse(f"{face.slug}:list"),
            "icon": face.icon,
            "active": match is not None and match.namespace == face.slug,
        }
        for face in (board.face(module) for module in board.on if module.nav)
    ]


def _texts(here: Any) -> list[dict[str, Any]]:
    """The foot's links to what is in force; who is in charge is told in any case."""
    if here is None:
        return []
    kinds = [kind for kind in LegalText.Kind if kind in {*here.texts_in_force, LegalText.Kind.RESPONSIBILITIES}]
    return [{"title": kind.label, "url": reverse(f"regions:{kind.value}")} for kind in kinds]


def _theme_href(here: Any) -> str:
    if here is None:
        return ""
    return reverse("regions:theme", args=[theme(here.site.brand, here.site.accent)[0]])


def _canonical(request: Any) -> str:
    """An entry has one address, the region's; a list has one in the region and one in each portal."""
    here = getattr(request, "region", None)
    if here is None or request.method != "GET":
        return ""
    of_entry = request.resolver_match is not None and "pk" in request.resolver_match.kwargs
    origin, prefix = here.root() if of_entry else here.site.root()
    return origin + prefix + request.path_info[1:]
