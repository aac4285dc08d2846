"""Answers that programs ask for again and again: nobody is given twice what they have, or more than a site can bear."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from allmende.core.limits import hit, who_asks

WHOLE = "60/10m"  # answers with all entries of a filter: who subscribes asks a few times an hour, and mostly hears 304
KEPT = 300  # seconds for which caches may give a guest's answer to others without asking


def unless_known(
    request: Any,
    mark: str,
    make: Callable[[], HttpResponseBase],
    *,
    limit: str = "",
    public: bool = True,
    kept: int = KEPT,
) -> HttpResponseBase:
    """Return 304 to whoever has the answer with this mark, else what ``make`` gives, counted if there is a limit.

    Of somebody signed in, and of what is not public, no cache but their own keeps anything. Raises TooMany.
    """
    tag = f'W/"{mark}"'  # weak: sheets of the same entries differ in the moment at which they were written
    answer: HttpResponseBase | None = get_conditional_response(request, etag=tag)
    if answer is None:
        if limit:
            hit("whole answer", who_asks(request), limit)
        answer = make()
    theirs = request.user.is_authenticated or settings.SESSION_COOKIE_NAME in request.COOKIES or not public
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-cache" if theirs else f"public, max-age={kept}"
    patch_vary_headers(answer, ["Cookie"])
    return answer
