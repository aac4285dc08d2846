from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField


class SignupNames(forms.Form):
    """What we ask besides the address."""

    name = LineField(label=_("Ihr Name"), max_length=80)

    def signup(self, request: Any, user: Any) -> None:
        user.name = self.cleaned_data["name"]
        user.save()
