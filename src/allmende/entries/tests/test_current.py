"""Still current? One mail a person for all, answered without signing in; what nobody answers for is put aside."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.accounts.actions import add_member, found_organisation, remove_member
from allmende.accounts.models import Guest, Membership
from allmende.core.models import LogEntry, Mail, Token
from allmende.entries import actions
from allmende.entries.models import Entry, Status
from allmende.entries.permissions import can_confirm
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.models import Region

QUARTER, HALF_YEAR = 92, 183
LINK = re.compile(r"http://testserver(/noch-aktuell/\S+)")


def grow_old(entry: Entry, days: float = QUARTER, *, asked: float | None = None) -> Entry:
    then = timezone.now() - timedelta(days=days)
    reminded = None if asked is None else timezone.now() - timedelta(days=asked)
    Entry.objects.filter(pk=entry.pk).update(
        published_at=then, confirmed_at=then, updated_at=then, reminded_at=reminded
    )
    entry.refresh_from_db()
    return entry


def mails(subject: str = "Stimmt das noch?") -> list[Mail]:
    return list(Mail.objects.filter(subject__startswith=subject).order_by("to"))


def link_in(mail: Mail) -> str:
    found = LINK.search(mail.body)
    assert found is not None
    return found[1]


@pytest.fixture
def profile(make_profile, tsv):
    """A profile of alice's club that nobody has looked after for a quarter."""
    return grow_old(make_profile(organisation=tsv))


@pytest.fixture
def link(profile) -> str:
    actions.ask_whether_current()
    return link_in(mails()[0])


# Whom and what


def test_who_runs_the_organisation_gets_one_mail_for_all_its_entries(profile, make_profile, tsv, alice):
    other = grow_old(make_profile("TSV-Heim", organisation=found_organisation("Heim", by=alice)))

    actions.ask_whether_current()

    assert [(mail.to, mail.subject) for mail in mails()] == [(alice.email, "Stimmt das noch? 2 Einträge")]
    assert [title in mails()[0].body for title in (profile.title, other.title)] == [True, True]


def test_admins_are_asked_as_well_but_members_are_not(profile, tsv, alice, charlie):
    add_member(tsv, charlie, role=Membership.Role.ADMIN, by=alice)

    actions.ask_whether_current()

    assert [mail.to for mail in mails()] == ["alice@lindach.example", "charlie@lindach.example"]


@pytest.mark.parametrize("touched", ["confirmed_at", "updated_at"])
def test_what_somebody_confirmed_or_edited_lately_is_not_asked_about(profile, touched):
    Entry.objects.filter(pk=profile.pk).update(**{touched: timezone.now() - timedelta(days=60)})

    actions.ask_whether_current()

    assert mails() == []


def test_what_has_a_date_is_not_asked_about(make_event, tsv, alice):
    grow_old(make_event(days=40, organisation=tsv))
    grow_old(make_event(days=-400, organisation=tsv))

    actions.ask_whether_current()

    assert mails() == []


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WAITING, Status.HIDDEN, Status.ARCHIVED])
def test_what_is_not_public_is_not_asked_about(profile, status):
    Entry.objects.filter(pk=profile.pk).update(status=status, listed=False)

    actions.ask_whether_current()

    assert mails() == []


def test_a_kind_may_have_another_lifetime_or_none(profile, monkeypatch):
    monkeypatch.setattr(OrganisationProfile, "lifetime", timedelta(days=365))
    actions.ask_whether_current()
    longer = len(mails())
    monkeypatch.setattr(OrganisationProfile, "lifetime", None)
    actions.ask_whether_current()

    assert (longer, len(mails())) == (0, 0)


@pytest.mark.parametrize(
    ("stage", "asked"),
    [(Region.Stage.PREPARING, 0), (Region.Stage.INVITED, 1), (Region.Stage.OPEN, 1), (Region.Stage.READ_ONLY, 0)],
)
def test_people_are_asked_where_they_can_answer(profile, region, stage, asked):
    Region.objects.filter(pk=region.pk).update(stage=stage)

    actions.ask_whether_current()

    assert len(mails()) == asked


def test_each_region_asks_about_its_own(profile, make_profile, tsv, region, other_region, alice):
    there = grow_old(make_profile("TSV in Auenstedt", organisation=tsv))
    Entry.objects.filter(pk=there.pk).update(region=other_region)

    actions.ask_whether_current()

    assert sorted(mail.sender_name for mail in mails()) == ["Auenstedt", "Lindach"]
    assert [mail.to for mail in mails()] == [alice.email] * 2


