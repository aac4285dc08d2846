import pytest
from django.utils import translation

from allmende.accounts.models import User
from allmende.accounts.tests.letters import code_in, is_signed_in, newest_mail
from allmende.conftest import PASSWORD
from allmende.core.models import Mail

pytestmark = pytest.mark.django_db

SIGN_UP, CODE = "/registrieren/", "/registrieren/code/"
DORA = {"name": "Dora Neumann", "email": "Dora@Lindach.example"}


def test_a_name_and_an_address_that_is_confirmed_make_an_account(client, region):
    asked = client.post(SIGN_UP, DORA)
    mail = newest_mail()
    done = client.post(CODE, {"code": code_in(mail)})

    assert (asked.status_code, asked.url) == (302, CODE)
    assert (mail.to, mail.sensitive) == ("dora@lindach.example", True)
    assert (done.status_code, done.url) == (302, "/konto/")
    assert is_signed_in(client)
    assert list(User.objects.values_list("email", "name", "language")) == [
        ("dora@lindach.example", "Dora Neumann", "de")
    ]


def test_the_account_keeps_the_language_of_the_page(client, region):
    client.post(SIGN_UP, DORA, HTTP_ACCEPT_LANGUAGE="en")

    assert User.objects.get().language == "en"


def test_without_the_code_nobody_comes_in(client, region):
    client.post(SIGN_UP, DORA)

    answers = [client.post(CODE, {"code": "AAAAAA"}) for _ in range(4)]

    assert answers[-1].status_code == 302
    assert not is_signed_in(client)


def test_an_account_can_be_finished_later_by_signing_in(client, region):
    client.post(SIGN_UP, DORA)
    client.session.flush()
    client.cookies.clear()

    client.post("/anmelden/", {"email": DORA["email"]})
    client.post("/anmelden/code/", {"code": code_in(newest_mail())})

    assert is_signed_in(client)


def test_a_second_account_for_an_address_is_not_made_and_not_told(client, alice):
    first = client.post(SIGN_UP, DORA)
    client.session.flush()
    client.cookies.clear()
    second = client.post(SIGN_UP, {"name": "Mallory", "email": "ALICE@lindach.example"})
    mail = newest_mail()

    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert sorted(User.objects.values_list("email", "name")) == [
        ("alice@lindach.example", "Alice"),
        ("dora@lindach.example", "Dora Neumann"),
    ]
    assert mail.to == "alice@lindach.example"
    assert "schon eines" in mail.body


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "\u202e\u2066", "\u3164"])
def test_a_name_that_nobody_can_see_is_none(client, region, name):
    answer = client.post(SIGN_UP, {**DORA, "name": name})

    assert answer.context["form"].errors == {"name": ["Bitte füllen Sie dieses Feld aus."]}
    assert User.objects.count() == 0
    assert Mail.objects.count() == 0


def test_a_name_cannot_turn_the_text_around(client, region):
    client.post(SIGN_UP, {**DORA, "name": "Dora \u202enessinI\u202c"})

    assert User.objects.get().name == "Dora nessinI"


@pytest.mark.parametrize("page", [SIGN_UP, "/anmelden/", "/anmelden/passwort/vergessen/"])
def test_an_address_longer_than_any_is_refused(client, region, page):
    answer = client.post(page, {**DORA, "email": f"{'d' * 300}@b.example"})

    assert list(answer.context["form"].errors) == ["email"]
    assert (User.objects.count(), Mail.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "address", ["", "dora", "dora@", "dora@lindach", "dora@lindach.example\nBcc: all@lindach.example"]
)
def test_an_address_that_is_none_is_refused_in_place(client, region, address):
    answer = client.post(SIGN_UP, {**DORA, "email": address})

    assert list(answer.context["form"].errors) == ["email"]
    assert Mail.objects.count() == 0


def test_those_who_are_in_need_no_second_account(sign_in, alice):
    answer = sign_in(alice).get(SIGN_UP)

    assert (answer.status_code, answer.url) == (302, "/konto/")


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("/anmelden/", {"de": ["E-Mail-Adresse"], "en": ["Email address"]}),
        ("/anmelden/passwort/", {"de": ["E-Mail-Adresse", "Passwort"], "en": ["Email address", "Password"]}),
        ("/anmelden/passwort/vergessen/", {"de": ["E-Mail-Adresse"], "en": ["Email address"]}),
        ("/registrieren/", {"de": ["Ihr Name", "E-Mail-Adresse"], "en": ["Your name", "Email address"]}),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_labels_stand_above_the_fields_in_our_words(client, region, page, labels, language):
    answer = client.get(page, HTTP_ACCEPT_LANGUAGE=language)

    form, html = answer.context["form"], answer.content.decode()
    with translation.override(language):
        assert [str(field.label) for field in form.visible_fields()] == labels[language]
    assert [f'<label class="kern-label" for="{field.id_for_label}">' in html for field in form.visible_fields()] == [
        True
    ] * len(labels[language])
    assert [field.name for field in form if "placeholder" in field.field.widget.attrs] == []


def test_the_language_chosen_in_the_account_is_that_of_its_mails(sign_in, alice):
    browser = sign_in(alice)

    answer = browser.post(
        "/konto/daten/", {"name": "Alice A.", "first_name": "Alice", "last_name": "", "language": "en"}
    )

    assert (answer.status_code, answer.url) == (302, "/konto/daten/")
    assert list(User.objects.values_list("name", "first_name", "language")) == [("Alice A.", "Alice", "en")]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [({"name": ""}, ["name"]), ({"name": "a" * 81}, ["name"]), ({"name": "Alice", "language": "xx"}, ["language"])],
)
def test_what_is_wrong_with_the_account_is_said_in_place(sign_in, alice, values, wrong):
    answer = sign_in(alice).post("/konto/daten/", values)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == wrong


def test_a_password_may_be_set_later(client, sign_in, region, django_user_model):
    from allauth.account.models import EmailAddress

    dora = django_user_model.objects.create_user("dora@lindach.example", name="Dora")
    EmailAddress.objects.create(user=dora, email=dora.email, verified=True, primary=True)
    new = "drei Birnen im Mai 77"

    sign_in(dora).post("/konto/passwort/neu/", {"password1": new, "password2": new})
    client.logout()
    client.post("/anmelden/passwort/", {"login": dora.email, "password": new})

    assert is_signed_in(client)


@pytest.mark.parametrize("weak", ["kurz", "1234567890123", "alice@lindach.example", "qwertzuiop"])
def test_a_weak_password_is_refused_with_the_reason(sign_in, alice, weak):
    answer = sign_in(alice).post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})

    assert answer.status_code == 200
    assert len(answer.context["form"].errors) == 1


def test_the_present_password_is_asked_for_politely(sign_in, alice):
    new = "drei Birnen im Mai 77"

    answer = sign_in(alice).post("/konto/passwort/", {"oldpassword": "falsch", "password1": new, "password2": new})

    assert answer.context["form"].errors == {
        "oldpassword": ["Das ist nicht Ihr jetziges Passwort. Bitte geben Sie es noch einmal ein."]
    }


def test_after_a_new_password_one_is_back_at_the_account(sign_in, alice):
    new = "drei Birnen im Mai 77"

    answer = sign_in(alice).post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert answer.url == "/konto/daten/"
