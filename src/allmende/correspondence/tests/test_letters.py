"""Letters between two sides that never see each other's address."""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core import mail as sent
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.accounts.actions import erase_expired_guests, found_organisation
from allmende.accounts.models import Guest, Membership, User
from allmende.accounts.tests.letters import links_in
from allmende.core.models import LogEntry, Mail, Token
from allmende.core.outbox import send_due
from allmende.correspondence.actions import answer as reply
from allmende.correspondence.actions import drop_unconfirmed
from allmende.correspondence.models import Message, Side, Thread
from allmende.correspondence.queries import my_side, threads_for_editors, threads_of

pytestmark = pytest.mark.django_db

RELAY, GUEST = "vorstand@tsv.example", "dora@gast.example"
LETTER = {"name": "Dora", "mail": GUEST, "subject": "Schnuppern", "body": "Wann kann ich kommen?", "form_token": "a"}


@pytest.fixture
def profile(make_profile, tsv):
    return make_profile("TSV Lindach 1921", organisation=tsv, relay_mail=RELAY)


@pytest.fixture
def silent(make_profile):
    """An organisation of an import: without an address, without members."""
    return make_profile("Dorfladen")


def mails_to(address: str) -> list[Mail]:
    return list(Mail.objects.filter(to=address).order_by("pk"))


def path_in(mail: Mail) -> str:
    (link,) = links_in(mail)
    return link.removeprefix("http://testserver")


def write(client, profile, **changes):
    return client.post(f"/verzeichnis/{profile.pk}/nachricht/", {**LETTER, **changes})


def write_and_confirm(client, profile, **changes) -> None:
    write(client, profile, **changes)
    client.post(path_in(mails_to(changes.get("mail", GUEST))[-1]))


def words(answer) -> str:
    return answer.content.decode()


# A guest writes


def test_a_guests_letter_waits_for_the_button(client, profile):
    answer = write(client, profile)
    told = [mail.to for mail in Mail.objects.all()]
    link = path_in(mails_to(GUEST)[0])
    looked = [client.get(link).status_code for _ in range(3)]  # a program that checks mails follows links
    waiting = Message.objects.get().passed_on_at
    pressed = client.post(link)

    assert (answer.status_code, answer.url) == (302, f"/verzeichnis/{profile.pk}/")
    assert (told, looked, waiting) == ([GUEST], [200, 200, 200], None)
    assert pressed.status_code == 200
    assert Message.objects.get().passed_on_at is not None
    assert Guest.objects.get().is_confirmed
    assert [mail.to for mail in Mail.objects.all()] == [GUEST, RELAY]


def test_the_button_works_once(client, profile):
    write(client, profile)
    link = path_in(mails_to(GUEST)[0])
    client.post(link)

    again = [client.get(link).status_code, client.post(link).status_code]

    assert again == [410, 410]
    assert len(mails_to(RELAY)) == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "path", ["/nachrichten/bestaetigen/x/", "/nachrichten/antwort/x/", "/nachrichten/antwort/%00/"]
)
def test_links_that_nobody_was_sent_open_nothing(client, region, method, path):
    assert getattr(client, method)(path).status_code in {400, 410}


def test_a_link_to_confirm_is_over_after_two_days(client, profile, time_machine):
    write(client, profile)
    link = path_in(mails_to(GUEST)[0])
    time_machine.move_to(timezone.now() + timedelta(days=2, minutes=1))

    assert client.post(link).status_code == 410
    assert mails_to(RELAY) == []


def test_what_nobody_confirmed_vanishes_with_the_address(client, profile, silent, time_machine):
    write(client, profile)
    write_and_confirm(client, silent, mail="emil@gast.example")
    time_machine.move_to(timezone.now() + timedelta(days=2, minutes=1))

    counts = [drop_unconfirmed(), drop_unconfirmed()]

    assert counts == [1, 0]
    assert [(thread.subject, thread.messages.count()) for thread in Thread.objects.all()] == [("Schnuppern", 1)]
    assert [guest.mail for guest in Guest.objects.all()] == ["emil@gast.example"]


