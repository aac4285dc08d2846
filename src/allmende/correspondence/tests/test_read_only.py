"""Where people only read, no letter goes out, whichever way it comes."""

import pytest

from allmende.core.models import Mail, Token
from allmende.correspondence.models import Message, Side, Thread
from allmende.correspondence.tests.test_letters import RELAY, mails_to, path_in, words, write, write_and_confirm

pytestmark = pytest.mark.django_db

SAID = "nur noch zum Lesen da"


@pytest.fixture
def profile(make_profile, tsv):
    return make_profile("TSV Lindach 1921", organisation=tsv, relay_mail=RELAY)


def close(region) -> int:
    """Returns how many mails went out before."""
    region.stage = "read_only"
    region.save()
    return Mail.objects.count()


@pytest.mark.parametrize("who", [None, "charlie", "editor", "admin"])
def test_a_new_letter_is_refused_with_words(request, sign_in, region, profile, who):
    browser, before = sign_in(who and request.getfixturevalue(who)), close(region)
    page = f"/verzeichnis/{profile.pk}/nachricht/"

    answers = [browser.get(page), write(browser, profile)]

    assert [(answer.status_code, SAID in words(answer)) for answer in answers] == [(403, True), (403, True)]
    assert (Thread.objects.count(), Mail.objects.count()) == (0, before)
    assert page not in words(browser.get(f"/verzeichnis/{profile.pk}/"))


def test_a_guests_letter_that_waits_does_not_go_out_any_more(client, region, profile):
    write(client, profile)
    link, before = path_in(Mail.objects.get()), close(region)

    answers = [client.get(link), client.post(link)]

    assert [(answer.status_code, SAID in words(answer)) for answer in answers] == [(403, True), (403, True)]
    assert (Message.objects.get().passed_on_at, Mail.objects.count()) == (None, before)
    assert Token.objects.get().used_at is None


def test_nobody_answers_by_a_mailed_link(client, region, profile):
    write_and_confirm(client, profile)
    link, before = path_in(mails_to(RELAY)[0]), close(region)

    read, sent = client.get(link), client.post(link, {"body": "Gern!", "form_token": "b"})

    assert [(answer.status_code, SAID in words(answer)) for answer in (read, sent)] == [(200, True), (400, True)]
    assert (Message.objects.count(), Mail.objects.count()) == (1, before)
    assert "Wann kann ich kommen?" in words(read)
    assert 'name="body"' not in words(read)


def test_members_do_not_answer_but_the_administration_may(sign_in, region, make_profile, bob, tsv, admin, profile):
    write_and_confirm(sign_in(None), profile)
    write_and_confirm(sign_in(None), make_profile("Dorfladen"), form_token="b")
    theirs, ours = (f"/nachrichten/{thread.pk}/" for thread in Thread.objects.order_by("pk"))
    close(region)

    refused = sign_in(bob).post(theirs, {"body": "Gern!", "form_token": "c"})
    answered = sign_in(admin).post(ours, {"body": "Der Laden ist zu.", "form_token": "d"})

    assert [refused.status_code, SAID in words(refused), answered.status_code] == [400, True, 302]
    assert Message.objects.latest("pk").body == "Der Laden ist zu."


def test_an_editor_adds_no_address(sign_in, region, make_profile, editor):
    write_and_confirm(sign_in(None), make_profile("Dorfladen"))
    page = f"/nachrichten/{Thread.objects.get().pk}/"
    close(region)

    answer = sign_in(editor).post(f"{page}adresse/", {"relay": "laden@dorf.example"}, follow=True)

    assert SAID in words(answer)
    assert Side.objects.filter(relay="laden@dorf.example").count() == 0
