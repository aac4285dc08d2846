"""Writing to a contact person: neither side sees the other's address, nor the name of the account."""

import re

import pytest

from allmende.core.models import Mail
from allmende.correspondence.actions import write_to_person
from allmende.correspondence.models import Message, Side, Thread
from allmende.entries import actions
from allmende.regions.models import Region

pytestmark = pytest.mark.django_db

LETTER = {"subject": "Hochbeet", "body": "Welche Erde nehme ich?"}


@pytest.fixture
def rosi(make_person, charlie):
    """Charlie goes by another name here."""
    return make_person("Rosi", charlie)


@pytest.fixture
def page(rosi) -> str:
    return f"{rosi.url}nachricht/"


def links(mail: Mail) -> list[str]:
    return re.findall(r"http://testserver(/\S+)", mail.body)


def test_a_letter_and_its_answer(sign_in, page, alice, charlie):
    sign_in(alice).post(page, LETTER)
    (mail,) = Mail.objects.all()
    thread = Thread.objects.get()
    sign_in(charlie).post(links(mail)[0], {"body": "Torffreie."})

    first, second = Message.objects.all()
    read = sign_in(alice).get(links(mail)[0]).content.decode()
    assert (mail.to, [side.name for side in thread.sides.order_by("pk")]) == (charlie.email, ["Alice", "Rosi"])
    assert (first.body, second.body, second.author_name) == (LETTER["body"], "Torffreie.", "Rosi")
    assert [word for word in (charlie.email, "Charlie") if word in read] == []
    assert alice.email not in mail.body


def test_a_guest_writes_after_confirming(client, page, charlie):
    client.post(page, LETTER | {"name": "Dora", "mail": "dora@gast.example"})
    (asked,) = Mail.objects.all()
    client.post(links(asked)[0])

    passed_on = Mail.objects.get(to=charlie.email)
    assert (asked.to, "Dora" in passed_on.body, "dora@gast.example" in passed_on.body) == (
        "dora@gast.example",
        True,
        False,
    )


def test_nobody_writes_to_themselves(sign_in, page, charlie, region):
    browser = sign_in(charlie)

    assert (browser.get(page).status_code, browser.post(page, LETTER).status_code) == (404, 404)
    assert Thread.objects.count() == 0


def test_nor_by_another_way(region, charlie):
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        write_to_person(charlie, region=region, name="Rosi", by=charlie, **LETTER)


def test_whose_profile_is_gone_gets_no_letters(sign_in, rosi, page, alice, charlie):
    actions.archive(rosi, by=charlie)

    assert sign_in(alice).post(page, LETTER).status_code == 404


def test_where_people_only_read_nobody_writes(sign_in, page, alice, region):
    Region.objects.filter(pk=region.pk).update(stage=Region.Stage.READ_ONLY)

    assert sign_in(alice).post(page, LETTER).status_code == 403
    assert Thread.objects.count() == 0


def test_an_account_that_is_closed_gets_no_letters(sign_in, page, alice, charlie):
    charlie.is_active = False
    charlie.save()

    assert sign_in(alice).get(page).status_code == 403


def test_who_is_asked_in_the_name_of_their_own_organisation_answers_for_themselves(
    sign_in, make_person, alice, bob, tsv
):
    contact = make_person("Boris", bob)
    browser = sign_in(alice)
    browser.post(f"{contact.url}nachricht/", LETTER | {"acting_as": str(tsv.pk)})
    thread = Thread.objects.get()

    browser = sign_in(bob)
    answer = browser.get(links(Mail.objects.get(to=bob.email))[0])
    rows = browser.get("/konto/").context["threads"]

    own = Side.objects.get(thread=thread, user=bob)
    assert answer.context["side"] == own
    assert [(row.own, row.other.name) for row in rows] == [(own, "TSV Lindach")]


def test_many_letters_at_once_are_too_many(sign_in, page, alice):
    browser = sign_in(alice)

    statuses = [browser.post(page, LETTER).status_code for _ in range(21)]

    assert statuses[-2:] == [302, 429]