def test_until_then_not_even_the_subject_is_read(sign_in, profile, silent, alice, editor):
    browser = sign_in(None)
    write(browser, profile)
    write(browser, silent, form_token="b")
    threads = list(Thread.objects.order_by("pk"))

    assert list(threads_of(profile.region, alice)) == []
    assert [list(threads_for_editors(profile.region, editor)), my_side(profile.region, alice, threads[0].pk)] == [
        [],
        None,
    ]
    assert sign_in(alice).get(f"/nachrichten/{threads[0].pk}/").status_code == 404
    assert sign_in(editor).get(f"/nachrichten/{threads[1].pk}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mail", ""),
        ("mail", "dora"),
        ("mail", "dora@gast.example\nBcc: x@y.example"),
        ("name", ""),
        ("name", "\u200b"),
        ("subject", ""),
        ("body", ""),
        ("body", "\u2060"),
        ("body", "a" * 5001),
        ("subject", "a" * 151),
        ("name", "a" * 81),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, profile, field, value):
    answer = write(client, profile, **{field: value})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert Thread.objects.count() == 0
    if field != "body":
        assert "Wann kann ich kommen?" in words(answer)


def test_a_letter_sent_twice_goes_once(client, profile):
    for _ in range(2):
        write(client, profile)

    assert (Thread.objects.count(), len(mails_to(GUEST))) == (1, 1)


def test_more_than_twenty_letters_an_hour_are_too_many(client, profile):
    statuses = [write(client, profile, mail=f"{number}@gast.example").status_code for number in range(21)]

    assert statuses == [302] * 20 + [429]
    assert Thread.objects.count() == 20


def test_nobody_fills_somebody_elses_mailbox(profile):
    statuses = [write(Client(), profile, form_token=str(number)).status_code for number in range(6)]

    assert statuses == [302] * 5 + [429]
    assert len(mails_to(GUEST)) == 5


def test_who_is_signed_in_may_write_to_more_than_five(sign_in, profile, charlie):
    browser = sign_in(charlie)
    letter = {"subject": "Frage", "body": "Wann?"}
    page = f"/verzeichnis/{profile.pk}/nachricht/"

    statuses = [browser.post(page, {**letter, "form_token": str(number)}).status_code for number in range(8)]

    assert statuses == [302] * 8


# The two sides answer


def test_the_organisation_answers_by_its_link_and_the_guest_by_theirs(client, profile):
    write_and_confirm(client, profile)
    organisations = path_in(mails_to(RELAY)[0])

    page = client.get(organisations)
    answered = client.post(organisations, {"body": "Am Dienstag um 18 Uhr.", "form_token": "b"})
    guests = path_in(mails_to(GUEST)[-1])
    back = client.post(guests, {"body": "Danke, ich komme!", "form_token": "c"})

    assert "Wann kann ich kommen?" in words(page)
    assert (answered.status_code, answered.url) == (302, organisations)
    assert "Am Dienstag um 18 Uhr." in words(client.get(guests))
    assert back.url == guests
    assert [mail.subject for mail in mails_to(RELAY)] == ["Nachricht von Dora: Schnuppern"] * 2
    assert list(Message.objects.values_list("side__name", "body")) == [
        ("Dora", "Wann kann ich kommen?"), ("TSV Lindach 1921", "Am Dienstag um 18 Uhr."), ("Dora", "Danke, ich komme!"),
    ]  # fmt: skip


def test_a_link_may_be_used_again_until_it_is_over(client, profile, time_machine):
    write_and_confirm(client, profile)
    link, now = path_in(mails_to(RELAY)[0]), timezone.now()
    for number in range(3):
        client.post(link, {"body": f"Antwort {number}", "form_token": str(number)})
    found = []

    for days in (89, 91):
        time_machine.move_to(now + timedelta(days=days))
        found.append(client.get(link).status_code)

    assert Message.objects.count() == 4
    assert found == [200, 410]


def test_a_link_opens_its_own_thread_and_side_alone(client, profile, other_region):
    write_and_confirm(client, profile)
    write_and_confirm(
        client, profile, mail="emil@gast.example", name="Emil", subject="Anderes", body="Etwas anderes", form_token="b"
    )
    first = path_in(mails_to(RELAY)[0])

    assert "Etwas anderes" not in words(client.get(first))
    assert client.get(f"/auenstedt{first}").status_code == 410


def test_a_link_to_confirm_is_none_to_answer(client, profile):
    write(client, profile)
    token = path_in(mails_to(GUEST)[0]).split("/")[-2]

    assert client.get(f"/nachrichten/antwort/{token}/").status_code == 410


