"""The way in and out, in German; the names are those that allauth looks for."""

from allauth.account import views as allauth
from django.urls import path

from allmende.accounts import views

urlpatterns = [
    path("anmelden/", allauth.request_login_code, name="account_request_login_code"),
    path("anmelden/code/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("anmelden/passwort/", allauth.login, name="account_login"),
    path("anmelden/passwort/vergessen/", allauth.password_reset, name="account_reset_password"),
    path("anmelden/passwort/code/", allauth.confirm_password_reset_code, name="account_confirm_password_reset_code"),
    path("anmelden/passwort/neu/", allauth.complete_password_reset, name="account_complete_password_reset"),
    path("anmelden/passwort/fertig/", allauth.password_reset_from_key_done, name="account_password_reset_completed"),
    path("anmelden/noch-einmal/", allauth.reauthenticate, name="account_reauthenticate"),
    path("anmelden/von-vorn/", views.start_over, name="account_start_over"),
    path("anmelden/gesperrt/", allauth.account_inactive, name="account_inactive"),
    path("abmelden/", allauth.logout, name="account_logout"),
    path("registrieren/", allauth.signup, name="account_signup"),
    path("registrieren/code/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("konto/daten/", views.account, name="account_details"),
    path("konto/passwort/", allauth.password_change, name="account_change_password"),
    path("konto/passwort/neu/", allauth.password_set, name="account_set_password"),
    path("konto/adresse/", views.account, name="account_email"),
]
