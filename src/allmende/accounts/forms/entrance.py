from typing import Any

from allauth.account.forms import (
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    SignupForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.forms.plain import plain
from allmende.core.fields import MailField

MAIL = _("E-Mail-Adresse")
CODE = _("Code aus der E-Mail")


def _mail() -> MailField:
    """allauth's own field takes more letters than an account has room for, and cuts the address off."""
    return MailField(label=MAIL, widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class AskForCode(RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _mail()


class EnterCode(ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["code"], CODE, "one-time-code")


class EnterCodeOfNewAddress(ConfirmEmailVerificationCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["code"], CODE, "one-time-code")


class AskForPassword(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["login"], MAIL, "username")
        plain(self.fields["password"], _("Passwort"), "current-password")
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
