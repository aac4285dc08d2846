"""The way in and out, in German; the names are those that allauth looks for."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("anmelden/", views.request_login_code, name="account_request_login_code"),
    path("anmelden/code/", views.confirm_login_code, name="account_confirm_login_code"),
    path("anmelden/passwort/", views.login, name="account_login"),
    path("anmelden/passwort/vergessen/", views.password_reset, name="account_reset_password"),
    path("abmelden/", views.logout, name="account_logout"),
    path("registrieren/", views.signup, name="account_signup"),
    path("registrieren/code/", views.email_verification_sent, name="account_email_verification_sent"),
]
