from typing import Any

from allauth.account.forms import LoginForm, RequestLoginCodeForm, ResetPasswordForm, SignupForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from allmende.accounts.actions import update_account
from allmende.accounts.models import User
from allmende.core.fields import LineField, MailField, NameField

MAIL = _("E-Mail-Adresse")


def _plain(field: forms.Field, label: Any, autocomplete: str) -> None:
    """allauth puts the label into the field; a label that vanishes while typing helps nobody."""
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete


def _mail() -> MailField:
    """allauth's own field takes more letters than an account has room for, and cuts the address off."""
    return MailField(label=MAIL, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class AskForCode(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _mail()


class AskForPassword(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], MAIL, "username")
        _plain(self.fields["password"], _("Passwort"), "current-password")
        self.fields["password"].help_text = ""
        self.fields.pop("remember", None)

    def _setup_password_field(self) -> None:
        """allauth drops the field where accounts begin without a password; ours may have one set later."""


class SignUp(SignupForm):
    field_order = ["name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _mail()


class AskForReset(ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _mail()


class AccountForm(forms.Form):
    name = NameField(label=_("Anzeigename"), help_text=_("So stehen Sie bei dem, was Sie schreiben."))
    first_name = LineField(label=_("Vorname"), max_length=80, required=False)
    last_name = LineField(label=_("Nachname"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Sprache der E-Mails"), choices=settings.LANGUAGES, required=False)

    def save(self, user: User) -> None:
        update_account(user, **self.cleaned_data)