def test_what_has_nobody_to_ask_stays_as_it_is(make_profile):
    profile = grow_old(make_profile(), HALF_YEAR * 2)

    actions.ask_whether_current()

    profile.refresh_from_db()
    assert (mails(), profile.status, profile.reminded_at) == ([], Status.PUBLIC, None)


def test_an_author_and_a_confirmed_guest_are_asked(make_profile, charlie):
    guest = Guest.objects.create(mail="dora@gast.example", name="Dora", confirmed_at=timezone.now())
    nameless = Guest.objects.create(mail="emil@gast.example", name="Emil")
    for number, author in enumerate(({"user": charlie}, {"guest": guest}, {"guest": nameless})):
        entry = grow_old(make_profile(f"Nummer {number}"))
        Entry.objects.filter(pk=entry.pk).update(organisation=None, **author)

    actions.ask_whether_current()

    assert [mail.to for mail in mails()] == ["charlie@lindach.example", "dora@gast.example"]


# When


def test_nobody_is_asked_twice_in_a_night(profile):
    actions.ask_whether_current()
    actions.ask_whether_current()

    assert len(mails()) == 1


def test_a_month_later_they_are_asked_again_and_again_a_month_later(profile):
    asked = []
    for days in (0, 29, 31, 59, 62):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            actions.ask_whether_current()
            asked.append(len(mails()))

    assert asked == [1, 1, 2, 2, 3]


def test_what_grows_old_within_a_month_comes_along_and_needs_no_mail_of_its_own(profile, make_profile, alice):
    soon = grow_old(make_profile("Bald", organisation=found_organisation("Bald", by=alice)), 70)
    actions.ask_whether_current()

    with time_machine.travel(timezone.now() + timedelta(days=25), tick=False):
        actions.ask_whether_current()

    assert [soon.title in mail.body for mail in mails()] == [True]
    assert Entry.objects.exclude(reminded_at=None).count() == 2


