from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from allmende.accounts.actions import NOTED, note_session

EVERY = timedelta(hours=1)


class SessionMiddleware:
    """The list of sessions says when each was used last, to the hour: no page writes more often than that."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and self.is_due(request.session) and request.user.is_active:
            note_session(request)
        return self.get_response(request)

    def is_due(self, session: Any) -> bool:
        return NOTED in session and timezone.now().timestamp() - session[NOTED] > EVERY.total_seconds()
