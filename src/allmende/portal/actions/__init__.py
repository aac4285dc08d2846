"""What the top floor writes: the look of a region, the ways in, what support mends, the demo towns."""

from allmende.portal.actions.demo import make_demo, move_demo
from allmende.portal.actions.first import (
    FIRST_ADMIN,
    UNNAMED,
    add_town,
    first_admin,
    invite_first_admin,
    set_up,
    sign_in_first_admin,
)
from allmende.portal.actions.leaving import delete_account
from allmende.portal.actions.look import change_look
from allmende.portal.actions.mails import (
    WAY_IN,
    correct_address,
    send_invitation_again,
    send_way_in,
    sign_in_by_link,
)
from allmende.portal.actions.portals import open_portal
from allmende.portal.actions.second_factor import reset_second_factor

__all__ = [
    "FIRST_ADMIN",
    "UNNAMED",
    "WAY_IN",
    "add_town",
    "change_look",
    "correct_address",
    "delete_account",
    "first_admin",
    "invite_first_admin",
    "make_demo",
    "move_demo",
    "open_portal",
    "reset_second_factor",
    "send_invitation_again",
    "send_way_in",
    "set_up",
    "sign_in_by_link",
    "sign_in_first_admin",
]
