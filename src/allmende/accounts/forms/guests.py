from typing import Any

from django import forms

from allmende.accounts.models import Person


class GuestForm(forms.Form):
    """The fields ``name`` and ``mail`` ask guests alone: who is signed in is known."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person.is_authenticated:
            del self.fields["name"], self.fields["mail"]