def test_members_of_the_organisation_answer_signed_in(sign_in, profile, alice, bob, charlie):
    write_and_confirm(sign_in(None), profile)
    page = f"/nachrichten/{Thread.objects.get().pk}/"

    answered = sign_in(bob).post(page, {"body": "Gern!", "form_token": "b"})

    message = Message.objects.latest("pk")
    assert answered.status_code == 302
    assert (message.side.name, message.author, message.author_name) == ("TSV Lindach 1921", bob, "Bob")
    assert sign_in(charlie).get(page).status_code == 404
    assert sign_in(None).get(page).url == f"/anmelden/?next={page}"


def test_who_wrote_for_an_organisation_and_left_gets_no_more_of_its_mail(
    sign_in, client, make_profile, tsv, alice, bob
):
    shop = make_profile("Dorfladen", relay_mail="laden@dorf.example")
    letter = {"acting_as": str(tsv.pk), "subject": "Brötchen", "body": "40 Stück?", "form_token": "a"}
    sign_in(bob).post(f"/verzeichnis/{shop.pk}/nachricht/", letter)
    Membership.objects.filter(user=bob).delete()
    client.logout()

    client.post(path_in(mails_to("laden@dorf.example")[0]), {"body": "Gern!", "form_token": "b"})

    assert (len(mails_to(bob.email)), len(mails_to(alice.email))) == (0, 1)


def test_a_member_who_has_left_reads_nothing_more(sign_in, profile, bob):
    write_and_confirm(sign_in(None), profile)
    Membership.objects.filter(user=bob).delete()

    assert sign_in(bob).get(f"/nachrichten/{Thread.objects.get().pk}/").status_code == 404


def test_a_signed_in_person_writes_without_confirming(sign_in, profile, charlie):
    answer = sign_in(charlie).post(
        f"/verzeichnis/{profile.pk}/nachricht/", {"subject": "Frage", "body": "Wann?", "form_token": "a"}
    )

    side = Side.objects.get(user=charlie)
    assert answer.status_code == 302
    assert (side.name, [mail.to for mail in Mail.objects.all()]) == ("Charlie", [RELAY])
    assert [thread.subject for thread in threads_of(profile.region, charlie)] == ["Frage"]


def test_the_answer_comes_to_the_person_by_mail_with_a_link_to_the_page(sign_in, client, profile, charlie):
    sign_in(charlie).post(
        f"/verzeichnis/{profile.pk}/nachricht/", {"subject": "Frage", "body": "Wann?", "form_token": "a"}
    )
    client.logout()
    client.post(path_in(mails_to(RELAY)[0]), {"body": "Dienstags.", "form_token": "b"})

    (mail,) = mails_to(charlie.email)

    assert path_in(mail) == f"/nachrichten/{Thread.objects.get().pk}/"
    assert "Dienstags." in mail.body


def test_somebody_writes_in_the_name_of_their_organisation(sign_in, make_profile, tsv, alice, bob):
    shop = make_profile("Dorfladen", relay_mail="laden@dorf.example")

    sign_in(alice).post(
        f"/verzeichnis/{shop.pk}/nachricht/",
        {"acting_as": str(tsv.pk), "subject": "Brötchen", "body": "40 Stück?", "form_token": "a"},
    )

    side = Side.objects.get(organisation=tsv)
    assert (side.name, side.user) == ("TSV Lindach", None)
    assert [thread.subject for thread in threads_of(shop.region, bob)] == ["Brötchen"]
    assert mails_to("laden@dorf.example")[0].subject == "Nachricht von TSV Lindach: Brötchen"


def test_the_answer_reaches_those_who_wrote_for_their_organisation(sign_in, client, make_profile, tsv, alice):
    shop = make_profile("Dorfladen", relay_mail="laden@dorf.example")
    letter = {"acting_as": str(tsv.pk), "subject": "Brötchen", "body": "40 Stück?", "form_token": "a"}
    sign_in(alice).post(f"/verzeichnis/{shop.pk}/nachricht/", letter)
    client.logout()

    answered = client.post(path_in(mails_to("laden@dorf.example")[0]), {"body": "Gern!", "form_token": "b"})

    assert answered.status_code == 302
    assert "Gern!" in mails_to(alice.email)[0].body


def test_nobody_writes_in_the_name_of_others(sign_in, profile, tsv, charlie):
    found_organisation("Chor", by=charlie)

    answer = sign_in(charlie).post(
        f"/verzeichnis/{profile.pk}/nachricht/",
        {"acting_as": str(tsv.pk), "subject": "x", "body": "y", "form_token": "a"},
    )

    assert list(answer.context["form"].errors) == ["acting_as"]


