"""What somebody wrote as a guest becomes their account's, within seven days and for the same mailbox alone."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from allmende.accounts.actions import claim_guests, confirm_guest, erase_expired_guests
from allmende.accounts.models import Guest
from allmende.accounts.queries import number_to_claim, written_by
from allmende.core.models import LogEntry
from allmende.correspondence.actions import write_to_organisation
from allmende.correspondence.models import Side
from allmende.moderation.actions import flag, report_barrier
from allmende.moderation.models import BarrierReport, Flag

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(region, tsv, make_profile, charlie, alice):
    """A letter, a flag and a barrier report of a guest at charlie's address, all confirmed."""
    profile = make_profile("TSV Lindach 1921", organisation=tsv)
    for person in (charlie, alice):
        EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True})
    letter = write_to_organisation(
        tsv, region=region, relay="vorstand@tsv.example", name="TSV", subject="Frage", body="Wann?",
        guest_mail=charlie.email, guest_name="Karl",
    )  # fmt: skip
    rows = [
        letter.side,
        flag(profile, reason="wrong", text="Falsch.", mail=charlie.email, name="Karl"),
        report_barrier(region, text="Zu klein.", mail=charlie.email, name="Karl"),
    ]
    for row in rows:
        confirm_guest(row.guest)
    return rows


def authors() -> list[tuple[object, object]]:
    rows = [Side.objects.exclude(name="TSV").get(), Flag.objects.get(), BarrierReport.objects.get()]
    return [(row.user, row.guest_id) for row in rows]


def test_mein_bereich_offers_it_and_one_button_takes_it_over(sign_in, written, charlie):
    browser = sign_in(charlie)
    offered = browser.get("/konto/").content.decode()
    answer = browser.post("/konto/uebernehmen/", {"form_token": "a"})
    after = browser.get("/konto/").content.decode()

    assert "gibt es 3 Beiträge ohne Konto" in offered
    assert (answer.status_code, answer.url, "Übernommen: 3 Beiträge" in after) == (302, "/konto/", True)
    assert ("ohne Konto. Möchten Sie" in after, "Frage" in after) == (False, True)
    assert authors() == [(charlie, None)] * 3
    assert set(Guest.objects.values_list("mail", "name")) == {("", "")}
    assert LogEntry.objects.get(verb="guest claimed").new == {"contributions": 3}


def test_another_account_gets_nothing(sign_in, written, alice):
    answer = sign_in(alice).post("/konto/uebernehmen/", {"form_token": "a"})

    assert (answer.status_code, number_to_claim(alice), claim_guests(alice)) == (302, 0, 0)
    assert [user for user, _guest in authors()] == [None] * 3
    assert LogEntry.objects.filter(verb="guest claimed").count() == 0


def test_an_account_that_has_not_confirmed_the_address_gets_nothing(written, charlie):
    EmailAddress.objects.update(verified=False)

    assert (number_to_claim(charlie), claim_guests(charlie)) == (0, 0)
    assert [user for user, _guest in authors()] == [None] * 3


def test_after_seven_days_there_is_nothing_to_claim(written, charlie):
    Guest.objects.update(confirmed_at=timezone.now() - timedelta(days=7))

    assert (number_to_claim(charlie), claim_guests(charlie)) == (0, 0)
    assert [user for user, _guest in authors()] == [None] * 3


def test_what_the_guest_never_confirmed_stays_where_it_is(written, charlie):
    Guest.objects.filter(pk=written[1].guest_id).update(confirmed_at=None)

    assert (number_to_claim(charlie), claim_guests(charlie), claim_guests(charlie)) == (2, 2, 0)
    assert [user for user, _guest in authors()] == [charlie, None, charlie]


def test_every_table_that_names_a_guest_names_a_user_as_well():
    tables = [rows.model for rows in written_by([])]

    assert {Side, Flag, BarrierReport} < set(tables)
    assert [table for table in tables if table._meta.get_field("user") is None] == []


def test_what_an_erased_guest_wrote_stands_under_guest(written):
    Guest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert erase_expired_guests() == 3
    rows = [Side.objects.exclude(name="TSV").get(), Flag.objects.get(), BarrierReport.objects.get()]
    assert [str(row.guest) for row in rows] == ["Gast"] * 3
