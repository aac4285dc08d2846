"""The way in: a mailed code or a password, and nothing that tells strangers who has an account."""

import re
from datetime import timedelta

import pytest
from django.core import mail as sent
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.accounts.tests.letters import code_in, is_signed_in, links_in, newest_mail
from allmende.conftest import PASSWORD
from allmende.core.models import Lease, Mail
from allmende.core.outbox import send_due

pytestmark = pytest.mark.django_db

SIGN_IN, CODE, BY_PASSWORD = "/anmelden/", "/anmelden/code/", "/anmelden/passwort/"


def errors(response) -> dict:
    return response.context["form"].errors if "form" in response.context else response.context["verify_form"].errors


def test_a_mailed_code_signs_in(client, alice):
    asked = client.post(SIGN_IN, {"email": "alice@lindach.example"})
    mail = newest_mail()
    came_in = client.post(CODE, {"code": code_in(mail)})

    assert (asked.status_code, asked.url) == (302, CODE)
    assert (mail.to, mail.sensitive, mail.sender_name) == ("alice@lindach.example", True, "Lindach")
    assert (came_in.status_code, came_in.url) == (302, reverse("portal:mine"))
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_the_way_in_leads_back_to_where_one_came_from(client, alice):
    client.post(SIGN_IN, {"email": alice.email, "next": "/veranstaltungen/neu/"})

    came_in = client.post(CODE, {"code": code_in(newest_mail()), "next": "/veranstaltungen/neu/"})

    assert came_in.url == "/veranstaltungen/neu/"


@pytest.mark.parametrize("elsewhere", ["https://boese.example/", "//boese.example/", "/\\boese.example/"])
def test_the_way_in_never_leads_to_another_site(client, alice, elsewhere):
    came_in = client.post(BY_PASSWORD, {"login": alice.email, "password": PASSWORD, "next": elsewhere})

    assert came_in.url == reverse("portal:mine")


def test_capital_letters_in_the_address_do_not_matter(client, alice):
    client.post(SIGN_IN, {"email": "Alice@Lindach.Example"})

    client.post(CODE, {"code": code_in(newest_mail())})

    assert is_signed_in(client)


def test_the_mail_with_the_code_leaves_through_the_outbox(client, alice):
    client.post(SIGN_IN, {"email": alice.email})
    code = code_in(newest_mail())

    count = send_due()

    assert count == 1
    assert sent.outbox[0].to == ["alice@lindach.example"]
    assert code in sent.outbox[0].body
    assert newest_mail().body == ""


