from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import TextField


class NoteForm(forms.Form):
    """The reason of a decision; who wrote the entry reads it."""

    marks_optional = True  # for some decisions it is owed, for others it may be left out

    note = TextField(label=_("Begründung"), max_length=2000, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the one that was looked at
