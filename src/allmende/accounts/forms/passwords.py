from typing import Any

from allauth.account.forms import ChangePasswordForm, ReauthenticateForm, ResetPasswordKeyForm, SetPasswordForm
from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.forms.plain import plain

ADVICE = _("Mindestens zehn Zeichen. Drei Wörter, die nicht zusammengehören, sind gut zu merken und schwer zu erraten.")


def _new_password(form: forms.Form) -> None:
    """One sentence instead of the four rules of Django, which are still kept."""
    plain(form.fields["password1"], _("Neues Passwort"), "new-password", ADVICE)
    plain(form.fields["password2"], _("Neues Passwort noch einmal"), "new-password")


class ChangePassword(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["oldpassword"], _("Ihr jetziges Passwort"), "current-password")
        _new_password(self)


class SetPassword(SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class ResetPassword(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class PasswordAgain(ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields["password"], _("Ihr Passwort"), "current-password")
