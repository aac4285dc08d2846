"""Who gets into a page of the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse

from allmende.accounts.models import Person
from allmende.core.once import sign_in_required
from allmende.regions.models import Region

View = Callable[..., HttpResponse]


def staff_only(allowed: Callable[[Person, Region], bool]) -> Callable[[View], View]:
    """Strangers are led to the sign-in; for everybody else without the right the page does not exist."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed(request.user, request.region):
                raise Http404
            return view(request, *args, **kwargs)

        return sign_in_required(guarded)

    return decorate