# Without an address


def test_the_editors_pass_on_what_nobody_would_receive(sign_in, silent, editor, admin, moderator, alice):
    write_and_confirm(sign_in(None), silent)
    told = sorted(mail.to.partition("@")[0] for mail in Mail.objects.exclude(to=GUEST))
    page = path_in(mails_to(editor.email)[0])

    looked = sign_in(editor).get(page)
    sign_in(editor).post(page, {"body": "Am Telefon: täglich ab 7 Uhr.", "form_token": "b"})

    message = Message.objects.latest("pk")
    assert told == ["admin", "editor"]
    assert "Dorfladen hat keine E-Mail-Adresse hinterlegt." in words(looked)
    assert (message.side.name, message.author) == ("Dorfladen", editor)
    assert len(mails_to(GUEST)) == 2
    assert [sign_in(person).get(page).status_code for person in (moderator, alice)] == [404, 404]


def test_an_address_that_an_editor_learns_takes_over(sign_in, silent, editor):
    write_and_confirm(sign_in(None), silent)
    thread = Thread.objects.get()

    answer = sign_in(editor).post(f"/nachrichten/{thread.pk}/adresse/", {"relay": "laden@dorf.example"})
    reply(Side.objects.exclude(guest=None).get(), body="Noch da?")

    assert answer.status_code == 302
    assert [mail.subject for mail in mails_to("laden@dorf.example")] == ["Nachricht von Dora: Schnuppern"]
    assert sign_in(editor).get(f"/nachrichten/{thread.pk}/").status_code == 404
    assert "laden@dorf.example" not in str(list(LogEntry.objects.values_list("old", "new", "reason")))


@pytest.mark.parametrize("relay", ["", "laden", "a b@c.example"])
def test_what_is_no_address_is_not_taken_over(sign_in, silent, editor, relay):
    write_and_confirm(sign_in(None), silent)

    answer = sign_in(editor).post(f"/nachrichten/{Thread.objects.get().pk}/adresse/", {"relay": relay})

    assert answer.url == f"/nachrichten/{Thread.objects.get().pk}/"
    assert Side.objects.filter(through_editors=True).count() == 1


@pytest.mark.parametrize("who", ["alice", "charlie", "moderator"])
def test_others_enter_no_address(request, sign_in, silent, who):
    write_and_confirm(sign_in(None), silent)

    answer = sign_in(request.getfixturevalue(who)).post(
        f"/nachrichten/{Thread.objects.get().pk}/adresse/", {"relay": "x@boese.example"}
    )

    assert answer.status_code == 404


def test_an_editor_does_not_read_what_arrives_by_itself(sign_in, profile, editor):
    write_and_confirm(sign_in(None), profile)

    assert sign_in(editor).get(f"/nachrichten/{Thread.objects.get().pk}/").status_code == 404


# Addresses


def test_no_page_and_no_mail_shows_an_address_to_the_other_side(sign_in, client, profile, bob):
    write_and_confirm(client, profile)
    organisations = path_in(mails_to(RELAY)[0])
    sign_in(bob).post(f"/nachrichten/{Thread.objects.get().pk}/", {"body": "Gern", "form_token": "b"})
    client.logout()
    guests = path_in(mails_to(GUEST)[-1])
    client.post(guests, {"body": "Danke", "form_token": "c"})

    to_organisation = [mail.subject + mail.body + mail.reply_to + str(mail.headers) for mail in mails_to(RELAY)]
    to_organisation += [
        words(client.get(organisations)),
        words(sign_in(bob).get(f"/nachrichten/{Thread.objects.get().pk}/")),
    ]
    to_guest = [mail.subject + mail.body + mail.reply_to + str(mail.headers) for mail in mails_to(GUEST)]
    to_guest += [words(sign_in(None).get(guests)), words(client.get(f"/verzeichnis/{profile.pk}/"))]

    assert [GUEST in text for text in to_organisation] == [False] * len(to_organisation)
    assert [RELAY in text or bob.email in text for text in to_guest] == [False] * len(to_guest)


def test_the_mail_as_it_goes_out_shows_no_address_either(client, profile):
    write_and_confirm(client, profile)
    send_due()

    (mail,) = [message for message in sent.outbox if message.to == [RELAY]]

    raw: EmailMessage = mail.message()
    assert raw["From"] == "Lindach <post@allmende.example>"
    assert raw["Reply-To"] == "rathaus@lindach.example"
    assert GUEST not in raw.as_string()


