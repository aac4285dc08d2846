"""The doors for writing regions, their people and their texts."""

from allmende.regions.actions.absences import announce_absence, check_holders, end_absence
from allmende.regions.actions.applications import apply, decide_application, withdraw_application
from allmende.regions.actions.entering import admit, dismiss
from allmende.regions.actions.invitations import (
    LINK_LIFETIME,
    accept,
    accept_by_link,
    invite,
    revoke_invitation,
    send_link,
)
from allmende.regions.actions.portals import add_portal, set_portal_host, update_portal
from allmende.regions.actions.prepared import (
    discard_account,
    erase_forgotten_accounts,
    prepare_account,
    refuse_takeover,
    send_takeover,
    take_over,
)
from allmende.regions.actions.recognition import (
    DECIDE_WITHIN,
    can_be_renewed,
    decide_recognition,
    expire_recognitions,
    forget_proofs,
    look_at_proof,
    remind_of_recognitions,
    request_recognition,
    withdraw_recognition,
)
from allmende.regions.actions.regions import (
    HOST,
    RESERVED,
    add_region,
    refuse_path,
    reserved_slugs,
    set_districts,
    switch_module,
    update_region,
)
from allmende.regions.actions.roles import give_role, lay_down_roles, take_role
from allmende.regions.actions.suspensions import lift, lift_expired, suspend
from allmende.regions.actions.texts import agree, draft_text, drop_draft, publish_text

__all__ = [
    "DECIDE_WITHIN",
    "HOST",
    "LINK_LIFETIME",
    "RESERVED",
    "accept",
    "accept_by_link",
    "add_portal",
    "add_region",
    "admit",
    "agree",
    "announce_absence",
    "apply",
    "can_be_renewed",
    "check_holders",
    "decide_application",
    "decide_recognition",
    "discard_account",
    "dismiss",
    "draft_text",
    "drop_draft",
    "end_absence",
    "erase_forgotten_accounts",
    "expire_recognitions",
    "forget_proofs",
    "give_role",
    "invite",
    "lay_down_roles",
    "lift",
    "lift_expired",
    "look_at_proof",
    "prepare_account",
    "publish_text",
    "refuse_path",
    "refuse_takeover",
    "remind_of_recognitions",
    "request_recognition",
    "reserved_slugs",
    "revoke_invitation",
    "send_link",
    "send_takeover",
    "set_districts",
    "set_portal_host",
    "suspend",
    "switch_module",
    "take_over",
    "take_role",
    "update_portal",
    "update_region",
    "withdraw_application",
    "withdraw_recognition",
]