def test_killed_between_two_people_the_work_goes_on_with_the_second(profile, tsv, alice, charlie, monkeypatch):
    add_member(tsv, charlie, role=Membership.Role.ADMIN, by=alice)
    whole = actions.current._ask_person

    def killed(region, person):
        if person == charlie:
            raise KeyboardInterrupt
        return whole(region, person)

    monkeypatch.setattr(actions.current, "_ask_person", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.ask_whether_current()
    monkeypatch.setattr(actions.current, "_ask_person", whole)
    actions.ask_whether_current()

    assert [mail.to for mail in mails()] == ["alice@lindach.example", "charlie@lindach.example"]


def test_a_question_asks_as_much_for_one_entry_as_for_three(profile, make_profile, alice):
    def asked() -> int:
        Token.objects.all().delete()
        Entry.objects.update(reminded_at=None)
        with CaptureQueriesContext(connection) as queries:
            actions.ask_whether_current()
        return len(queries)

    one = asked()
    for number in range(2):
        grow_old(make_profile(f"Nummer {number}", organisation=found_organisation(f"Nummer {number}", by=alice)))

    assert asked() == one


def test_the_page_asks_as_much_for_one_entry_as_for_three(profile, make_profile, alice, sign_in):
    def asked() -> int:
        Token.objects.all().delete()
        Mail.objects.all().delete()
        Entry.objects.update(reminded_at=None)
        actions.ask_whether_current()
        page = link_in(mails()[0])
        sign_in(None).get(page)
        with CaptureQueriesContext(connection) as queries:
            sign_in(None).get(page)
        return len(queries)

    one = asked()
    for number in range(2):
        grow_old(make_profile(f"Nummer {number}", organisation=found_organisation(f"Nummer {number}", by=alice)))

    assert asked() == one


# Unanswered


def test_after_six_months_without_an_answer_it_is_put_aside_and_its_people_learn_it(profile, sign_in):
    grow_old(profile, HALF_YEAR, asked=31)

    actions.ask_whether_current()

    profile.refresh_from_db()
    assert (profile.status, profile.listed) == (Status.ARCHIVED, False)
    assert [mail.to for mail in mails("Nicht mehr zu sehen")] == ["alice@lindach.example"]
    assert mails() == []
    assert profile.moves.last().note == "Lange hat niemand bestätigt, dass alles noch stimmt."
    assert sign_in(None).get(profile.url).status_code == 404


def test_nothing_is_put_aside_before_its_people_had_a_month_to_answer(profile):
    grow_old(profile, HALF_YEAR * 3)

    actions.ask_whether_current()
    with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
        actions.ask_whether_current()

    profile.refresh_from_db()
    assert (profile.status, len(mails())) == (Status.PUBLIC, 1)


def test_what_an_editor_shows_again_is_asked_about_before_it_is_put_aside(profile, editor):
    grow_old(profile, HALF_YEAR, asked=60)
    actions.hide(profile, by=editor, note="Stimmt nicht.")
    actions.show_again(profile, by=editor)

    actions.ask_whether_current()

    profile.refresh_from_db()
    assert (profile.status, len(mails())) == (Status.PUBLIC, 1)


def test_one_click_in_the_mail_brings_back_what_was_put_aside(profile, sign_in):
    grow_old(profile, HALF_YEAR, asked=31)
    actions.ask_whether_current()
    page = link_in(mails("Nicht mehr zu sehen")[0])

    sign_in(None).post(page, {"entry": profile.pk})
    actions.ask_whether_current()

    profile.refresh_from_db()
    assert (profile.status, profile.listed, len(mails())) == (Status.PUBLIC, True, 0)


def test_signed_in_its_people_bring_it_back_as_from_the_archive_for_good(profile, alice):
    grow_old(profile, HALF_YEAR, asked=31)
    actions.ask_whether_current()
    profile.refresh_from_db()

    actions.restore(profile, by=alice)
    actions.ask_whether_current()

    profile.refresh_from_db()
    assert (profile.status, mails()) == (Status.PUBLIC, [])


# The page behind the link


def test_the_page_lists_all_ticked_and_one_button_confirms(link, profile, sign_in):
    before = sign_in(None).get(link)
    answer = sign_in(None).post(link, {"entry": profile.pk}, follow=True)

    assert before.content.count(b" checked>") == 1
    assert "Danke! Ein Eintrag ist bestätigt." in answer.content.decode()
    profile.refresh_from_db()
    assert (timezone.now() - profile.confirmed_at < timedelta(minutes=1), profile.reminded_at) == (True, None)
    assert LogEntry.objects.filter(verb="confirmed", key=str(profile.pk), actor="Alice").count() == 1


def test_the_mail_can_be_opened_and_answered_as_often_as_one_likes(link, profile, sign_in):
    sign_in(None).post(link, {"entry": profile.pk})

    answer = sign_in(None).get(link)

    assert (answer.status_code, "Alles beantwortet" in answer.content.decode()) == (200, True)


def test_looking_at_the_page_confirms_nothing(link, profile, sign_in):
    sign_in(None).get(link)

    profile.refresh_from_db()
    assert profile.is_stale is True


def test_without_a_tick_nothing_is_confirmed_and_the_page_says_what_to_do(link, profile, sign_in):
    answer = sign_in(None).post(link, {})

    assert answer.status_code == 400
    assert "Bitte kreuzen Sie an, was noch stimmt." in answer.content.decode()


def test_only_what_is_ticked_is_confirmed(profile, make_profile, alice, sign_in):
    other = grow_old(make_profile("Chor", organisation=found_organisation("Chor", by=alice)))
    actions.ask_whether_current()
    page = link_in(mails()[0])

    sign_in(None).post(page, {"entry": other.pk})

    profile.refresh_from_db()
    other.refresh_from_db()
    assert (profile.is_stale, other.is_stale) == (True, False)


def test_entries_of_others_cannot_be_confirmed_or_closed_by_the_link(link, make_profile, sign_in):
    foreign = grow_old(make_profile("Fremd"))
    page = sign_in(None)

    assert page.post(link, {"entry": foreign.pk}).status_code == 400
    assert page.post(f"{link}{foreign.pk}/").status_code == 404
    assert Entry.objects.get(pk=foreign.pk).is_stale is True


def test_the_link_is_good_for_six_weeks(link, sign_in):
    with time_machine.travel(timezone.now() + timedelta(days=41), tick=False):
        good = sign_in(None).get(link).status_code
    with time_machine.travel(timezone.now() + timedelta(days=43), tick=False):
        over = sign_in(None).get(link)

    assert (good, over.status_code) == (200, 410)
    assert "Dieser Link gilt nicht mehr" in over.content.decode()


def test_in_another_region_the_link_opens_nothing(link, other_region, sign_in):
    assert sign_in(None).get(f"/auenstedt{link}").status_code == 410


def test_who_has_left_the_organisation_answers_for_it_no_more(link, profile, tsv, alice, bob, sign_in):
    Membership.objects.filter(organisation=tsv, user=bob).update(role=Membership.Role.OWNER)
    remove_member(Membership.objects.get(organisation=tsv, user=alice), by=alice)

    answer = sign_in(None).post(link, {"entry": profile.pk})

    profile.refresh_from_db()
    assert (answer.status_code, profile.is_stale) == (410, True)


def test_a_blocked_account_answers_no_more(link, alice, sign_in):
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)

    assert sign_in(None).get(link).status_code == 410


