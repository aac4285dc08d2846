from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allmende.accounts.actions import update_account
from allmende.accounts.models import User
from allmende.core.fields import LineField, NameField


class AccountForm(forms.Form):
    name = NameField(label=_("Anzeigename"), help_text=_("So stehen Sie bei dem, was Sie schreiben."))
    first_name = LineField(label=_("Vorname"), max_length=80, required=False)
    last_name = LineField(label=_("Nachname"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Sprache der E-Mails"), choices=settings.LANGUAGES, required=False)

    def save(self, user: User) -> None:
        update_account(user, **self.cleaned_data)
