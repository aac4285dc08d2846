from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.accounts.actions import note_session, note_takeover
from allmende.accounts.models import fold_mail
from allmende.core.limits import client_address, hit, who_asks
from allmende.core.outbox import enqueue

CODES = {"login_code", "password_reset_code", "email_confirmation", "email_confirmation_signup"}
LINKS = {
    "signup_url": "account_signup",
    "password_reset_url": "account_reset_password",
    "security_url": "mfa_index",
}
AGAIN = {
    "reauthenticate": _("Mit dem Passwort"),
    "mfa_reauthenticate": _("Mit einem Code"),
    "mfa_reauthenticate:webauthn": _("Mit einem Passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's hooks: mail goes through the outbox, and its links never come from the Host header."""

    # allauth's own German says "du", and not how to go on.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides."),
        "enter_current_password": _("Das ist nicht Ihr jetziges Passwort. Bitte geben Sie es noch einmal ein."),
        "incorrect_code": _("Dieser Code stimmt nicht. Bitte geben Sie den Code aus der neuesten E-Mail ein."),
        "incorrect_password": _("Dieses Passwort stimmt nicht. Bitte geben Sie es noch einmal ein."),
        "too_many_login_attempts": _(
            "Das waren zu viele falsche Versuche. Bitte lassen Sie sich einen neuen Code schicken."
        ),
    }

    def get_password_change_redirect_url(self, request: Any) -> str:
        return reverse("account_details")

    def login(self, request: Any, user: Any) -> None:
        super().login(request, user)
        note_session(request)
        if user.waits_for_its_person:  # who signs in has shown to read the mailbox
            note_takeover(user, region_id=request.region and request.region.pk)

    def populate_username(self, request: Any, user: Any) -> None:
        """There are no user names."""

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Guesses are counted for the account that they aim at, from wherever they come; a code still opens it."""
        hit("password", fold_mail(credentials.get("email", "")), "20/h")
        super().pre_authenticate(request, **credentials)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        request = self.request
        region = request.region
        hit("account mail", who_asks(request), "20/h")
        name = template_prefix.rpartition("/")[2]
        facts = {**context, "region": region, "email": email}
        facts |= {key: region.url(view) for key, view in LINKS.items()}
        enqueue(
            to=email,
            subject=" ".join(render_to_string(f"{template_prefix}_subject.txt", facts).split()),
            body=render_to_string(f"{template_prefix}_message.txt", facts).strip() + "\n",
            sender_name=region.name,
            reply_to=region.contact_mail,
            region_id=region.pk,
            sensitive=name in CODES,
        )

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: Any = None) -> None:
        """Of the account, send_mail() alone tells; of a second factor that came or went, everybody is told."""
        if template_prefix.startswith("mfa/"):
            self.send_mail(template_prefix, user.email, {"user": user})

    def get_client_ip(self, request: Any) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104  # behind a socket nobody has an address

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [{**method, "description": AGAIN[method["id"]]} for method in super().get_reauthentication_methods(user)]


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's hooks for the second factor: our words, the town's name, a code that is drawn here."""

    error_messages = {
        "add_email_blocked": _("Solange ein zweiter Faktor gilt, kann keine Adresse dazukommen."),
        "cannot_delete_authenticator": _("Diesen zweiten Faktor brauchen Sie."),
        "cannot_generate_recovery_codes": _("Codes für den Notfall gibt es erst mit einem zweiten Faktor."),
        "incorrect_code": _("Das hat nicht gestimmt. Bitte versuchen Sie es noch einmal."),
        "unverified_email": _("Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse."),
    }

    def _get_site_name(self) -> str:
        """What the app and the passkey are called on somebody's telephone."""
        return str(context.request.region.name)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # allauth's name
        return gettext("Mein Passkey")
