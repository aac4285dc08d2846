import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.accounts.actions import use_up_code
from allmende.accounts.forms.plain import plain
from allmende.accounts.models import User
from allmende.core.fields import LineField
from allmende.core.limits import hit

LONGEST = 20_000  # letters of what a device says
GUESSES = "20/h"  # of a million codes three hold at a time
USED = _("Dieser Code wurde schon benutzt. Bitte warten Sie, bis die App einen neuen zeigt.")
NO_PASSKEY = _("Ihr Gerät hat keinen Passkey geschickt. Bitte versuchen Sie es noch einmal oder nehmen Sie einen Code.")


class _CodeForm(forms.Form):
    """Guesses are counted for the account, and a code of the app opens once, whichever process looks at it."""

    user: User
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(
            self.fields["code"],
            _("Code"),
            "one-time-code",
            _("Sechs Ziffern aus der App auf Ihrem Telefon, oder einer Ihrer Codes für den Notfall."),
        )
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": 20}

    def clean_code(self) -> str:
        hit("second factor", str(self.user.pk), GUESSES)
        code: str = super().clean_code()  # type: ignore[misc]  # allauth's, see the classes below
        if self.authenticator.type == Authenticator.Type.TOTP and not use_up_code(self.authenticator, code):
            raise ValidationError(USED)
        return code


class SecondFactor(_CodeForm, AuthenticateForm):
    """At the sign-in."""


class SecondFactorAgain(_CodeForm, ReauthenticateForm):
    """Before something important."""


class SetUpTotp(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(
            self.fields["code"],
            _("Code aus der App"),
            "one-time-code",
            _("Sechs Ziffern, die alle 30 Sekunden neu sind."),
        )
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": 10}

    def clean_code(self) -> str:
        hit("second factor", str(self.user.pk), GUESSES)
        return super().clean_code()


class CredentialInput(forms.HiddenInput):
    """A script puts in what the device says; it is never shown again."""

    def format_value(self, value: Any) -> None:
        return None


class CredentialField(forms.CharField):
    """What a device says, as far as its outer shape goes."""

    def __init__(self) -> None:
        super().__init__(widget=CredentialInput(), max_length=LONGEST, error_messages={"required": NO_PASSKEY})

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            credential = json.loads(super().clean(value))
        except (ValueError, RecursionError) as error:
            raise ValidationError(NO_PASSKEY) from error
        if not isinstance(credential, dict):
            raise ValidationError(NO_PASSKEY)
        return credential


@contextmanager
def _rubbish_is_told() -> Iterator[None]:
    """The libraries below take for granted that a browser wrote what they read."""
    try:
        yield
    except (AssertionError, AttributeError, LookupError, TypeError, ValueError, struct.error) as error:
        raise ValidationError(NO_PASSKEY) from error


class _PasskeyForm(forms.Form):
    credential = CredentialField()

    def clean_credential(self) -> Authenticator:
        with _rubbish_is_told():
            return super().clean_credential()  # type: ignore[misc]  # allauth's, see the classes below


class PasskeySignIn(_PasskeyForm, LoginWebAuthnForm):
    """Instead of code and password."""


class PasskeyAsSecondFactor(_PasskeyForm, AuthenticateWebAuthnForm):
    """After code or password."""


class PasskeyAgain(_PasskeyForm, ReauthenticateWebAuthnForm):
    """Before something important."""


class AddPasskey(forms.Form):
    name = LineField(
        label=_("Name"), max_length=60, help_text=_("Damit Sie ihn wiedererkennen: das Gerät, auf dem er liegt.")
    )
    credential = CredentialField()

    def clean_credential(self) -> dict[str, Any]:
        """The device answers our question, from our address, and has asked its owner for finger, face or PIN."""
        credential: dict[str, Any] = self.cleaned_data["credential"]
        with _rubbish_is_told():
            webauthn.parse_registration_response(credential)
            webauthn.complete_registration(credential)
        return credential


class RenamePasskey(EditWebAuthnForm):
    name = LineField(label=_("Name"), max_length=60)
