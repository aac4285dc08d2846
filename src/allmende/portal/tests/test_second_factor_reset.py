"""Telephone and codes are lost: the platform's administration, or the operator, opens the way in again."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from allmende.conftest import PASSWORD
from allmende.core.models import LogEntry, Mail
from allmende.portal.actions import invite_first_admin, reset_second_factor

pytestmark = pytest.mark.django_db

PAGE = "/amt/zweiter-faktor/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
REASON = "Am Telefon unter der bekannten Nummer zurückgerufen."


@pytest.fixture
def locked_out(editor):
    TOTP.activate(editor, SECRET)
    RecoveryCodes.activate(editor)
    return editor


def test_a_platform_admin_opens_the_way_in_again(sign_in, platform, locked_out):
    answer = sign_in(platform).post(PAGE, {"mail": locked_out.email, "reason": REASON})
    browser = Client()
    came_in = browser.post("/anmelden/passwort/", {"login": locked_out.email, "password": PASSWORD})

    assert (answer.status_code, answer.url) == (302, PAGE)
    assert not Authenticator.objects.exists()
    assert came_in.url == "/konto/"


def test_both_sides_and_the_log_know_why(platform, locked_out, region):
    reset_second_factor(locked_out, by=platform, reason=REASON, region=region)

    told = dict(Mail.objects.values_list("to", "body"))
    logged = LogEntry.objects.get(verb="second factor reset")
    assert sorted(told) == [locked_out.email, platform.email]
    assert [REASON in body for body in told.values()] == [True, True]
    assert (logged.actor_id, logged.key, logged.reason) == (str(platform.pk), str(locked_out.pk), REASON)


def test_the_account_is_signed_out_everywhere(platform, editor, region):
    browser = Client()
    browser.post("/anmelden/passwort/", {"login": editor.email, "password": PASSWORD})
    TOTP.activate(editor, SECRET)

    reset_second_factor(editor, by=platform, reason=REASON, region=region)

    assert browser.get("/konto/daten/").status_code == 302


@pytest.mark.parametrize("role", ["admin", "editor", "charlie"])
def test_nobody_else_does_it(request, role, locked_out, region):
    with pytest.raises(PermissionDenied):
        reset_second_factor(locked_out, by=request.getfixturevalue(role), reason=REASON, region=region)

    assert Authenticator.objects.count() == 2


def test_where_nothing_is_nothing_is_reset(sign_in, platform, charlie):
    answer = sign_in(platform).post(PAGE, {"mail": charlie.email, "reason": REASON})

    assert answer.context["form"].errors == {"mail": ["Dieses Konto hat keinen zweiten Faktor."]}
    assert not Mail.objects.exists()


def test_a_reason_is_owed(sign_in, platform, locked_out):
    answer = sign_in(platform).post(PAGE, {"mail": locked_out.email, "reason": " "})

    assert answer.status_code == 400
    assert Authenticator.objects.count() == 2


def test_the_operator_does_it_for_the_last_platform_admin(platform, capsys):
    TOTP.activate(platform, SECRET)

    call_command("second_factor", platform.email, reason=REASON)

    assert not Authenticator.objects.exists()
    assert capsys.readouterr().out.startswith(platform.email)
    assert [mail.to for mail in Mail.objects.all()] == [platform.email]


@pytest.mark.parametrize("mail", ["niemand@lindach.example", "", "charlie@lindach.example"])
def test_the_operator_is_told_what_is_wrong(charlie, mail):
    with pytest.raises(CommandError):
        call_command("second_factor", mail, reason=REASON)


def test_an_account_without_factors_cannot_be_reset(platform, charlie, region):
    with pytest.raises(ValidationError):
        reset_second_factor(charlie, by=platform, reason=REASON, region=region)

    assert not LogEntry.objects.filter(verb="second factor reset").exists()


def test_the_link_of_the_first_administrator_leads_to_the_set_up(client, region, settings):
    settings.SECOND_FACTOR = True
    link = invite_first_admin("rathaus@lindach.example", region=region).removeprefix("http://testserver")

    came_in = client.post(link, {"name": "Renate Vogt"})
    page = client.get(came_in.url)

    assert came_in.url == "/amt/einstellungen/"
    assert (page.status_code, page.url) == (302, "/konto/sicherheit/")


def test_the_link_of_the_operator_still_asks_for_a_second_factor(client, platform, region):
    TOTP.activate(platform, SECRET)
    link = invite_first_admin(platform.email, region=region).removeprefix("http://testserver")

    answer = client.post(link, {"name": "Renate Vogt"})

    assert answer.url == "/anmelden/zweiter-faktor/"
    assert "_auth_user_id" not in client.session
