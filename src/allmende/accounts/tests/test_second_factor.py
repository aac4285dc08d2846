"""An app as second factor, codes for an emergency, and who has to have them."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client

from allmende.accounts.actions import use_up_code
from allmende.accounts.tests.letters import code_in, is_signed_in, links_in, newest_mail
from allmende.conftest import PASSWORD
from allmende.core.models import Mail

pytestmark = pytest.mark.django_db

BY_PASSWORD, SECOND, SECURITY = "/anmelden/passwort/", "/anmelden/zweiter-faktor/", "/konto/sicherheit/"
APP, CODES = "/konto/sicherheit/app/", "/konto/sicherheit/notfall/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 3, 4, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def code_at(moment: datetime = NOW, secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30))


@pytest.fixture
def with_app(alice):
    TOTP.activate(alice, SECRET)
    return alice


def by_password(client, user) -> None:
    client.post(BY_PASSWORD, {"login": user.email, "password": PASSWORD})


def again_by_password(client, page: str):
    return client.post(f"/anmelden/noch-einmal/?next={page}", {"password": PASSWORD})


# At the sign-in


def test_a_mailed_code_alone_does_not_let_in_who_has_an_app(client, with_app):
    client.post("/anmelden/", {"email": with_app.email, "next": "/konto/sitzungen/"})
    after_code = client.post("/anmelden/code/", {"code": code_in(newest_mail()), "next": "/konto/sitzungen/"})
    before = is_signed_in(client)
    after_app = client.post(SECOND, {"code": code_at()})

    assert (after_code.status_code, after_code.url) == (302, SECOND)
    assert not before
    assert (after_app.status_code, after_app.url) == (302, "/konto/sitzungen/")
    assert is_signed_in(client)


def test_nobody_comes_to_the_second_step_without_the_first(client, with_app):
    answer = client.post(SECOND, {"code": code_at()})

    assert (answer.status_code, answer.url) == (302, BY_PASSWORD)
    assert not is_signed_in(client)


def test_the_second_factor_of_another_account_opens_nothing(client, with_app, bob):
    TOTP.activate(bob, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    by_password(client, bob)

    client.post(SECOND, {"code": code_at()})

    assert not is_signed_in(client)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_go_half_a_minute_wrong(client, with_app, seconds):
    by_password(client, with_app)

    client.post(SECOND, {"code": code_at(NOW + timedelta(seconds=seconds))})

    assert is_signed_in(client)


@pytest.mark.parametrize("code", ["", "1", "١٢٣٤٥٦", "000000", "x" * 5000, "-1", "💥", "12 34 56 78"])
def test_a_wrong_code_is_told(client, with_app, code):
    by_password(client, with_app)

    answer = client.post(SECOND, {"code": code})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["code"]
    assert not is_signed_in(client)


def test_a_code_cannot_be_guessed_more_than_twenty_times_an_hour(client, with_app):
    by_password(client, with_app)

    wrong = [client.post(SECOND, {"code": f"{number:06}"}).status_code for number in range(20)]
    right = client.post(SECOND, {"code": code_at()})

    assert wrong == [200] * 20
    assert right.status_code == 429
    assert not is_signed_in(client)


def test_guesses_from_another_browser_count_as_well(client, with_app):
    by_password(client, with_app)
    for number in range(20):
        client.post(SECOND, {"code": f"{number:06}"})
    other = Client(REMOTE_ADDR="192.0.2.7")
    by_password(other, with_app)

    assert other.post(SECOND, {"code": code_at()}).status_code == 429


def test_a_code_of_the_app_opens_once(client, with_app):
    by_password(client, with_app)
    client.post(SECOND, {"code": code_at()})
    cache.clear()  # another process has a cache of its own
    other = Client()
    by_password(other, with_app)

    again = other.post(SECOND, {"code": code_at()})

    assert again.context["form"].errors == {
        "code": ["Dieser Code wurde schon benutzt. Bitte warten Sie, bis die App einen neuen zeigt."]
    }
    assert not is_signed_in(other)


def test_a_code_from_before_the_last_one_opens_nothing(with_app):
    app = Authenticator.objects.get(user=with_app)
    assert use_up_code(app, code_at())

    assert not use_up_code(app, code_at(NOW - timedelta(seconds=30)))
    assert use_up_code(app, code_at(NOW + timedelta(seconds=30)))


@pytest.mark.django_db(transaction=True)
def test_of_two_that_send_the_same_code_at_once_one_comes_in(with_app):
    app, found, start = Authenticator.objects.get(user=with_app), [], threading.Barrier(2)

    def try_it() -> None:
        start.wait()
        found.append(use_up_code(app, code_at()))
        connection.close()

    tries = [threading.Thread(target=try_it) for _ in range(2)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()

    assert sorted(found) == [False, True]


def test_a_code_for_an_emergency_opens_once(client, with_app):
    codes = RecoveryCodes.activate(with_app).generate_codes()
    by_password(client, with_app)
    client.post(SECOND, {"code": f"{codes[3][:4]} {codes[3][4:]}"})
    came_in = is_signed_in(client)
    other = Client()
    by_password(other, with_app)

    other.post(SECOND, {"code": codes[3]})

    assert came_in
    assert not is_signed_in(other)


# Setting it up


def test_an_app_is_set_up_after_the_password_and_tells_by_mail(client, alice, django_capture_on_commit_callbacks):
    by_password(client, alice)
    asked = client.get(APP)
    page = again_by_password(client, APP)
    secret = client.get(APP).context["secret"].replace(" ", "")
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(APP, {"code": code_at(secret=secret)})
    shown = client.get(CODES)
    later = client.get(CODES)

    assert (asked.status_code, asked.url) == (302, f"/anmelden/noch-einmal/?next={APP.replace('/', '%2F')}")
    assert page.url == APP
    assert (done.status_code, done.url) == (302, CODES)
    assert len(set(shown.context["unused_codes"])) == 10
    assert set(later.context["unused_codes"]) == {"****"}
    assert newest_mail().subject == "Ein zweiter Faktor wurde eingerichtet"
    assert links_in(newest_mail()) == [f"http://testserver{SECURITY}"]


def test_a_wrong_code_sets_nothing_up_and_keeps_the_key(client, alice):
    by_password(client, alice)
    again_by_password(client, APP)
    secret = client.get(APP).context["secret"]

    wrong = client.post(APP, {"code": "000000"})

    assert wrong.status_code == 400
    assert wrong.context["secret"] == secret
    assert not Authenticator.objects.exists()


def test_an_app_is_removed_only_after_another_proof(client, with_app):
    by_password(client, with_app)
    client.post(SECOND, {"code": code_at()})

    without = client.post(f"{APP}entfernen/")
    kept = Authenticator.objects.count()
    again_by_password(client, f"{APP}entfernen/")
    client.post(f"{APP}entfernen/")

    assert (without.status_code, kept) == (302, 1)
    assert not Authenticator.objects.exists()
    assert newest_mail().subject == "Ein zweiter Faktor wurde entfernt"


def test_new_codes_make_the_old_ones_worthless(client, with_app, django_capture_on_commit_callbacks):
    old = RecoveryCodes.activate(with_app).generate_codes()
    by_password(client, with_app)
    client.post(SECOND, {"code": code_at()})
    again_by_password(client, f"{CODES}neu/")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{CODES}neu/")
    new = client.get(CODES).context["unused_codes"]
    other = Client()
    by_password(other, with_app)

    other.post(SECOND, {"code": old[0]})

    assert set(old) & set(new) == set()
    assert not is_signed_in(other)
    assert newest_mail().subject == "Neue Codes für den Notfall"


def test_whoever_has_an_address_that_is_not_confirmed_sets_nothing_up(client, alice):
    from allauth.account.models import EmailAddress

    by_password(client, alice)
    EmailAddress.objects.update(verified=False)

    answer = client.get(APP)

    assert answer.url == SECURITY


def test_no_secret_goes_out_by_mail(client, alice, django_capture_on_commit_callbacks):
    by_password(client, alice)
    again_by_password(client, APP)
    secret = client.get(APP).context["secret"].replace(" ", "")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(APP, {"code": code_at(secret=secret)})
    codes = client.get(CODES).context["unused_codes"]

    bodies = "\n".join(Mail.objects.values_list("body", flat=True))

    assert bodies
    assert [text for text in [secret, *codes] if text in bodies] == []


# Who has to have one


@pytest.fixture
def forced(settings):
    settings.SECOND_FACTOR = True


@pytest.mark.parametrize("page", ["/amt/", "/konto/", "/veranstaltungen/", "/amt/einstellungen/"])
def test_staff_without_a_second_factor_are_led_to_it_from_every_page(forced, sign_in, admin, page):
    answer = sign_in(admin).get(page)

    assert (answer.status_code, answer.url) == (302, SECURITY)


def test_what_staff_were_about_to_write_waits(forced, sign_in, editor):
    browser = sign_in(editor)
    answer = browser.post("/veranstaltungen/neu/", {"title": "Sommerfest"})
    told = browser.get(SECURITY)
    TOTP.activate(editor, SECRET)

    on = browser.get(SECURITY)
    form = browser.get("/veranstaltungen/neu/")

    assert answer.url == SECURITY
    assert told.context["afterwards"] == "/veranstaltungen/neu/"
    assert "zwei Minuten" in told.content.decode()
    assert on.context["afterwards"] == "/veranstaltungen/neu/"
    assert browser.get(SECURITY).context["afterwards"] == ""
    assert 'value="Sommerfest"' in form.content.decode()


def test_staff_with_a_second_factor_go_on(forced, sign_in, admin):
    TOTP.activate(admin, SECRET)

    assert sign_in(admin).get("/amt/").status_code == 200


def test_codes_for_an_emergency_alone_are_no_second_factor(forced, sign_in, admin):
    RecoveryCodes.activate(admin)

    assert sign_in(admin).get("/amt/").url == SECURITY


@pytest.mark.parametrize("page", [SECURITY, "/konto/sitzungen/", "/konto/passwort/", "/abmelden/"])
def test_staff_reach_what_they_need_for_it(forced, sign_in, admin, page):
    assert sign_in(admin).get(page).status_code == 200


def test_people_without_a_task_are_left_alone(forced, sign_in, alice, tsv):
    assert sign_in(alice).get("/konto/").status_code == 200


def test_staff_of_another_region_need_one_everywhere(forced, sign_in, editor, other_region):
    assert sign_in(editor).get("/auenstedt/veranstaltungen/").url == f"/auenstedt{SECURITY}"


def test_staff_of_a_region_in_preparation_come_in_by_setting_one_up(forced, sign_in, admin, region):
    region.stage = "preparing"
    region.save()
    browser = sign_in(admin)

    led = browser.get("/konto/")
    page = browser.get(SECURITY)

    assert (led.status_code, led.url) == (302, SECURITY)
    assert page.status_code == 200


def test_it_is_off_where_the_operator_says_so(settings, sign_in, admin):
    settings.SECOND_FACTOR = False

    assert sign_in(admin).get("/amt/").status_code == 200
