"""Somebody cannot use a page and says so; the town answers in time, or whoever runs it hears of it."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from allmende.accounts.actions import erase_expired_guests
from allmende.accounts.models import Guest
from allmende.accounts.tests.letters import links_in
from allmende.core.models import LogEntry, Mail
from allmende.moderation.actions import answer_barrier, drop_unconfirmed, remind_of_barriers, report_barrier
from allmende.moderation.models import BarrierReport
from allmende.moderation.queries import answered_barriers, barrier_for, open_barriers
from allmende.portal.queries import waiting_numbers

pytestmark = pytest.mark.django_db

State = BarrierReport.State
PAGE = "/barriere-melden/"
SAID = {"page": "/suche/", "text": "Das Feld hat keinen Namen.", "form_token": "a"}
GUEST = SAID | {"mail": "dora@gast.example", "name": "Dora"}


def told() -> list[tuple[str, str]]:
    return sorted((mail.to.partition("@")[0], mail.subject.partition(":")[0]) for mail in Mail.objects.all())


def confirm_link() -> str:
    (link,) = links_in(Mail.objects.get(subject__startswith="Bitte bestätigen"))
    return link.removeprefix("http://testserver")


@pytest.fixture
def open_report(region, charlie):
    new = report_barrier(region, text="Das Feld hat keinen Namen.", page="/suche/", by=charlie)
    Mail.objects.all().delete()
    return new


# It comes in


def test_the_foot_of_each_page_brings_its_path(client, region):
    foot = re.search(r'href="(/barriere-melden/[^"]*)"', client.get("/suche/?q=chor").content.decode())[1]

    page = client.get(foot).content.decode()

    assert foot == "/barriere-melden/?seite=/suche/"
    assert re.search(r'<input[^>]*name="page"[^>]*value="([^"]*)"', page)[1] == "/suche/"


def test_a_path_that_is_a_key_is_not_carried_on(client, region):
    page = client.get("/nachrichten/antwort/geheim/").content.decode()

    assert re.findall(r'href="(/barriere-melden/[^"]*)"', page) == ["/barriere-melden/"]


def test_a_guests_report_waits_for_the_button(client, region, editor, admin, moderator):
    answer = client.post(PAGE, GUEST)
    waiting, link = told(), confirm_link()
    before = BarrierReport.objects.get().state, open_barriers(region, editor).count()
    looked, pressed, again = client.get(link), client.post(link), client.post(link)

    assert (answer.status_code, answer.url) == (302, "/suche/")
    assert (waiting, before) == ([("dora", "Bitte bestätigen")], (State.UNCONFIRMED, 0))
    assert (looked.status_code, pressed.status_code, again.status_code) == (200, 200, 410)
    assert BarrierReport.objects.get().state == State.OPEN
    assert told() == [
        ("admin", "Gemeldet"),
        ("dora", "Bitte bestätigen"),
        ("dora", "Eingegangen"),
        ("editor", "Gemeldet"),
    ]


def test_who_is_signed_in_is_asked_for_no_address(sign_in, region, charlie, editor):
    answer = sign_in(charlie).post(PAGE, SAID)

    found = BarrierReport.objects.get()
    assert (answer.status_code, found.state, found.user, found.guest) == (302, State.OPEN, charlie, None)
    assert told() == [("charlie", "Eingegangen"), ("editor", "Gemeldet")]


def test_without_a_text_or_an_address_nothing_is_stored(client, region):
    answers = [client.post(PAGE, GUEST | {field: ""}).status_code for field in ("text", "mail")]

    assert (answers, BarrierReport.objects.count(), Mail.objects.count()) == ([400, 400], 0, 0)


def test_nobody_fills_somebody_elses_mailbox(client, region):
    answers = [client.post(PAGE, GUEST | {"form_token": str(number)}).status_code for number in range(6)]

    assert answers == [302, 302, 302, 302, 302, 429]


def test_what_nobody_confirmed_vanishes_with_the_address(client, region, time_machine):
    client.post(PAGE, GUEST)
    link = confirm_link()
    time_machine.move_to(timezone.now() + timedelta(days=2, minutes=1))

    assert client.post(link).status_code == 410
    assert [drop_unconfirmed(), drop_unconfirmed()] == [1, 0]
    assert (BarrierReport.objects.count(), Guest.objects.count()) == (0, 0)


@pytest.mark.parametrize("page", ["https://boese.example/", "//boese.example/", "/\\boese.example", "javascript:x", ""])
def test_only_a_path_of_ours_becomes_a_link(client, region, page):
    answer = client.post(PAGE, GUEST | {"page": page})

    assert (answer.url, BarrierReport.objects.get().link) == ("/", "")


def test_with_nobody_in_charge_the_platform_hears_of_it(region, platform, charlie):
    report_barrier(region, text="Zu klein.", by=charlie)

    assert told() == [("charlie", "Eingegangen"), ("platform", "Gemeldet")]


# It is answered


def test_the_answer_goes_to_whoever_reported(sign_in, open_report, editor):
    Mail.objects.all().delete()

    answer = sign_in(editor).post(
        f"/amt/barrieren/{open_report.pk}/", {"answer": "Das Feld heißt jetzt „Suche“.", "form_token": "a"}
    )

    found = BarrierReport.objects.get()
    assert (answer.status_code, answer.url) == (302, "/amt/barrieren/")
    assert (found.state, found.answered_by) == (State.ANSWERED, editor)
    assert (told(), "Das Feld heißt jetzt „Suche“." in Mail.objects.get().body) == ([("charlie", "Antwort")], True)
    assert LogEntry.objects.filter(verb="barrier answered").count() == 1


def test_it_is_answered_once_and_in_words(open_report, editor, admin):
    with pytest.raises(ValidationError) as empty:
        answer_barrier(open_report, answer=" ", by=editor)
    answer_barrier(open_report, answer="Behoben.", by=editor)
    with pytest.raises(ValidationError) as again:
        answer_barrier(open_report, answer="Anders.", by=admin)

    assert (empty.value.code, again.value.code) == ("answer", "answered")
    assert BarrierReport.objects.get().answer == "Behoben."


def test_only_those_in_charge_of_the_region_read_it(open_report, region, other_region, charlie, moderator, editor):
    assert [barrier_for(region, person, open_report.pk) for person in (charlie, moderator)] == [None, None]
    assert (barrier_for(region, editor, open_report.pk), barrier_for(other_region, editor, open_report.pk)) == (
        open_report,
        None,
    )
    with pytest.raises(PermissionDenied):
        answer_barrier(open_report, answer="Ich war es.", by=moderator)


def test_an_erased_guest_stands_as_guest_and_gets_no_mail(client, sign_in, region, editor):
    client.post(PAGE, GUEST)
    client.post(confirm_link())
    Guest.objects.update(expires_at=timezone.now())
    erase_expired_guests()
    Mail.objects.all().delete()

    page = sign_in(editor).get(f"/amt/barrieren/{BarrierReport.objects.get().pk}/").content.decode()
    answer_barrier(BarrierReport.objects.get(), answer="Behoben.", by=editor)

    assert ('<h2 class="panel__title">Gast</h2>' in page, "Dora" in page) == (True, False)
    assert (BarrierReport.objects.get().state, Mail.objects.count()) == (State.ANSWERED, 0)


# In time


def test_the_desk_counts_what_is_open_and_what_is_overdue(open_report, region, editor, moderator):
    BarrierReport.objects.update(due_at=timezone.now() - timedelta(minutes=1))

    found, of_others = waiting_numbers(region, editor), waiting_numbers(region, moderator)

    assert (found.barriers, found.barriers_overdue, bool(found)) == (1, 1, True)
    assert (of_others.barriers, of_others.barriers_overdue) == (0, 0)


def test_the_admins_are_reminded_every_night_until_it_is_answered(open_report, region, editor, admin, time_machine):
    now = timezone.now()
    in_time = remind_of_barriers()
    time_machine.move_to(now + timedelta(days=14, minutes=1))
    late = remind_of_barriers()
    reminded = told()
    answer_barrier(open_report, answer="Behoben.", by=editor)

    assert (in_time, late, remind_of_barriers()) == (0, 1, 0)
    assert reminded == [("admin", "Überfällig")]
    assert (open_barriers(region, editor).count(), answered_barriers(region, editor).count()) == (0, 1)
