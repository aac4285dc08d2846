"""Input about entries, checked; a kind's form adds its own fields."""

from allmende.entries.forms.current import StillCurrentForm
from allmende.entries.forms.decide import NoteForm
from allmende.entries.forms.entry import EntryForm, bounded, several_lines
from allmende.entries.forms.filters import DatedFilter, EntryFilter
from allmende.entries.forms.parts import Part
from allmende.entries.forms.rows import RowChoice, offer

__all__ = [
    "DatedFilter",
    "EntryFilter",
    "EntryForm",
    "NoteForm",
    "Part",
    "RowChoice",
    "StillCurrentForm",
    "bounded",
    "offer",
    "several_lines",
]
