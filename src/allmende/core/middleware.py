import logging
import secrets
from collections.abc import Callable
from time import monotonic
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse

from allmende.core.errors import BadInput, NoForm, bad_request, too_many
from allmende.core.limits import TooMany, hit, is_trusted_proxy, who_asks
from allmende.core.logs import request_id, route

logger = logging.getLogger("allmende.request")

GetResponse = Callable[[HttpRequest], HttpResponse]

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
WRITE_LIMITS = ("60/m", "600/h")
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are mixed up on the telephone
LARGEST_KEY = 2**63 - 1  # no row has a greater number, and SQLite cannot even be asked for one
FORM = "application/x-www-form-urlencoded"
NO_OTHER = ("multipart/form-data", "")  # pages take no other forms; what is no page is exempt from their tokens as well

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
SECURITY_HEADERS = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class RequestIdMiddleware:
    """Gives each request an id of ours (none is taken from outside), believes proxies only if they are trusted, and
    writes one line about it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = monotonic()
        request.id = _new_id()  # type: ignore[attr-defined]  # this is where it comes from
        _drop_forged_headers(request)
        kept = request_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            _log(request, response, began)
        finally:
            request_id.reset(kept)
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


def _new_id() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _drop_forged_headers(request: HttpRequest) -> None:
    if not is_trusted_proxy(request.META.get("REMOTE_ADDR", "")):
        for name in [name for name in request.META if name.startswith(("HTTP_X_FORWARDED", "HTTP_FORWARDED"))]:
            del request.META[name]


def _log(request: HttpRequest, response: HttpResponse, began: float) -> None:
    """Static files and addresses that do not exist have no route, and get no line."""
    asked = route(request)
    if asked and not asked.startswith("health/"):
        facts = {"method": request.method, "route": asked, "status": response.status_code}
        logger.info(
            "%s %s %s",
            *facts.values(),
            extra={**facts, "ms": round(1000 * (monotonic() - began))},
        )


class SecurityHeadersMiddleware:
    """A page that may be embedded sets ``response.frame_ancestors`` to the sites that may; no other can be framed."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        ancestors = getattr(response, "frame_ancestors", "'none'")
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY + ancestors)
        if ancestors == "'none'":
            response.headers.setdefault("X-Frame-Options", "DENY")
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if response.cookies or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-cache")  # somebody's own page
        return response


class BadInputMiddleware:
    """What no text can hold (NUL, half characters, broken UTF-8) is 400, never a 500 from the database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _refuse_broken(request.path_info.encode())  # Django has made broken UTF-8 in it plain text again
        _refuse_broken(unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace")))
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        if any(isinstance(value, int) and value > LARGEST_KEY for value in kwargs.values()):
            raise Http404
        if request.method != "POST":
            return
        # Of uploads only the fields are text; Django reads them later, when the view asks, and forms clean them.
        if request.content_type == FORM:
            _refuse_broken(unquote_to_bytes(request.body.replace(b"+", b" ")))
        elif request.content_type not in NO_OTHER and not getattr(view, "csrf_exempt", False):
            raise NoForm(request.content_type)  # it would look like a form without a single field

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError | UnicodeEncodeError):
            logger.error("The database refused what was typed.", exc_info=exception)
            return bad_request(request, exception)
        return None


def _refuse_broken(text: bytes) -> None:
    if b"\0" in text:
        raise BadInput("a NUL byte")
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise BadInput("broken UTF-8") from error


class WriteLimitMiddleware:
    """Every write counts, for the account or the address; also answers TooMany that a view raises."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            if request.method not in SAFE_METHODS:
                for limit in getattr(settings, "WRITE_LIMITS", WRITE_LIMITS):
                    hit("write", who_asks(request), limit)
        except TooMany as error:
            return too_many(request, error)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return too_many(request, exception) if isinstance(exception, TooMany) else None
