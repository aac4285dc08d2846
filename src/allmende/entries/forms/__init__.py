"""Input about entries, checked; a kind's form adds its own fields."""

from allmende.entries.forms.decide import NoteForm
from allmende.entries.forms.entry import EntryForm, bounded
from allmende.entries.forms.filters import DatedFilter, EntryFilter

__all__ = ["DatedFilter", "EntryFilter", "EntryForm", "NoteForm", "bounded"]
