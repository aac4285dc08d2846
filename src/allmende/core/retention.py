"""What is kept of people for a while and then erased: each app says it in ``keeps``, the privacy page shows it."""

from datetime import timedelta

from django.conf import settings

from allmende.core.modules import Kept, floors

SESSION = timedelta(seconds=settings.SESSION_COOKIE_AGE)
AT_ONCE = timedelta(0)
A_DAY = timedelta(days=1)  # the longest window of a limit


def retention() -> list[Kept]:
    """Everything that is erased by itself, from the ground up; later work does it every night or sooner."""
    return [kept for floor in floors() for kept in floor.kept()]