def test_mails_with_a_link_that_opens_without_an_account_are_marked(client, sign_in, profile, alice):
    write_and_confirm(client, profile)

    assert [mail.sensitive for mail in Mail.objects.all()] == [True, True]
    assert {len(token.digest) for token in Token.objects.all()} == {64}


@pytest.mark.parametrize("name", ["Dora\nBcc: alle", "Dora\r\n\r\n<b>", "=?utf-8?q?x?="])
def test_a_name_puts_nothing_into_the_heads_of_mails(client, profile, name):
    write_and_confirm(client, profile, name=name)
    send_due()

    heads = [message.message() for message in sent.outbox]

    assert [head["Bcc"] for head in heads] == [None, None]
    assert [len(head.get_all("Subject")) for head in heads] == [1, 1]


# When somebody is gone


def test_a_guest_stays_as_long_as_an_answer_is_possible(client, profile, time_machine):
    now = timezone.now()
    write_and_confirm(client, profile)
    link = path_in(mails_to(RELAY)[0])
    time_machine.move_to(now + timedelta(days=80))
    erase_expired_guests()

    client.post(link, {"body": "Verzeihung, erst jetzt.", "form_token": "b"})

    assert len(mails_to(GUEST)) == 2


def test_to_a_guest_who_is_gone_nothing_is_promised(client, profile, sign_in, alice):
    write_and_confirm(client, profile)
    Guest.objects.update(expires_at=timezone.now() - timedelta(days=1))
    erase_expired_guests()
    link = path_in(mails_to(RELAY)[0])

    looked, sent_anyway = client.get(link), client.post(link, {"body": "Gern!", "form_token": "b"})

    assert "Dora ist nicht mehr zu erreichen" in words(looked)
    assert (looked.status_code, sent_anyway.status_code, Message.objects.count()) == (200, 400, 1)


def test_what_a_person_wrote_outlives_the_account(sign_in, client, profile, charlie, alice):
    sign_in(charlie).post(
        f"/verzeichnis/{profile.pk}/nachricht/", {"subject": "Frage", "body": "Wann?", "form_token": "a"}
    )
    User.objects.filter(pk=charlie.pk).delete()

    page = sign_in(alice).get(f"/nachrichten/{Thread.objects.get().pk}/")

    assert "Charlie ist nicht mehr zu erreichen" in words(page)
    assert "Wann?" in words(page)


# Who can be written to


@pytest.mark.parametrize("status", ["draft", "waiting", "hidden", "archived"])
def test_only_a_published_organisation_is_written_to(sign_in, profile, alice, status):
    type(profile).objects.filter(pk=profile.pk).update(status=status, listed=False)

    assert [sign_in(person).get(f"/verzeichnis/{profile.pk}/nachricht/").status_code for person in (None, alice)] == [
        404,
        404,
    ]


def test_who_has_the_link_of_a_profile_can_write_as_well(client, profile):
    from allmende.entries import actions

    key = actions.edit(type(profile).objects.get(), {"visibility": "link"}, by=None).link_key
    page = words(client.get(f"/verzeichnis/{profile.pk}/?key={key}"))
    link = re.search(r'href="([^"]*/nachricht/[^"]*)"', page)[1]

    assert client.get(link).status_code == 200
    assert client.get(f"/verzeichnis/{profile.pk}/nachricht/").status_code == 404


def test_the_text_of_a_letter_survives_when_the_session_is_over(client, sign_in, profile, charlie):
    write_and_confirm(client, profile)
    thread = Thread.objects.get()
    sign_in(charlie)
    client.logout()
    client.post(f"/nachrichten/{thread.pk}/", {"body": "Mit Mühe geschrieben"})

    assert client.session["kept_forms"] == {f"/nachrichten/{thread.pk}/": "body=Mit+M%C3%BChe+geschrieben"}


def test_pages_of_letters_ask_as_little_for_three_as_for_one(client, profile):
    write_and_confirm(Client(), profile)
    link, counts = path_in(mails_to(RELAY)[0]), []

    for number in range(3):
        with CaptureQueriesContext(connection) as captured:
            client.get(link)
        counts.append(len(captured))
        Client().post(link, {"body": f"Antwort {number}", "form_token": str(number)})

    assert counts == [7, 7, 7]
