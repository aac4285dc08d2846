"""Finds the region of a request, its language, and whether the person may enter."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.urls import Resolver404, get_script_prefix, resolve, set_script_prefix
from django.utils import translation

from allmende.accounts.models import Person
from allmende.core.modules import module_of
from allmende.core.once import keep_form
from allmende.regions.models import LegalText, Region
from allmende.regions.permissions import may_enter, needs_second_factor, standing_suspension
from allmende.regions.portals import in_town
from allmende.regions.queries import is_on, route

WAY_IN = ("account_", "mfa_", "usersessions_")
# What a portal shows as its own beside the pages of the modules.
OF_PORTALS = {
    "portal:home",
    "portal:search",
    "entries:picture",
    "regions:address",
    "regions:districts",
    "regions:language",
    "regions:theme",
    "regions:tile",
}
GetResponse = Callable[[HttpRequest], HttpResponse]
ALWAYS = ("/static/", "/health/")
# Pages of the installation or of the way in; they show nothing of a region's content. A picture asks for itself.
KEY = "portal:first_sign_in"
DOORS = {
    KEY,
    "portal:invitation_code",
    "portal:invitation",
    "portal:invited",
    "portal:takeover",
    "portal:regions",
    "portal:demo",
    "portal:post",
    "portal:attachment",
    "portal:delete_account",  # in any stage, suspended, without a second factor: whoever wants to go may go
    "regions:theme",
    "regions:language",
    "entries:picture",
    "moderation:report_barrier",  # whoever cannot use even the closed door may say so
    "moderation:confirm_barrier",
    "account_logout",
    *(f"regions:{kind}{part}" for kind in LegalText.Kind.values for part in ("", "_version")),
}


class RegionRequest(HttpRequest):
    """What views get: a region is there unless the view says that it can do without."""

    region: Region
    user: Person


class RegionMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.region = None  # type: ignore[attr-defined]  # see RegionRequest
        if request.path_info.startswith(ALWAYS):
            return self.get_response(request)
        if request.path_info.startswith("//"):
            raise BadRequest("two slashes")
        found = route(request.get_host().lower(), request.path_info)
        if found.is_gone:
            raise Http404
        if found.region is not None and not found.known_host:
            raise BadRequest("unknown host")
        without_slash = request.path_info.lower() == found.prefix.rstrip("/")
        if without_slash and found.region is not None and found.region.is_open:  # of others nobody hears even that
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(found.prefix + (f"?{query}" if query else ""))
        return self.answer_in(found.region, found.prefix, request)

    def answer_in(self, region: Region | None, prefix: str, request: HttpRequest) -> HttpResponse:
        before = get_script_prefix()
        request.region = region  # type: ignore[attr-defined]  # see RegionRequest
        request.path_info = request.path_info[len(prefix) - 1 :]
        set_script_prefix(prefix)
        try:
            return self.get_response(request)
        finally:
            set_script_prefix(before)


class LanguageMiddleware:
    """By explicit choice (kept in the session), else Accept-Language, else German."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language") if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        if not chosen:
            response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "Accept-Language"]))
        return response


class StageMiddleware:
    """A region that is not open is closed in every channel; a module that is switched off is not there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        through_portal = request.region is not None and request.region.portal is not None
        beside = through_portal or get_script_prefix() != "/"
        if beside and not may_enter(request.user, request.region) and (through_portal or not _is_key(request)):
            _forget_region(request)
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if request.region is None:
            return self.without_region(request, match)
        if match.view_name not in DOORS and not may_enter(request.user, request.region):
            return self.closed(request, match)
        if match.namespace and module_of(match.namespace) and not is_on(request.region, match.namespace):
            raise Http404
        return None

    def without_region(self, request: HttpRequest, match: Any) -> HttpResponse | None:
        if (
            match.view_name in DOORS
            or match.func.__module__ == "allmende.core.health"
            or match.route.startswith("demo/")
        ):
            return None
        return render(request, "regions/none.html", status=503)

    def closed(self, request: Any, match: Any) -> HttpResponse | None:
        """At its own address the region says "soon"; whoever belongs to it may sign in."""
        if match.view_name.startswith(WAY_IN):
            return None
        return render(request, "regions/closed.html", status=403)


class PortalMiddleware:
    """A portal shows entries, takes new ones and lets people sign in; every other page is the region's own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.region is None or request.region.portal is None:
            return None
        match = request.resolver_match
        of_module = match.namespace and module_of(match.namespace)
        own = of_module or match.view_name in OF_PORTALS or match.view_name.startswith(WAY_IN)
        return None if own else redirect(in_town(request))


class SuspensionMiddleware:
    """Whoever is suspended in a region reads on there, but sends nothing; the page says why and until when."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name
        if request.method != "POST" or request.region is None or name in DOORS or name.startswith(WAY_IN):
            return None
        suspension = standing_suspension(request.user, request.region)
        if suspension is None:
            return None
        keep_form(request)
        return render(request, "regions/suspended.html", {"suspension": suspension}, status=403)


class SecondFactorMiddleware:
    """Staff who have no second factor yet are led to where they set one up, from whatever page; reading as anybody
    takes signing out. What they were about to write waits for them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name
        if not settings.SECOND_FACTOR or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if name in DOORS or name.startswith((*WAY_IN, "regions:")):
            return None  # "regions:" are the legal texts, the look and the map
        if not needs_second_factor(request.user):
            return None
        if request.method == "POST":
            keep_form(request)
        request.session["after_second_factor"] = request.get_full_path()
        return redirect("mfa_index")


def _forget_region(request: Any) -> None:
    """Under a path of its own a closed region does not exist for strangers: the address leads nowhere, and the page
    that says so is the home region's. So it is with its portals; at a host of their own, nobody's page says so.
    """
    request.region = route(request.get_host().lower(), "/").region
    if request.region is not None and request.region.portal is not None:
        request.region = None
        raise Http404
    request.path_info = request.path
    set_script_prefix("/")


def _is_key(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).view_name == KEY
    except Resolver404:
        return False
