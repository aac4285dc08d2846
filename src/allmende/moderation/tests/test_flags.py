"""Somebody says that an entry should not be there; it is decided with a reason, and both sides are told."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allmende.accounts.models import Guest
from allmende.accounts.tests.letters import links_in
from allmende.core.models import LogEntry, Mail
from allmende.entries.models import Entry, Status
from allmende.moderation.actions import decide, drop_unconfirmed, flag
from allmende.moderation.models import Flag
from allmende.moderation.queries import decided_flags, flag_for, open_flags

pytestmark = pytest.mark.django_db

State = Flag.State
GUEST = "dora@gast.example"
REPORT = {"reason": "wrong", "text": "Den Verein gibt es nicht mehr.", "mail": GUEST, "name": "Dora", "form_token": "a"}


@pytest.fixture
def profile(make_profile, tsv):
    return make_profile("TSV Lindach 1921", organisation=tsv, relay_mail="vorstand@tsv.example")


def told() -> list[tuple[str, str]]:
    return sorted((mail.to.partition("@")[0], mail.subject.partition(":")[0]) for mail in Mail.objects.all())


def confirm_link() -> str:
    (link,) = links_in(Mail.objects.get(subject__startswith="Bitte bestätigen"))
    return link.removeprefix("http://testserver")


@pytest.fixture
def open_flag(profile, charlie):
    new = flag(
        Entry.objects.select_related("region").get(pk=profile.pk), reason="wrong", text="Stimmt nicht.", by=charlie
    )
    Mail.objects.all().delete()
    return new


# It comes in


def test_a_guests_flag_waits_for_the_button(client, profile, moderator, editor):
    answer = client.post(f"/melden/{profile.pk}/", REPORT)
    waiting, link = told(), confirm_link()
    looked = [client.get(link).status_code for _ in range(3)]
    before = Flag.objects.get().state
    pressed = client.post(link)

    assert (answer.status_code, answer.url) == (302, f"/verzeichnis/{profile.pk}/")
    assert (waiting, looked, before) == ([("dora", "Bitte bestätigen")], [200, 200, 200], State.UNCONFIRMED)
    assert (pressed.status_code, Flag.objects.get().state) == (200, State.OPEN)
    assert told() == [
        ("dora", "Bitte bestätigen"),
        ("dora", "Eingegangen"),
        ("editor", "Gemeldet"),
        ("moderator", "Gemeldet"),
    ]


def test_the_button_works_once(client, profile, moderator):
    client.post(f"/melden/{profile.pk}/", REPORT)
    link = confirm_link()
    client.post(link)

    assert [client.get(link).status_code, client.post(link).status_code] == [410, 410]
    assert [client.get("/melden/bestaetigen/x/").status_code, client.post("/melden/bestaetigen/x/").status_code] == [
        410,
        410,
    ]


def test_the_time_of_the_team_begins_with_the_button(client, profile, time_machine):
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    client.post(f"/melden/{profile.pk}/", REPORT)
    time_machine.move_to(now + timedelta(days=1), tick=False)

    client.post(confirm_link())

    assert Flag.objects.get().due_at == now + timedelta(days=4)


def test_a_signed_in_person_needs_no_button(sign_in, profile, charlie, moderator):
    answer = sign_in(charlie).post(
        f"/melden/{profile.pk}/", {"reason": "private", "text": "Zeigt mein Haus.", "form_token": "a"}
    )

    new = Flag.objects.get()
    assert (answer.status_code, new.state, new.user, new.guest) == (302, State.OPEN, charlie, None)
    assert told() == [("charlie", "Eingegangen"), ("moderator", "Gemeldet")]


def test_without_a_team_the_admins_are_told(sign_in, profile, charlie, admin):
    sign_in(charlie).post(
        f"/melden/{profile.pk}/", {"reason": "private", "text": "Zeigt mein Haus.", "form_token": "a"}
    )

    assert ("admin", "Gemeldet") in told()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", ""),
        ("reason", "xyz"),
        ("text", ""),
        ("text", "\u200b"),
        ("text", "a" * 2001),
        ("mail", ""),
        ("mail", "dora"),
        ("name", "a" * 81),
    ],
)
def test_what_is_missing_is_said_in_place(client, profile, field, value):
    answer = client.post(f"/melden/{profile.pk}/", {**REPORT, field: value})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert Flag.objects.count() == 0


def test_a_flag_sent_twice_comes_in_once(client, profile):
    for _ in range(2):
        client.post(f"/melden/{profile.pk}/", REPORT)

    assert Flag.objects.count() == 1


def test_more_than_ten_flags_an_hour_are_too_many(client, profile):
    statuses = [
        client.post(f"/melden/{profile.pk}/", {**REPORT, "mail": f"{number}@gast.example"}).status_code
        for number in range(11)
    ]

    assert statuses == [302] * 10 + [429]


@pytest.mark.parametrize("status", ["draft", "waiting", "hidden", "archived"])
def test_only_what_is_published_can_be_flagged(sign_in, profile, alice, editor, status):
    Entry.objects.filter(pk=profile.pk).update(status=status, listed=False)

    assert [sign_in(person).get(f"/melden/{profile.pk}/").status_code for person in (None, alice, editor)] == [404] * 3


def test_an_entry_of_another_region_cannot_be_flagged_here(client, other_region, profile):
    assert client.post(f"/auenstedt/melden/{profile.pk}/", REPORT).status_code == 404


def test_what_nobody_confirmed_vanishes_with_the_address(client, profile, time_machine):
    client.post(f"/melden/{profile.pk}/", REPORT)
    link = confirm_link()
    time_machine.move_to(timezone.now() + timedelta(days=2, minutes=1))

    assert client.post(link).status_code == 410
    assert [drop_unconfirmed(), drop_unconfirmed()] == [1, 0]
    assert (Flag.objects.count(), Guest.objects.count()) == (0, 0)


def test_what_was_confirmed_stays(client, profile, time_machine):
    client.post(f"/melden/{profile.pk}/", REPORT)
    client.post(confirm_link())
    time_machine.move_to(timezone.now() + timedelta(days=9))

    assert drop_unconfirmed() == 0
    assert Guest.objects.count() == 1


# It is decided


@pytest.mark.parametrize(
    ("outcome", "status", "mails"),
    [
        (State.UPHELD, Status.HIDDEN, [("alice", "Verborgen"), ("charlie", "Entschieden")]),
        (State.MENDED, Status.PUBLIC, [("alice", "Zu Ihrem Eintrag"), ("charlie", "Entschieden")]),
        (State.DISMISSED, Status.PUBLIC, [("alice", "Zu Ihrem Eintrag"), ("charlie", "Entschieden")]),
    ],
)
def test_a_decision_and_its_reason_reach_both_sides(sign_in, open_flag, moderator, outcome, status, mails):
    page = f"/amt/meldungen/{open_flag.pk}/"

    answer = sign_in(moderator).post(
        page, {"outcome": outcome, "decision": "Wir haben nachgesehen.", "form_token": "a"}
    )

    found = Flag.objects.get()
    assert (answer.status_code, answer.url) == (302, "/amt/meldungen/")
    assert (found.state, found.decided_by, Entry.objects.get().status, Entry.objects.get().listed) == (
        outcome,
        moderator,
        status,
        status == "public",
    )
    assert told() == mails
    assert ["Wir haben nachgesehen." in mail.body for mail in Mail.objects.all()] == [True, True]


def test_a_guest_is_told_as_well_and_stays_unknown_to_the_author(client, profile, moderator, alice):
    client.post(f"/melden/{profile.pk}/", REPORT)
    client.post(confirm_link())
    Mail.objects.all().delete()

    decide(
        flag_for(profile.region, moderator, Flag.objects.get().pk),
        outcome=State.MENDED,
        decision="Berichtigt.",
        by=moderator,
    )

    assert told() == [("alice", "Zu Ihrem Eintrag"), ("dora", "Entschieden")]
    body = Mail.objects.get(to=alice.email).body
    assert ("Dora" in body, GUEST in body) == (False, False)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"decision": ""}, "decision"),
        ({"decision": " \u200b"}, "decision"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "open"}, "outcome"),
        ({"decision": "a" * 2001}, "decision"),
    ],
)
def test_a_decision_owes_an_outcome_and_a_reason(sign_in, open_flag, moderator, values, field):
    answer = sign_in(moderator).post(
        f"/amt/meldungen/{open_flag.pk}/", {"outcome": "upheld", "decision": "Weil.", "form_token": "a", **values}
    )

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert (Flag.objects.get().state, told()) == (State.OPEN, [])


def test_the_second_to_decide_is_told_so(sign_in, open_flag, moderator, editor):
    decide(flag_for(open_flag.region, editor, open_flag.pk), outcome=State.DISMISSED, decision="Bleibt.", by=editor)
    Mail.objects.all().delete()

    answer = sign_in(moderator).post(
        f"/amt/meldungen/{open_flag.pk}/", {"outcome": "upheld", "decision": "Weg.", "form_token": "a"}
    )

    assert answer.status_code == 400
    assert "Jemand anderes hat diese Meldung schon entschieden." in answer.content.decode()
    assert (Entry.objects.get().status, told()) == (Status.PUBLIC, [])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_counts(open_flag, moderator, editor):
    start, refused = Barrier(2), []

    def run(person, outcome) -> None:
        found = flag_for(open_flag.region, person, open_flag.pk)
        start.wait()
        try:
            decide(found, outcome=outcome, decision="Grund", by=person)
        except ValidationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in ((moderator, State.UPHELD), (editor, State.DISMISSED))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["decided"]
    assert (Flag.objects.get().state == State.UPHELD) == (Entry.objects.get().status == Status.HIDDEN)
    assert len(told()) == 2


def test_upholding_what_is_hidden_already_still_tells_the_author(open_flag, moderator, profile):
    Entry.objects.filter(pk=profile.pk).update(status=Status.HIDDEN, listed=False)

    decide(
        flag_for(open_flag.region, moderator, open_flag.pk), outcome=State.UPHELD, decision="Zu Recht.", by=moderator
    )

    assert told() == [("alice", "Zu Ihrem Eintrag"), ("charlie", "Entschieden")]


def test_a_flag_that_nobody_confirmed_cannot_be_decided(client, profile, moderator):
    client.post(f"/melden/{profile.pk}/", REPORT)

    with pytest.raises(ValidationError):
        decide(
            flag_for(profile.region, moderator, Flag.objects.get().pk), outcome=State.UPHELD, decision="x", by=moderator
        )


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("guest", 302),
        ("charlie", 404),
        ("alice", 404),
        ("moderator", 200),
        ("editor", 200),
        ("admin", 200),
        ("platform", 200),
    ],
)
def test_who_sees_the_queue(request, sign_in, open_flag, who, status):
    browser = sign_in(None if who == "guest" else request.getfixturevalue(who))

    assert [browser.get(page).status_code for page in ("/amt/meldungen/", f"/amt/meldungen/{open_flag.pk}/")] == [
        status
    ] * 2


def test_a_moderator_of_one_region_sees_nothing_of_another(sign_in, open_flag, other_region, moderator):
    assert [
        sign_in(moderator).get(f"/auenstedt/amt/meldungen/{tail}").status_code for tail in ("", f"{open_flag.pk}/")
    ] == [404, 404]


def test_strangers_decide_nothing(open_flag, charlie, alice):
    for person in (charlie, alice):
        assert flag_for(open_flag.region, person, open_flag.pk) is None
        with pytest.raises(PermissionDenied):
            decide(open_flag, outcome=State.UPHELD, decision="x", by=person)


def test_the_most_urgent_stands_first_and_what_is_overdue_says_so(sign_in, profile, charlie, moderator, time_machine):
    entry, now = Entry.objects.select_related("region").get(pk=profile.pk), timezone.now()
    for number, days in enumerate((-1, -5, -2)):
        time_machine.move_to(now + timedelta(days=days))
        flag(entry, reason="wrong", text=f"Meldung {number}", by=charlie)
    time_machine.move_to(now)

    page = sign_in(moderator).get("/amt/meldungen/").content.decode()

    assert [found.text for found in open_flags(entry.region, moderator)] == ["Meldung 1", "Meldung 2", "Meldung 0"]
    assert page.count("überfällig") == 1


def test_decisions_of_the_last_three_months_are_kept_in_sight(sign_in, open_flag, moderator, time_machine):
    decide(
        flag_for(open_flag.region, moderator, open_flag.pk),
        outcome=State.DISMISSED,
        decision="Bleibt so.",
        by=moderator,
    )
    soon = sign_in(moderator).get("/amt/meldungen/").content.decode()
    time_machine.move_to(timezone.now() + timedelta(days=91))

    assert "Bleibt so." in soon
    assert list(decided_flags(open_flag.region, moderator)) == []


def test_the_queue_asks_as_little_for_three_as_for_one(sign_in, profile, charlie, moderator):
    from django.test.utils import CaptureQueriesContext

    entry, browser, counts = Entry.objects.select_related("region").get(pk=profile.pk), sign_in(moderator), []

    for number in range(3):
        flag(entry, reason="wrong", text=f"Meldung {number}", by=charlie)
        with CaptureQueriesContext(connection) as captured:
            browser.get("/amt/meldungen/")
        counts.append(len(captured))

    assert len(set(counts)) == 1


def test_the_log_tells_who_decided_and_why(open_flag, moderator):
    decide(
        flag_for(open_flag.region, moderator, open_flag.pk),
        outcome=State.DISMISSED,
        decision="Bleibt so.",
        by=moderator,
    )

    row = LogEntry.objects.latest("pk")

    assert (row.verb, row.reason, row.actor_id) == ("flag dismissed", "Bleibt so.", str(moderator.pk))


def test_the_database_refuses_a_decision_without_a_reason(open_flag):
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=open_flag.pk).update(state=State.UPHELD, decided_at=timezone.now())


def test_no_page_shows_the_address_of_who_flagged(client, sign_in, profile, moderator):
    client.post(f"/melden/{profile.pk}/", REPORT)
    client.post(confirm_link())
    number = Flag.objects.get().pk

    pages = [
        sign_in(moderator).get(page).content.decode()
        for page in ("/amt/meldungen/", f"/amt/meldungen/{number}/", f"/verzeichnis/{profile.pk}/")
    ]

    assert [GUEST in page for page in pages] == [False] * 3


def test_the_reason_survives_when_the_session_is_over(client, open_flag):
    client.post(f"/amt/meldungen/{open_flag.pk}/", {"outcome": "upheld", "decision": "Mit Mühe begründet"})

    assert client.session["kept_forms"] == {
        f"/amt/meldungen/{open_flag.pk}/": "outcome=upheld&decision=Mit+M%C3%BChe+begr%C3%BCndet"
    }
