"""Apart from forms.py, because allauth's forms read this one while they are being read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.actions import name_account
from allmende.accounts.models import User
from allmende.core.fields import NameField


class SignupNames(forms.Form):
    """What we ask besides the address."""

    name = NameField(label=_("Ihr Name"), help_text=_("So stehen Sie bei dem, was Sie schreiben."))

    def signup(self, request: Any, user: User) -> None:
        name_account(user, self.cleaned_data["name"], language=request.LANGUAGE_CODE)
