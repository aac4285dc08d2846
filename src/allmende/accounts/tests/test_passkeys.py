"""Passkeys against a telephone of our own making; a real browser has them in tests/browser/test_walk_passkey.py."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator

from allmende.accounts.tests.device import Device
from allmende.accounts.tests.letters import is_signed_in, newest_mail
from allmende.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ADD, SIGN_IN, SECOND = "/konto/sicherheit/passkey/", "/anmelden/passkey/", "/anmelden/zweiter-faktor/"
OPTIONS = re.compile(r'<script id="passkey-options" type="application/json">(.*?)</script>')


def options_of(answer) -> dict:
    return json.loads(OPTIONS.search(answer.content.decode())[1])


def send(client, page: str, credential, **fields):
    return client.post(page, {"credential": json.dumps(credential), **fields})


def by_password(client, user) -> None:
    client.post("/anmelden/passwort/", {"login": user.email, "password": PASSWORD})


def register(client, user, device: Device):
    by_password(client, user)
    client.post(f"/anmelden/noch-einmal/?next={ADD}", {"password": PASSWORD})
    return send(client, ADD, device.create(options_of(client.get(ADD))), name="Telefon")


@pytest.fixture
def device(client, alice):
    """Alice has a passkey on it and is signed out."""
    device = Device()
    register(client, alice, device)
    client.logout()
    return device


def test_a_passkey_is_made_and_told_by_mail(client, alice):
    answer = register(client, alice, Device())

    assert (answer.status_code, answer.url) == (302, "/konto/sicherheit/notfall/")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Telefon"
    assert newest_mail().subject == "Ein Passkey wurde angelegt"


def test_a_passkey_signs_in_alone_and_leads_on(client, alice, device):
    answer = send(client, SIGN_IN, device.get(options_of(client.get(SIGN_IN))), next="/konto/sitzungen/")

    assert (answer.status_code, answer.url) == (302, "/konto/sitzungen/")
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_a_passkey_never_leads_to_another_site(client, device):
    answer = send(client, SIGN_IN, device.get(options_of(client.get(SIGN_IN))), next="https://boese.example/")

    assert answer.url == "/konto/"


def test_a_passkey_is_a_second_factor(client, alice, device):
    by_password(client, alice)
    before = is_signed_in(client)

    send(client, SECOND, device.get(options_of(client.get(SECOND))))

    assert not before
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("origin", "https://boese.example"),
        ("origin", "http://testserver"),
        ("origin", "https://testserver.boese.example"),
        ("origin", "null"),
        ("origin", ""),
        ("place", "boese.example"),
        ("verifies", False),
        ("user_handle", b"987654321"),
        ("user_handle", b"\xff\xfe"),
        ("user_handle", b""),
        ("number", b"another passkey.."),
    ],
)
def test_a_passkey_from_elsewhere_is_refused(client, device, trait, value):
    setattr(device, trait, value)

    answer = send(client, SIGN_IN, device.get(options_of(client.get(SIGN_IN))))

    assert answer.status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("trait", "value"),
    [("origin", "https://boese.example"), ("place", "boese.example"), ("verifies", False)],
)
def test_a_passkey_from_elsewhere_is_not_kept(client, alice, trait, value):
    device = Device()
    setattr(device, trait, value)

    answer = register(client, alice, device)

    assert answer.status_code == 400
    assert not Authenticator.objects.exists()


def test_an_answer_to_an_older_question_is_refused(client, device):
    old = device.get(options_of(client.get(SIGN_IN)))
    client.get(SIGN_IN)

    assert send(client, SIGN_IN, old).status_code == 400


def test_the_same_answer_does_not_open_twice(client, device):
    answer = device.get(options_of(client.get(SIGN_IN)))
    send(client, SIGN_IN, answer)
    client.logout()

    again = send(client, SIGN_IN, answer)

    assert again.status_code == 400
    assert not is_signed_in(client)


def test_a_forged_signature_is_refused(client, device):
    forged = device.get(options_of(client.get(SIGN_IN)), signature="MEUCIQ")

    assert send(client, SIGN_IN, forged).status_code == 400


def test_the_signature_of_another_key_is_refused(client, device):
    device.key = Device().key

    assert send(client, SIGN_IN, device.get(options_of(client.get(SIGN_IN)))).status_code == 400


def test_the_passkey_of_another_account_is_no_second_factor(client, bob, device):
    by_password(client, bob)
    register(client, bob, Device())
    client.logout()
    by_password(client, bob)

    send(client, SECOND, device.get(options_of(client.get(SECOND))))

    assert not is_signed_in(client)


def test_an_account_that_is_switched_off_stays_out(client, alice, device):
    alice.is_active = False
    alice.save()

    answer = send(client, SIGN_IN, device.get(options_of(client.get(SIGN_IN))))

    assert answer.url == "/anmelden/gesperrt/"
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    "rubbish",
    [
        "", "null", "[]", "1", '"x"', "{", "{}", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": 7}}',
        '{"id": "", "rawId": "", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "AA"}}',
        '{"id": "💥", "rawId": "💥", "response": {"userHandle": "💥"}}',
        "[" * 3000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", [SIGN_IN, SECOND, ADD, "/anmelden/noch-einmal/passkey/"])
def test_rubbish_instead_of_a_passkey_is_told(client, alice, device, page, rubbish):
    if page != SIGN_IN:
        by_password(client, alice)
    if page in (ADD, "/anmelden/noch-einmal/passkey/"):
        send(client, SECOND, device.get(options_of(client.get(SECOND))))
        client.post(f"/anmelden/noch-einmal/?next={ADD}", {"password": PASSWORD})
    client.get(page)

    answer = client.post(page, {"credential": rubbish, "name": "Telefon"})

    assert answer.status_code == (200 if page == SECOND else 400)
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(client, alice, bob, device):
    passkey = Authenticator.objects.get(type="webauthn")
    page = f"{ADD}{passkey.pk}/"
    by_password(client, bob)
    client.post(f"/anmelden/noch-einmal/?next={page}", {"password": PASSWORD})
    foreign = [client.post(page, {"name": "Meins"}).status_code, client.post(f"{page}entfernen/").status_code]
    client.logout()
    by_password(client, alice)
    send(client, SECOND, device.get(options_of(client.get(SECOND))))
    client.post(f"/anmelden/noch-einmal/?next={page}", {"password": PASSWORD})
    client.post(page, {"name": "Altes Telefon"})
    passkey.refresh_from_db()
    client.post(f"{page}entfernen/")

    assert foreign == [404, 404]
    assert passkey.wrap().name == "Altes Telefon"
    assert not Authenticator.objects.exists()  # the codes for an emergency go with the last factor
    assert newest_mail().subject == "Ein Passkey wurde entfernt"


def test_what_is_important_takes_the_passkey_again(client, alice, device):
    send(client, SIGN_IN, device.get(options_of(client.get(SIGN_IN))))
    codes = "/konto/sicherheit/notfall/neu/"
    asked = client.get(codes)
    page = f"/anmelden/noch-einmal/passkey/?next={codes}"

    answer = send(client, page, device.get(options_of(client.get(page))))

    assert asked.url.startswith("/anmelden/noch-einmal/")
    assert answer.url == codes
    assert client.get(codes).status_code == 200


def test_a_bare_number_as_address_offers_no_passkey(client, alice):
    page = client.get(SIGN_IN, HTTP_HOST="127.0.0.1:8000").content.decode()

    assert "Hier gehen keine Passkeys" in page
    assert "data-passkey" not in page


def test_passkeys_cannot_be_tried_for_ever(client, region, settings, mid_hour):
    settings.WRITE_LIMITS = ()
    answers = [client.post(SIGN_IN, {"credential": "{}"}).status_code for _ in range(61)]

    assert answers[59:] == [400, 429]
