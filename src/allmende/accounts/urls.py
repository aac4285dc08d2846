"""The way in and out, in German; the names are those that allauth looks for."""

from allauth.account import views as allauth
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from allmende.accounts.views import account, passkeys, second_factor, sessions
from allmende.core.once import sign_in_required as own

urlpatterns = [
    path("anmelden/", allauth.request_login_code, name="account_request_login_code"),
    path("anmelden/code/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("anmelden/passwort/", allauth.login, name="account_login"),
    path("anmelden/passwort/vergessen/", allauth.password_reset, name="account_reset_password"),
    path("anmelden/passwort/code/", allauth.confirm_password_reset_code, name="account_confirm_password_reset_code"),
    path("anmelden/passwort/neu/", allauth.complete_password_reset, name="account_complete_password_reset"),
    path("anmelden/passwort/fertig/", allauth.password_reset_from_key_done, name="account_password_reset_completed"),
    path("anmelden/passkey/", passkeys.sign_in, name="mfa_login_webauthn"),
    path("anmelden/zweiter-faktor/", factor.authenticate, name="mfa_authenticate"),
    path("anmelden/noch-einmal/", allauth.reauthenticate, name="account_reauthenticate"),
    path("anmelden/noch-einmal/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("anmelden/noch-einmal/passkey/", passkeys.again, name="mfa_reauthenticate_webauthn"),
    path("anmelden/von-vorn/", account.start_over, name="account_start_over"),
    path("anmelden/gesperrt/", allauth.account_inactive, name="account_inactive"),
    path("abmelden/", allauth.logout, name="account_logout"),
    path("registrieren/", allauth.signup, name="account_signup"),
    path("registrieren/code/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("konto/daten/", account.account, name="account_details"),
    path("konto/passwort/", allauth.password_change, name="account_change_password"),
    path("konto/passwort/neu/", allauth.password_set, name="account_set_password"),
    path("konto/adresse/", account.account, name="account_email"),
    path("konto/sicherheit/", second_factor.overview, name="mfa_index"),
    path("konto/sicherheit/", second_factor.overview, name="mfa_list_webauthn"),
    path("konto/sicherheit/app/", second_factor.set_up_totp, name="mfa_activate_totp"),
    path("konto/sicherheit/app/entfernen/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("konto/sicherheit/passkey/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path("konto/sicherheit/passkey/<int:pk>/", own(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("konto/sicherheit/passkey/<int:pk>/entfernen/", own(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("konto/sicherheit/notfall/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/sicherheit/notfall/neu/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("konto/sitzungen/", sessions.sessions, name="usersessions_list"),
]
