"""The doors for writing runs."""

from allmende.entries.imports.actions.lots import Taken, refuse, write_lot
from allmende.entries.imports.actions.runs import (
    MAX_BYTES,
    answer,
    begin,
    begin_undo,
    begin_upload,
    choose_columns,
    discard,
    end_undo,
    fail,
    finish,
    forget_files,
    found,
    is_small,
    not_importable,
    refuse_size,
    show_progress,
    stumble,
)
from allmende.entries.imports.actions.undo import undo_lot, undo_proposals

__all__ = [
    "MAX_BYTES",
    "Taken",
    "answer",
    "begin",
    "begin_undo",
    "begin_upload",
    "choose_columns",
    "discard",
    "end_undo",
    "fail",
    "finish",
    "forget_files",
    "found",
    "is_small",
    "not_importable",
    "refuse",
    "refuse_size",
    "show_progress",
    "stumble",
    "undo_lot",
    "undo_proposals",
    "write_lot",
]
