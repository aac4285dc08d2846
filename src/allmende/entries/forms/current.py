from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.entries.models import Entry


class StillCurrentForm(forms.Form):
    """Which entries are still right: all of them, unless somebody takes a tick away."""

    entry = forms.MultipleChoiceField(
        label=_("Diese Einträge stimmen noch"),
        error_messages={
            "required": _("Bitte kreuzen Sie an, was noch stimmt."),
            "invalid_choice": _("Einer der Einträge hat sich gerade geändert. Bitte sehen Sie noch einmal nach."),
        },
    )

    def __init__(self, *args: Any, entries: Sequence[Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(entry.pk): entry for entry in entries}
        self.fields["entry"].choices = [(key, entry.title) for key, entry in self.known.items()]  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> list[Entry]:
        return [self.known[key] for key in self.cleaned_data["entry"]]

    def ticked(self) -> list[str]:
        """Keys of the boxes that have a tick when the page opens."""
        return self.data.getlist("entry") if self.is_bound else list(self.known)  # type: ignore[attr-defined]  # a QueryDict
