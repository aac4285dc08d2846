from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from allmende.accounts.actions import note_session

EVERY = timedelta(hours=1)
SEEN = "seen"


class SessionMiddleware:
    """The list of sessions says when each was used last, to the hour: no page writes more often than that."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and (seen := request.session.get(SEEN)):
            now = timezone.now().timestamp()
            if now - seen > EVERY.total_seconds() and request.user.is_authenticated:
                note_session(request)
                request.session[SEEN] = now
        return self.get_response(request)