def test_a_dead_mail_server_keeps_nobody_waiting(client, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # to a port where nobody listens

    asked = client.post(SIGN_IN, {"email": alice.email})
    count = send_due()

    assert (asked.status_code, asked.url) == (302, CODE)
    assert count == 0
    assert newest_mail().state == Mail.WAITING
    assert Lease.objects.get(name="core.mail_server").attempts == 1


def test_a_wrong_code_can_be_tried_five_times(client, alice):
    client.post(SIGN_IN, {"email": alice.email})
    right = code_in(newest_mail())

    wrong = [client.post(CODE, {"code": "AAAAAA"}) for _ in range(5)]
    too_late = client.post(CODE, {"code": right})

    assert [answer.status_code for answer in wrong] == [200, 200, 200, 200, 302]
    assert errors(wrong[0]) == {
        "code": ["Dieser Code stimmt nicht. Bitte geben Sie den Code aus der neuesten E-Mail ein."]
    }
    assert too_late.status_code == 302
    assert not is_signed_in(client)


def test_a_code_is_used_once(client, alice):
    client.post(SIGN_IN, {"email": alice.email})
    code = code_in(newest_mail())
    client.post(CODE, {"code": code})
    client.logout()

    again = client.post(CODE, {"code": code})

    assert again.status_code == 302
    assert not is_signed_in(client)


def test_a_code_is_over_after_fifteen_minutes(client, alice, time_machine):
    now = timezone.now()
    time_machine.move_to(now)
    client.post(SIGN_IN, {"email": alice.email})
    code = code_in(newest_mail())
    time_machine.move_to(now + timedelta(minutes=15, seconds=1))

    client.post(CODE, {"code": code})

    assert not is_signed_in(client)


def test_other_pages_may_be_looked_at_meanwhile(client, alice):
    client.post(SIGN_IN, {"email": alice.email})
    client.get("/verzeichnis/")

    client.post(CODE, {"code": code_in(newest_mail())})

    assert is_signed_in(client)


def test_a_mistyped_address_can_be_mended_at_once(client, alice):
    client.post(SIGN_IN, {"email": "alise@lindach.example"})
    page = client.get(CODE).content.decode()
    over = client.post("/anmelden/von-vorn/", {"next": "/veranstaltungen/neu/"})
    form = client.get(over.url)
    client.post(SIGN_IN, {"email": alice.email, "next": "/veranstaltungen/neu/"})

    came_in = client.post(CODE, {"code": code_in(newest_mail()), "next": "/veranstaltungen/neu/"})

    assert 'action="/anmelden/von-vorn/"' in page
    assert over.url == "/anmelden/?next=%2Fveranstaltungen%2Fneu%2F"
    assert form.status_code == 200
    assert came_in.url == "/veranstaltungen/neu/"


def test_a_code_works_only_in_the_browser_that_asked(client, alice):
    client.post(SIGN_IN, {"email": alice.email})
    other = Client()

    other.post(CODE, {"code": code_in(newest_mail())})

    assert not is_signed_in(other)


def test_an_unknown_address_tells_the_page_nothing(client, alice):
    known = client.post(SIGN_IN, {"email": alice.email})
    page_of_known = client.get(CODE).content.decode().replace(alice.email, "ADDRESS")
    client.session.flush()
    client.cookies.clear()
    unknown = client.post(SIGN_IN, {"email": "niemand@lindach.example"})
    page_of_unknown = client.get(CODE).content.decode().replace("niemand@lindach.example", "ADDRESS")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert without_tokens(page_of_known) == without_tokens(page_of_unknown)


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_an_unknown_address_gets_a_mail_that_says_how_to_join(client, region):
    client.post(SIGN_IN, {"email": "niemand@lindach.example"})

    mail = newest_mail()

    assert mail.to == "niemand@lindach.example"
    assert "http://testserver/registrieren/" in mail.body


def test_a_password_signs_in(client, alice):
    answer = client.post(BY_PASSWORD, {"login": "alice@lindach.example", "password": PASSWORD})

    assert (answer.status_code, answer.url) == (302, reverse("portal:mine"))
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_read_alike(client, alice):
    wrong = client.post(BY_PASSWORD, {"login": alice.email, "password": "falsch-4711"})
    unknown = client.post(BY_PASSWORD, {"login": "niemand@lindach.example", "password": "falsch-4711"})

    assert (
        errors(wrong)
        == errors(unknown)
        == {"__all__": ["E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides."]}
    )
    assert wrong.status_code == unknown.status_code
    assert not is_signed_in(client)


def test_passwords_of_one_account_cannot_be_tried_for_ever(client, alice):
    answers = [
        client.post(BY_PASSWORD, {"login": alice.email, "password": f"falsch-{n}"}, REMOTE_ADDR=f"192.0.2.{n}")
        for n in range(1, 22)
    ]

    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert answers[20].status_code == 429
    assert int(answers[20].headers["Retry-After"]) > 0


def test_an_account_that_is_switched_off_stays_out(client, alice):
    alice.is_active = False
    alice.save()

    answer = client.post(BY_PASSWORD, {"login": alice.email, "password": PASSWORD})

    assert answer.url == "/anmelden/gesperrt/"
    assert not is_signed_in(client)


def test_signing_out_takes_a_button(client, sign_in, alice):
    sign_in(alice)

    looked = client.get("/abmelden/")
    still = is_signed_in(client)
    client.post("/abmelden/")

    assert looked.status_code == 200
    assert still
    assert not is_signed_in(client)


def test_a_forgotten_password_is_set_anew_by_code(client, alice):
    client.post("/anmelden/passwort/vergessen/", {"email": alice.email})
    client.post("/anmelden/passwort/code/", {"code": code_in(newest_mail())})
    new = "drei Birnen im Mai 77"
    client.post("/anmelden/passwort/neu/", {"password1": new, "password2": new})
    client.logout()

    client.post(BY_PASSWORD, {"login": alice.email, "password": new})

    assert is_signed_in(client)


@pytest.mark.parametrize("host", ["boese.example", "testserver.boese.example", "boese.example:80", "testserver:8080"])
def test_an_unknown_host_is_refused(client, region, host):
    answer = client.post(SIGN_IN, {"email": "niemand@lindach.example"}, HTTP_HOST=host)

    assert answer.status_code == 400
    assert Mail.objects.count() == 0


@pytest.mark.parametrize(
    "tricks",
    [
        {"HTTP_HOST": "localhost"},
        {"HTTP_HOST": "127.0.0.1:8000"},
        {"HTTP_X_FORWARDED_HOST": "boese.example"},
        {"HTTP_X_FORWARDED_HOST": "boese.example", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_PORT": "444"},
        {"HTTP_FORWARDED": "host=boese.example"},
        {"HTTP_HOST": "LOCALHOST"},
    ],
)
def test_links_in_mails_never_come_from_what_a_browser_sends(client, region, tricks):
    client.post(SIGN_IN, {"email": "niemand@lindach.example"}, **tricks)

    assert links_in(newest_mail()) == ["http://testserver/registrieren/"]


def test_links_in_mails_of_a_region_under_a_path_lead_there(client, other_region):
    client.post("/auenstedt/anmelden/", {"email": "niemand@lindach.example"})

    mail = newest_mail()

    assert links_in(mail) == ["http://testserver/auenstedt/registrieren/"]
    assert (mail.sender_name, mail.reply_to) == ("Auenstedt", "rathaus@auenstedt.example")


def test_more_mails_than_twenty_an_hour_are_not_sent(client, region):
    answers = [Client().post(SIGN_IN, {"email": f"person{n}@lindach.example"}) for n in range(21)]

    assert answers[-1].status_code == 429
    assert Mail.objects.count() == 20
