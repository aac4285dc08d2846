"""What is reported comes in, is confirmed if a guest sent it, and is decided or answered."""

from allmende.moderation.actions.barriers import (
    answer_barrier,
    confirm_barrier,
    remind_of_barriers,
    report_barrier,
)
from allmende.moderation.actions.flags import ANSWER_WITHIN, confirm, decide, flag
from allmende.moderation.actions.unconfirmed import CONFIRM_WITHIN, drop_unconfirmed

__all__ = [
    "ANSWER_WITHIN",
    "CONFIRM_WITHIN",
    "answer_barrier",
    "confirm",
    "confirm_barrier",
    "decide",
    "drop_unconfirmed",
    "flag",
    "remind_of_barriers",
    "report_barrier",
]
