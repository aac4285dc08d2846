"""The forms of the way in and of one's own account; the settings name those that take the place of allauth's."""

from allmende.accounts.forms.account import AccountForm
from allmende.accounts.forms.entrance import (
    AskForCode,
    AskForPassword,
    AskForReset,
    EnterCode,
    EnterCodeOfNewAddress,
    SignUp,
)
from allmende.accounts.forms.passwords import ChangePassword, PasswordAgain, ResetPassword, SetPassword
from allmende.accounts.forms.second_factor import (
    AddPasskey,
    PasskeyAgain,
    PasskeyAsSecondFactor,
    PasskeySignIn,
    RenamePasskey,
    SecondFactor,
    SecondFactorAgain,
    SetUpTotp,
)

__all__ = [
    "AccountForm",
    "AddPasskey",
    "AskForCode",
    "AskForPassword",
    "AskForReset",
    "ChangePassword",
    "EnterCode",
    "EnterCodeOfNewAddress",
    "PasskeyAgain",
    "PasskeyAsSecondFactor",
    "PasskeySignIn",
    "PasswordAgain",
    "RenamePasskey",
    "ResetPassword",
    "SecondFactor",
    "SecondFactorAgain",
    "SetPassword",
    "SetUpTotp",
    "SignUp",
]