def test_gone_is_asked_once_more_and_archives(link, profile, sign_in):
    page = f"{link}{profile.pk}/"
    asked = sign_in(None).get(page)
    profile.refresh_from_db()
    still = profile.status

    answer = sign_in(None).post(page, follow=True)

    profile.refresh_from_db()
    assert (asked.status_code, still, profile.status) == (200, Status.PUBLIC, Status.ARCHIVED)
    assert profile.moves.last().note == "Gibt es nicht mehr."
    assert "liegt jetzt im Archiv" in answer.content.decode()


def test_what_its_people_closed_does_not_come_back_by_the_link(link, profile, sign_in):
    sign_in(None).post(f"{link}{profile.pk}/")

    answer = sign_in(None).post(link, {"entry": profile.pk})

    profile.refresh_from_db()
    assert (answer.status_code, profile.status) == (400, Status.ARCHIVED)


def test_what_an_editor_hid_meanwhile_stays_hidden(link, profile, editor, sign_in):
    actions.hide(profile, by=editor, note="Stimmt nicht.")

    answer = sign_in(None).post(link, {"entry": profile.pk})

    profile.refresh_from_db()
    assert (answer.status_code, profile.status) == (400, Status.HIDDEN)


def test_the_same_form_sent_twice_confirms_once(link, profile, sign_in):
    form = {"entry": profile.pk, "form_token": "eins"}
    sign_in(None).post(link, form)
    answer = sign_in(None).post(link, form)

    assert LogEntry.objects.filter(verb="confirmed").count() == 1
    assert answer.status_code == 400  # nothing is open any more


def test_a_guest_confirms_and_closes(make_profile, sign_in):
    guest = Guest.objects.create(mail="dora@gast.example", name="Dora", confirmed_at=timezone.now())
    entry = grow_old(make_profile())
    Entry.objects.filter(pk=entry.pk).update(organisation=None, guest=guest)
    actions.ask_whether_current()
    page = link_in(mails()[0])

    shown = sign_in(None).get(page).content.decode()
    sign_in(None).post(page, {"entry": entry.pk})
    entry.refresh_from_db()
    confirmed = entry.is_stale
    sign_in(None).post(f"{page}{entry.pk}/")

    entry.refresh_from_db()
    assert ("/bearbeiten/" in shown, confirmed, entry.status) == (False, False, Status.ARCHIVED)


def test_the_mail_is_never_shown_to_staff(link):
    assert mails()[0].sensitive is True


# Signed in


def test_signed_in_its_people_confirm_with_one_click(profile, alice, sign_in):
    page = sign_in(alice).get("/konto/").content.decode()
    sign_in(alice).post(f"/verzeichnis/{profile.pk}/bestaetigen/", {"form_token": ""})

    profile.refresh_from_db()
    assert (f"Stimmt „{profile.title}“ noch?" in page, profile.is_stale) == (True, False)


def test_editors_confirm_what_has_nobody_and_strangers_nothing(profile, editor, charlie, region):
    profile.region = region

    assert (can_confirm(editor, profile), can_confirm(charlie, profile)) == (True, False)
    with pytest.raises(PermissionDenied):
        actions.confirm(profile, by=charlie)


def test_who_edits_their_entry_has_confirmed_it(profile, alice):
    actions.edit(profile, {"summary": "Neu"}, by=alice)

    profile.refresh_from_db()
    assert timezone.now() - profile.confirmed_at < timedelta(minutes=1)


def test_an_editor_who_mends_a_letter_confirms_nothing_but_nobody_is_asked(profile, editor):
    before = profile.confirmed_at
    actions.edit(profile, {"summary": "Neu"}, by=editor)
    actions.ask_whether_current()

    profile.refresh_from_db()
    assert (profile.confirmed_at, mails()) == (before, [])


def test_page_and_card_say_when_it_was_last_confirmed(profile, sign_in):
    day = timezone.localtime(profile.confirmed_at).strftime("%d.%m.%Y")

    page = sign_in(None).get(profile.url).content.decode()
    cards = sign_in(None).get("/verzeichnis/").content.decode()

    assert f"Zuletzt bestätigt am {day}" in page
    assert f"bestätigt am {day}" in cards


def test_what_has_a_date_says_nothing_of_the_kind(make_event, sign_in):
    event = make_event()

    assert "bestätigt am" not in sign_in(None).get(event.url).content.decode()
