"""What the top floor writes: the look of a region, the first sign-in, the demo towns."""

from allmende.portal.actions.demo import make_demo, move_demo
from allmende.portal.actions.first import FIRST_ADMIN, invite_first_admin, set_up, sign_in_first_admin
from allmende.portal.actions.look import change_look
from allmende.portal.actions.second_factor import reset_second_factor

__all__ = [
    "FIRST_ADMIN",
    "change_look",
    "invite_first_admin",
    "make_demo",
    "move_demo",
    "reset_second_factor",
    "set_up",
    "sign_in_first_admin",
]
