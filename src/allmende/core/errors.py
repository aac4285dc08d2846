"""Error pages of our own, each with the request's id as a reference number. ``config/urls.py`` names the handlers."""

import logging
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from allmende.core.limits import TooMany
from allmende.core.once import keep_form

logger = logging.getLogger(__name__)

TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
# The last resort, when not even a template can be drawn: no file, no translation, no database.
BARE = (
    '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Fehler</title></head><body>'
    "<h1>Da ist bei uns etwas schiefgegangen</h1><p>Bitte versuchen Sie es in ein paar Minuten noch einmal.</p>"
    "<p>Nummer des Fehlers: {reference}</p></body></html>"
)
# What came is no request yet that could name a language, or a page to be drawn in a town's look.
_REFUSED = (
    '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>{title}</title></head><body>'
    '<h1>{title}</h1><p>{text}</p><p lang="en">{english}</p></body></html>'
)
TOO_SLOW = _REFUSED.format(
    title="Das hat zu lange gedauert",
    text="Die Verbindung war zu langsam. Bitte versuchen Sie es noch einmal.",
    english="The connection was too slow. Please try again.",
)
TOO_LARGE = _REFUSED.format(
    title="Das war mehr, als wir annehmen können",
    text="Zusammen dürfen die Dateien höchstens 40 MB groß sein.",
    english="Together the files may have 40 MB at most.",
)


class BadInput(BadRequest):
    """What came is no text or no number that anybody could have meant: answered with 400."""


class NoForm(BadRequest):
    """A page with a form got something else, such as JSON: answered with 415."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handler of 400, of 413 for a form with more text than we take, and of 415 for what is none."""
    if isinstance(exception, TOO_BIG):
        return _page(request, "core/too_big.html", 413)
    if isinstance(exception, NoForm):
        return _page(request, "core/no_form.html", 415)
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def too_many(request: HttpRequest, exception: TooMany) -> HttpResponse:
    response = _page(request, "429.html", 429, retry_after=exception.retry_after)
    response.headers["Retry-After"] = str(exception.retry_after)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or the browser sent no cookie. The text is kept for the page of the form.

    A form that another site sent is not kept: it would put a stranger's words into somebody's hands.
    """
    kept = _is_own_form(request) and keep_form(request)
    return _page(request, "core/form_too_old.html", 403, kept=kept, continue_url=request.get_full_path())


def _is_own_form(request: HttpRequest) -> bool:
    """No page can forge ``Sec-Fetch-Site``; browsers that lack it send no session cookie across sites either."""
    own_site = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return own_site and bool(getattr(request, "session", None) and request.session.session_key)


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    reference = getattr(request, "id", "")
    try:
        # Errors of the first middlewares come before anybody has chosen a language.
        with translation.override(getattr(request, "LANGUAGE_CODE", None) or _asked_language(request)):
            return render(request, template, {"reference": reference, **context}, status=status)
    except Exception:
        logger.exception("The error page %s cannot be drawn.", template)
        return HttpResponse(BARE.format(reference=reference), status=status)


def _asked_language(request: HttpRequest) -> str:
    return translation.get_language_from_request(request)
