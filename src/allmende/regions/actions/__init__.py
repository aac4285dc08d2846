"""The doors for writing regions, their people and their texts."""

from allmende.regions.actions.absences import announce_absence, check_holders, end_absence
from allmende.regions.actions.applications import apply, decide_application
from allmende.regions.actions.entering import admit, dismiss
from allmende.regions.actions.invitations import accept, accept_by_link, invite, revoke_invitation, send_link
from allmende.regions.actions.regions import (
    HOST,
    RESERVED,
    add_region,
    reserved_slugs,
    set_districts,
    switch_module,
    update_region,
)
from allmende.regions.actions.roles import give_role, take_role
from allmende.regions.actions.suspensions import lift, lift_expired, suspend
from allmende.regions.actions.texts import agree, draft_text, drop_draft, publish_text

__all__ = [
    "HOST",
    "RESERVED",
    "accept",
    "accept_by_link",
    "add_region",
    "admit",
    "agree",
    "announce_absence",
    "apply",
    "check_holders",
    "decide_application",
    "dismiss",
    "draft_text",
    "drop_draft",
    "end_absence",
    "give_role",
    "invite",
    "lift",
    "lift_expired",
    "publish_text",
    "reserved_slugs",
    "revoke_invitation",
    "send_link",
    "set_districts",
    "suspend",
    "switch_module",
    "take_role",
    "update_region",
]
