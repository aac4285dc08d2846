"""The doors for writing entries."""

from allmende.entries.actions.current import ask_whether_current, confirm, confirm_current, say_gone
from allmende.entries.actions.life import (
    archive,
    archive_expired,
    delete_draft,
    hide,
    mark_checked,
    people_of,
    publish,
    release,
    restore,
    return_to_author,
    show_again,
    submit,
    wait_for_check,
    withdraw,
)
from allmende.entries.actions.listing import relist, relist_region
from allmende.entries.actions.moves import MovedMeanwhile, change_state, move
from allmende.entries.actions.pictures import describe_picture, remove_orphan_pictures, set_further_picture, set_picture
from allmende.entries.actions.topics import (
    CLIMATE_TOPICS,
    READY_SCHEMES,
    add_ready_scheme,
    add_scheme,
    give_scheme,
    save_topics,
    set_topics,
)
from allmende.entries.actions.write import StaleVersion, create, edit, place, snapshot

__all__ = [
    "CLIMATE_TOPICS",
    "READY_SCHEMES",
    "MovedMeanwhile",
    "StaleVersion",
    "add_ready_scheme",
    "add_scheme",
    "archive",
    "archive_expired",
    "ask_whether_current",
    "change_state",
    "confirm",
    "confirm_current",
    "create",
    "delete_draft",
    "describe_picture",
    "edit",
    "give_scheme",
    "hide",
    "mark_checked",
    "move",
    "people_of",
    "place",
    "publish",
    "release",
    "relist",
    "relist_region",
    "remove_orphan_pictures",
    "restore",
    "return_to_author",
    "save_topics",
    "say_gone",
    "set_further_picture",
    "set_picture",
    "set_topics",
    "show_again",
    "snapshot",
    "submit",
    "wait_for_check",
    "withdraw",
]
