from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.accounts.actions import claim_guests
from allmende.accounts.models import Membership
from allmende.core.tokens import issue
from allmende.correspondence.actions import answer, write_to_organisation
from allmende.correspondence.queries import other_side
from allmende.entries.actions import return_to_author, wait_for_check
from allmende.entries.models import Entry
from allmende.moderation.actions import confirm_barrier, decide, flag, report_barrier

MINE = 21


def test_a_guest_is_led_to_the_sign_in(client, region):
    reply = client.get("/konto/")

    assert (reply.status_code, reply.url) == (302, "/anmelden/?next=/konto/")


def test_my_organisations_stand_with_role_and_profile(sign_in, alice, tsv, make_profile):
    profile = make_profile("TSV Lindach", organisation=tsv)

    row = sign_in(alice).get("/konto/").context["organisations"][0]

    assert (row.organisation, row.role, row.profile.pk, row.may_manage) == (
        tsv,
        Membership.Role.OWNER.label,
        profile.pk,
        True,
    )


def test_an_organisation_without_profile_is_asked_to_introduce_itself(sign_in, alice, tsv):
    context = sign_in(alice).get("/konto/").context

    assert [row.organisation for row in context["without_profile"]] == [tsv]


def test_my_entries_stand_last_change_first_and_strangers_do_not(sign_in, alice, charlie, make_event, tsv):
    make_event("Meins", organisation=tsv)
    make_event("Entwurf", by=alice, public=False)
    make_event("Fremdes", by=charlie, public=False)

    rows = sign_in(alice).get("/konto/").context["entries"]

    assert [(row["title"], str(row["status"])) for row in rows] == [("Entwurf", "Entwurf"), ("Meins", "Veröffentlicht")]


def test_a_returned_draft_stands_with_the_editors_words(sign_in, alice, editor, make_event):
    draft = make_event("Fest", by=alice, public=False)
    wait_for_check(draft)
    return_to_author(draft, by=editor, note="Bitte nennen Sie den Ort.")

    row = sign_in(alice).get("/konto/").context["entries"][0]

    assert (row["note"], row["step"]) == ("Bitte nennen Sie den Ort.", f"/veranstaltungen/{draft.pk}/vorschau/")


def test_my_threads_tell_what_is_new(sign_in, region, alice, charlie, tsv):
    message = write_to_organisation(
        tsv, region=region, relay="tsv@lindach.example", name="TSV", subject="Training?", body="Wann?", by=charlie
    )

    assert [(row.thread.subject, row.unread) for row in sign_in(alice).get("/konto/").context["threads"]] == [
        ("Training?", True)
    ]
    assert [(row.other.name, row.unread) for row in sign_in(charlie).get("/konto/").context["threads"]] == [
        ("TSV", False)
    ]

    answer(other_side(message.side), body="Montags.", by=alice)

    assert sign_in(charlie).get("/konto/").context["unread"] == 1


def test_further_entries_come_on_the_next_page(sign_in, alice, make_event):
    for number in range(13):
        event = make_event(f"Fest {number}", by=alice, public=False)
        Entry.objects.filter(pk=event.pk).update(updated_at=timezone.now() - timedelta(days=number))
    browser = sign_in(alice)

    first = browser.get("/konto/")
    second = browser.get(first.context["next_url"].partition("#")[0])

    assert [row["title"] for row in second.context["entries"]] == ["Fest 12"]
    assert second.context["next_url"] == ""


def test_an_unreadable_key_begins_at_the_beginning(sign_in, alice, make_event):
    make_event("Fest", by=alice, public=False)

    assert len(sign_in(alice).get("/konto/?next=--").context["entries"]) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_mein_bereich_costs_the_same_for_1_and_3_rows(
    sign_in, region, alice, charlie, tsv, make_profile, make_event, django_assert_num_queries, number
):
    make_profile("TSV", organisation=tsv)
    for one in range(number):
        make_event(f"Fest {one}", organisation=tsv)
        write_to_organisation(tsv, region=region, relay="", name="TSV", subject=f"Frage {one}", body="?", by=charlie)
    browser = sign_in(alice)

    with django_assert_num_queries(MINE):
        browser.get("/konto/")


def test_staff_hear_that_something_waits_at_the_desk(sign_in, editor, charlie, make_event):
    assert not sign_in(editor).get("/konto/").context["waiting"]

    wait_for_check(make_event("Fest", by=charlie, public=False))

    assert sign_in(editor).get("/konto/").context["waiting"].entries == 1


def test_older_messages_stand_on_a_page_of_their_own(sign_in, region, charlie, tsv):
    for number in range(21):
        message = write_to_organisation(
            tsv, region=region, relay="", name="TSV", subject=f"Frage {number:02}", body="?", by=charlie
        )
        then = timezone.now() - timedelta(days=number)
        type(message.thread).objects.filter(pk=message.thread_id).update(updated_at=then)
    browser = sign_in(charlie)

    mine, first = browser.get("/konto/"), browser.get("/konto/nachrichten/")
    second = browser.get(first.context["next_url"])

    assert (len(mine.context["threads"]), mine.context["more_threads"]) == (6, True)
    assert [row.thread.subject for row in second.context["threads"]] == ["Frage 20"]


def test_a_stranger_sees_no_messages(sign_in, region, alice, charlie, tsv):
    write_to_organisation(tsv, region=region, relay="", name="TSV", subject="Frage", body="?", by=alice)

    assert sign_in(charlie).get("/konto/nachrichten/").context["threads"] == []


def test_what_i_reported_stands_with_its_answer_even_if_i_wrote_as_a_guest(
    sign_in, region, charlie, alice, moderator, make_event
):
    event = make_event("Flohmarkt")
    flagged = flag(event, reason="wrong", text="Fällt aus.", by=charlie)
    report = report_barrier(region, text="Zu wenig Kontrast.", mail=charlie.email)
    confirm_barrier(issue("barrier", str(report.pk), lifetime=timedelta(days=1)))
    claim_guests(charlie)
    decide(flagged, outcome="dismissed", decision="Er findet statt.", by=moderator)

    reports = sign_in(charlie).get("/konto/").context["reports"]

    assert [(one.title, one.text, one.answer, one.is_open) for one in reports] == [
        ("", "Zu wenig Kontrast.", "", True),
        ("Flohmarkt", "Fällt aus.", "Er findet statt.", False),
    ]
    assert sign_in(alice).get("/konto/").context["reports"] == []
