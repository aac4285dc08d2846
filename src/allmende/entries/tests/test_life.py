"""The life of an entry: who may take which step, what it leads to, and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from allmende.accounts.actions import add_member
from allmende.accounts.models import Membership, User
from allmende.core.models import LogEntry, Mail
from allmende.entries import actions
from allmende.entries.models import Check, Entry, Move, Status, Topic
from allmende.entries.rules import check_rule
from allmende.entries.signals import entry_changed, entry_published
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.events.models import Event
from allmende.regions.actions import switch_module

pytestmark = pytest.mark.django_db


def mails() -> list[tuple[str, str]]:
    """(to whom, first words of the subject), in order."""
    return [(mail.to.partition("@")[0], mail.subject.partition(":")[0]) for mail in Mail.objects.order_by("pk")]


def fresh(entry):
    return type(entry).objects.select_related("region").get(pk=entry.pk)


def check(region, when: str, module: str = "directory") -> None:
    switch_module(region, module, on=True, position=1, options={"check": when}, by=None)


@pytest.fixture
def draft(make_profile, tsv):
    """A draft of the TSV, of which alice is owner and bob a member."""
    return make_profile("TSV Lindach", organisation=tsv, public=False)


@pytest.fixture
def waiting(draft, alice):
    actions.submit(draft, by=alice)
    Mail.objects.all().delete()
    return fresh(draft)


# Creating


def test_what_somebody_creates_is_a_draft_of_theirs(region, charlie):
    entry = actions.create(OrganisationProfile, {"title": "Lesekreis"}, region=region, by=charlie)

    assert (entry.status, entry.user, entry.organisation, entry.listed) == (Status.DRAFT, charlie, None, False)
    assert LogEntry.objects.latest("pk").new == {"title": "Lesekreis"}


def test_in_the_name_of_an_organisation_it_belongs_to_the_organisation(region, tsv, beth):
    entry = actions.create(OrganisationProfile, {"title": "TSV"}, region=region, by=beth, organisation=tsv)

    assert (entry.user, entry.organisation, entry.entered_by) == (None, tsv, beth)


def test_strangers_do_not_write_in_the_name_of_an_organisation(region, tsv, charlie):
    with pytest.raises(PermissionDenied):
        actions.create(OrganisationProfile, {"title": "TSV"}, region=region, by=charlie, organisation=tsv)


def test_editors_write_in_the_name_of_any_organisation(region, tsv, editor):
    entry = actions.create(OrganisationProfile, {"title": "TSV"}, region=region, by=editor, organisation=tsv)

    assert entry.organisation == tsv


def test_in_a_region_for_reading_only_nobody_but_its_admins_creates(region, charlie, editor, admin):
    region.stage = region.Stage.READ_ONLY
    region.save()

    for person in (charlie, editor):
        with pytest.raises(PermissionDenied):
            actions.create(OrganisationProfile, {"title": "x"}, region=region, by=person)

    assert actions.create(OrganisationProfile, {"title": "x"}, region=region, by=admin).status == Status.DRAFT


# Submitting, by the rule of the region


def test_with_the_check_before_it_waits_and_both_sides_are_told(draft, beth, alice, editor, admin, moderator):
    actions.submit(draft, by=beth)

    assert (draft.status, fresh(draft).status, draft.listed) == (Status.WAITING, Status.WAITING, False)
    assert sorted(mails()) == [("alice", "Eingegangen"), ("beth", "Eingegangen"), ("editor", "Zu prüfen")]


def test_without_an_editor_the_admins_are_told(draft, alice, admin):
    actions.submit(draft, by=alice)

    assert sorted(mails()) == [("admin", "Zu prüfen"), ("alice", "Eingegangen")]


def test_with_the_check_after_it_is_public_at_once_and_unchecked(region, draft, alice, editor):
    check(region, "after")

    actions.submit(fresh(draft), by=alice)

    assert (fresh(draft).status, fresh(draft).checked_at, fresh(draft).listed) == (Status.PUBLIC, None, True)
    assert mails() == [("alice", "Veröffentlicht")]


def test_with_the_check_first_only_the_first_one_waits(region, tsv, alice, make_event, make_profile):
    check(region, "first", "events")
    first = make_event("Erstes", organisation=tsv, public=False)
    actions.submit(fresh(first), by=alice)
    waits = fresh(first).status
    actions.publish(fresh(first), by=None)
    second = make_event("Zweites", organisation=tsv, public=False)

    actions.submit(fresh(second), by=alice)

    assert (waits, fresh(second).status) == (Status.WAITING, Status.PUBLIC)


def test_one_hidden_entry_earns_no_trust(region, tsv, alice, editor, make_event):
    check(region, "first", "events")
    first = make_event("Erstes", organisation=tsv)
    actions.hide(fresh(first), by=editor, note="Werbung")

    assert check_rule(fresh(make_event("Zweites", organisation=tsv, public=False)), by=alice) == Check.BEFORE


def test_the_trust_of_one_person_is_not_that_of_another(region, alice, charlie, make_event):
    check(region, "first", "events")
    make_event("Erstes", by=alice)

    rules = [
        check_rule(fresh(make_event("Zweites", by=person, public=False)), by=person) for person in (alice, charlie)
    ]

    assert rules == [Check.AFTER, Check.BEFORE]


def test_events_of_organisations_that_were_released_need_no_check_before(
    region, tsv, alice, charlie, make_profile, make_event
):
    before = check_rule(fresh(make_event("Fest", organisation=tsv, public=False)), by=alice)
    make_profile("TSV Lindach", organisation=tsv)
    after = check_rule(fresh(make_event("Fest", organisation=tsv, public=False)), by=alice)
    of_a_person = check_rule(fresh(make_event("Fest", by=charlie, public=False)), by=charlie)

    assert (before, after, of_a_person) == (Check.BEFORE, Check.AFTER, Check.BEFORE)


@pytest.mark.parametrize(
    ("module", "topic", "rule"),
    [("after", "before", Check.BEFORE), ("after", "", Check.AFTER), ("before", "after", Check.BEFORE)],
)
def test_the_strictest_of_module_and_topics_holds(region, draft, alice, module, topic, rule):
    check(region, module)
    Topic.objects.filter(slug="sport").update(check_when=topic)
    actions.set_topics(draft, list(Topic.objects.filter(slug__in=["sport", "kultur"])), main=None)

    assert check_rule(fresh(draft), by=alice) == rule


@pytest.mark.parametrize("who", ["editor", "admin", "platform"])
def test_what_editors_enter_needs_no_check_and_no_mail(request, region, who):
    person = request.getfixturevalue(who)
    entry = actions.create(OrganisationProfile, {"title": "Stadtarchiv"}, region=region, by=person)

    actions.submit(entry, by=person)

    assert (entry.status, fresh(entry).checked_at is None, mails()) == (Status.PUBLIC, False, [])


def test_a_moderator_is_no_editor(region, moderator):
    entry = actions.create(OrganisationProfile, {"title": "Stadtarchiv"}, region=region, by=moderator)

    actions.submit(entry, by=moderator)

    assert entry.status == Status.WAITING


@pytest.mark.parametrize("who", ["charlie", "editor", "moderator"])
def test_nobody_submits_the_draft_of_another(request, draft, who):
    with pytest.raises(PermissionDenied):
        actions.submit(draft, by=request.getfixturevalue(who))


# Deciding


def test_releasing_tells_those_who_run_the_organisation(waiting, editor, alice, bob):
    actions.release(waiting, by=editor, note="Schön!")

    entry = fresh(waiting)
    assert (entry.status, entry.listed) == (Status.PUBLIC, True)
    assert entry.published_at == entry.confirmed_at
    assert entry.checked_at is not None
    assert mails() == [("alice", "Veröffentlicht")]
    assert "Schön!" in Mail.objects.get().body


def test_the_member_who_submitted_is_told_as_well(draft, editor, beth):
    actions.submit(draft, by=beth)
    Mail.objects.all().delete()

    actions.return_to_author(fresh(draft), by=editor, note="Bitte ein Satz mehr.")

    assert sorted(mails()) == [("alice", "Bitte noch einmal ansehen"), ("beth", "Bitte noch einmal ansehen")]


def test_who_has_left_the_organisation_is_not_told(draft, editor, beth):
    actions.submit(draft, by=beth)
    Mail.objects.all().delete()
    Membership.objects.filter(user=beth).delete()

    actions.release(fresh(draft), by=editor)

    assert mails() == [("alice", "Veröffentlicht")]


def test_admins_of_the_organisation_are_told_members_are_not(waiting, tsv, editor, alice, bob, charlie):
    add_member(tsv, charlie, role=Membership.Role.ADMIN, by=alice)

    actions.release(waiting, by=editor)

    assert sorted(mails()) == [("alice", "Veröffentlicht"), ("charlie", "Veröffentlicht")]


def test_an_editor_who_owns_the_organisation_writes_no_mail_to_themselves(region, editor, make_profile):
    from allmende.accounts.actions import found_organisation

    own = make_profile("Archiv", organisation=found_organisation("Archiv", by=editor), public=False)
    actions.wait_for_check(own)

    actions.release(own, by=editor)

    assert mails() == []


def test_a_person_is_told_about_their_own_entry(region, charlie, editor):
    entry = actions.create(OrganisationProfile, {"title": "Lesekreis"}, region=region, by=charlie)
    actions.submit(entry, by=charlie)
    Mail.objects.all().delete()

    actions.release(entry, by=editor)

    assert mails() == [("charlie", "Veröffentlicht")]


def test_returning_makes_it_a_draft_again_with_the_reason(waiting, editor):
    actions.return_to_author(waiting, by=editor, note="Bitte nennen Sie einen Treffpunkt.")

    assert fresh(waiting).status == Status.DRAFT
    assert mails() == [("alice", "Bitte noch einmal ansehen")]
    assert "Bitte nennen Sie einen Treffpunkt." in Mail.objects.get().body


@pytest.mark.parametrize("note", ["", "  \n"])
def test_returning_and_hiding_owe_a_reason(waiting, make_profile, editor, note):
    public = make_profile("Anderer Verein")

    for step, entry in ((actions.return_to_author, waiting), (actions.hide, public)):
        with pytest.raises(ValidationError) as refused:
            step(entry, by=editor, note=note)
        assert refused.value.code == "reason"

    assert (fresh(waiting).status, fresh(public).status) == (Status.WAITING, Status.PUBLIC)


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "moderator"])
def test_only_editors_check(request, waiting, who):
    person = request.getfixturevalue(who)

    for step in (
        lambda: actions.release(waiting, by=person),
        lambda: actions.return_to_author(waiting, by=person, note="x"),
        lambda: actions.publish(waiting, by=person),
        lambda: actions.mark_checked(waiting, by=person),
    ):
        with pytest.raises(PermissionDenied):
            step()

    assert fresh(waiting).status == Status.WAITING


def test_in_a_region_for_reading_only_editors_release_nothing(waiting, editor, admin):
    waiting.region.stage = waiting.region.Stage.READ_ONLY
    waiting.region.save()

    for step in (
        lambda: actions.release(waiting, by=editor),
        lambda: actions.return_to_author(waiting, by=editor, note="x"),
    ):
        with pytest.raises(PermissionDenied):
            step()
    actions.release(waiting, by=admin)

    assert fresh(waiting).status == Status.PUBLIC


def test_even_there_what_must_go_is_hidden(make_profile, moderator):
    entry = fresh(make_profile())
    entry.region.stage = entry.region.Stage.READ_ONLY
    entry.region.save()

    actions.hide(entry, by=moderator, note="Beleidigend")

    assert fresh(entry).status == Status.HIDDEN


def test_hiding_and_showing_again(make_profile, tsv, moderator):
    entry = fresh(make_profile("TSV", organisation=tsv))

    actions.hide(entry, by=moderator, note="Beleidigend")
    hidden = fresh(entry)
    actions.show_again(fresh(entry), by=moderator, note="Geändert")

    assert (hidden.status, hidden.listed, fresh(entry).status, fresh(entry).listed) == (
        Status.HIDDEN,
        False,
        Status.PUBLIC,
        True,
    )
    assert mails() == [("alice", "Verborgen"), ("alice", "Veröffentlicht")]


@pytest.mark.parametrize("who", ["alice", "charlie"])
def test_authors_and_strangers_neither_hide_nor_show(request, make_profile, tsv, moderator, who):
    entry, person = fresh(make_profile("TSV", organisation=tsv)), request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        actions.hide(entry, by=person, note="x")
    actions.hide(entry, by=moderator, note="x")
    with pytest.raises(PermissionDenied):
        actions.show_again(entry, by=person)


def test_authors_archive_and_restore_what_was_checked(make_profile, tsv, alice):
    entry = fresh(make_profile("TSV", organisation=tsv))

    actions.archive(entry, by=alice)
    archived = fresh(entry)
    actions.restore(fresh(entry), by=alice)

    assert (archived.status, archived.listed, fresh(entry).status) == (Status.ARCHIVED, False, Status.PUBLIC)
    assert mails() == []


def test_what_changed_in_the_archive_is_checked_before_it_comes_back(make_profile, tsv, alice, editor):
    entry = fresh(make_profile("TSV", organisation=tsv))
    actions.archive(entry, by=alice)
    changed = actions.edit(fresh(entry), {"title": "TSV und mehr"}, by=alice)

    actions.restore(changed, by=alice)

    assert fresh(entry).status == Status.WAITING
    assert mails() == [("editor", "Zu prüfen")]


@pytest.mark.parametrize("editor_leaves", [False, True])
def test_what_an_editor_archived_comes_back_through_the_check(make_profile, tsv, alice, editor, editor_leaves):
    entry = fresh(make_profile("TSV", organisation=tsv))
    actions.archive(entry, by=editor, note="Aufgelöst")
    if editor_leaves:
        editor.delete()

    actions.restore(fresh(entry), by=alice)

    assert (fresh(entry).status, fresh(entry).listed) == (Status.WAITING, False)
    assert mails()[1:] == ([] if editor_leaves else [("editor", "Zu prüfen")])


def test_what_an_editor_let_back_in_is_its_authors_business_again(make_profile, tsv, alice, editor):
    entry = fresh(make_profile("TSV", organisation=tsv))
    for person in (editor, alice):
        actions.archive(fresh(entry), by=person)
        actions.restore(fresh(entry), by=person)

    assert fresh(entry).status == Status.PUBLIC


def test_what_ran_out_comes_back_without_a_check(make_profile, tsv, alice):
    entry = make_profile("TSV", organisation=tsv)
    Entry.objects.filter(pk=entry.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    actions.archive_expired()

    actions.restore(fresh(entry), by=alice)

    assert fresh(entry).status == Status.PUBLIC


def test_an_editor_who_archives_tells_the_authors(make_profile, tsv, editor):
    actions.archive(fresh(make_profile("TSV", organisation=tsv)), by=editor, note="Aufgelöst")

    assert mails() == [("alice", "Archiviert")]
    assert "Aufgelöst" in Mail.objects.get().body


def test_a_draft_that_never_was_public_is_deleted(draft, beth):
    actions.delete_draft(draft, by=beth)

    assert (Entry.objects.count(), OrganisationProfile.objects.count()) == (0, 0)
    assert LogEntry.objects.latest("pk").verb == "deleted"


def test_what_was_public_once_is_not_deleted(make_profile, tsv, alice, editor):
    entry = fresh(make_profile("TSV", organisation=tsv))

    for who in (alice, editor):
        with pytest.raises(PermissionDenied):
            actions.delete_draft(entry, by=who)

    assert Entry.objects.count() == 1


def test_a_draft_that_was_submitted_meanwhile_is_not_deleted(draft, alice):
    stale = fresh(draft)
    actions.submit(draft, by=alice)

    with pytest.raises(actions.MovedMeanwhile):
        actions.delete_draft(stale, by=alice)

    assert fresh(draft).status == Status.WAITING


# Editing


def test_an_edit_of_what_is_public_stays_public_and_stands_in_the_editors_list(make_profile, tsv, alice):
    entry = fresh(make_profile("TSV", organisation=tsv))

    actions.edit(entry, {"title": "TSV 1921"}, by=alice)

    found = fresh(entry)
    assert (found.status, found.title, found.version, found.checked_at, found.listed) == (
        Status.PUBLIC,
        "TSV 1921",
        2,
        None,
        True,
    )


def test_an_edit_by_an_editor_counts_as_checked(make_profile, editor):
    entry = fresh(make_profile("TSV"))

    actions.edit(entry, {"title": "TSV 1921"}, by=editor)

    assert fresh(entry).checked_at is not None


@pytest.mark.parametrize(
    ("status", "may"),
    [
        ("draft", ["alice", "beth"]),
        ("waiting", ["alice", "beth", "editor", "admin", "platform"]),
        ("public", ["alice", "beth", "editor", "admin", "platform"]),
        ("hidden", ["editor", "admin", "platform"]),
        ("archived", ["alice", "beth", "editor", "admin", "platform"]),
    ],
)
def test_who_edits_in_which_status(draft, alice, beth, bob, charlie, moderator, editor, admin, platform, status, may):
    Entry.objects.filter(pk=draft.pk).update(status=status)
    people = {
        "alice": alice,
        "beth": beth,
        "bob": bob,
        "charlie": charlie,
        "moderator": moderator,
        "editor": editor,
        "admin": admin,
        "platform": platform,
    }
    done = []

    for name, person in people.items():
        try:
            actions.edit(fresh(draft), {"title": name}, by=person)
            done.append(name)
        except PermissionDenied:
            continue

    assert done == may


def test_the_log_of_an_edit_holds_what_changed_alone(make_profile, tsv, alice):
    entry = fresh(make_profile("TSV", organisation=tsv))

    actions.edit(entry, {"title": "TSV 1921", "phone": ""}, by=alice)

    row = LogEntry.objects.filter(verb="edited").get()
    assert (row.old, row.new) == ({"title": "TSV"}, {"title": "TSV 1921"})


def test_a_stale_version_is_refused_and_changes_nothing(make_profile, tsv, alice, beth):
    entry = fresh(make_profile("TSV", organisation=tsv))
    actions.edit(fresh(entry), {"title": "Von Beth"}, by=beth, version=1)

    with pytest.raises(actions.StaleVersion):
        actions.edit(entry, {"title": "Von Alice"}, by=alice, version=1)

    assert (fresh(entry).title, fresh(entry).version) == ("Von Beth", 2)


@pytest.mark.parametrize("version", [0, -1, 10**30])
def test_a_version_that_nobody_gave_is_stale(make_profile, tsv, alice, version):
    with pytest.raises(actions.StaleVersion):
        actions.edit(fresh(make_profile("TSV", organisation=tsv)), {"title": "x"}, by=alice, version=version)


# Rows about it, and those who listen


def test_each_move_is_one_row_that_nobody_changes(waiting, editor):
    actions.return_to_author(waiting, by=editor, note="Bitte")

    rows = list(Move.objects.filter(entry=waiting.pk).values_list("field", "before", "after", "note", "by_name"))
    row = Move.objects.latest("pk")

    assert rows == [("status", "draft", "waiting", "", "Alice"), ("status", "waiting", "draft", "Bitte", "Editor")]
    for change in (row.save, row.delete):
        with pytest.raises(TypeError):
            change()


def test_moves_outlive_the_account(waiting, editor):
    actions.release(waiting, by=editor)
    User.objects.filter(pk=editor.pk).delete()

    row = Move.objects.latest("pk")

    assert (row.by, row.by_name) == (None, "Editor")


def test_moves_that_the_table_does_not_know_are_refused(make_profile):
    entry = fresh(make_profile())

    for status in (Status.DRAFT, Status.PUBLIC):
        with pytest.raises(ValueError, match="public >"):
            actions.move(entry, status=status, by=None)


def test_publication_is_told_once_and_on_commit(django_capture_on_commit_callbacks, waiting, editor):
    told = []
    entry_published.connect(lambda entry, **_: told.append(entry.pk), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            actions.release(waiting, by=editor)
            within = list(told)
        with django_capture_on_commit_callbacks(execute=True):
            actions.hide(fresh(waiting), by=editor, note="x")
            actions.show_again(fresh(waiting), by=editor)
    finally:
        entry_published.disconnect(dispatch_uid="test")

    assert (within, told) == ([], [waiting.pk])


def test_a_change_is_told_with_what_is_new(django_capture_on_commit_callbacks, make_profile, tsv, alice):
    told = []
    entry_changed.connect(lambda entry, **_: told.append(entry.title), weak=False, dispatch_uid="test")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            entry = fresh(make_profile("TSV", organisation=tsv))
            entry = actions.edit(entry, {"title": "TSV 1921"}, by=alice)
            actions.edit(entry, {"title": "TSV 1921"}, by=alice)
    finally:
        entry_changed.disconnect(dispatch_uid="test")

    assert told == ["TSV 1921"]


def test_entries_whose_date_is_over_go_to_the_archive(make_profile, make_event):
    over, still = make_profile("Alt"), make_event("Neu")
    Entry.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(days=1))
    Entry.objects.filter(pk=still.pk).update(expires_at=timezone.now() + timedelta(days=1))

    counts = [actions.archive_expired(), actions.archive_expired()]

    assert counts == [1, 0]
    assert (fresh(over).status, fresh(still).status) == (Status.ARCHIVED, Status.PUBLIC)
    assert Move.objects.filter(entry=over.pk, after="archived").get().note == "Das Ablaufdatum ist erreicht."


def test_however_many_are_over_all_go(make_profile, monkeypatch):
    from allmende.entries.actions import life

    monkeypatch.setattr(life, "LOT", 2)
    for number in range(5):
        make_profile(f"Alt {number}")
    Entry.objects.update(expires_at=timezone.now() - timedelta(days=1))

    assert actions.archive_expired() == 5
    assert set(Entry.objects.values_list("status", flat=True)) == {Status.ARCHIVED}


def test_links_in_mails_lead_to_the_entry(draft, alice, editor):
    actions.submit(draft, by=alice)

    bodies = {mail.to: mail.body for mail in Mail.objects.all()}

    assert f"http://testserver/verzeichnis/{draft.pk}/" in bodies[alice.email]
    assert "http://testserver/amt/pruefen/" in bodies[editor.email]


def test_mails_come_in_the_language_of_the_reader(draft, alice, editor):
    alice.language = "en"
    alice.save()

    actions.submit(draft, by=User.objects.get(pk=alice.pk))

    subjects = dict(Mail.objects.values_list("to", "subject"))
    assert subjects[editor.email] == "Zu prüfen: TSV Lindach"
    assert subjects[alice.email] == "Received: TSV Lindach"


def test_a_cancelled_event_keeps_its_place_in_the_lists(make_event, tsv, alice):
    event = fresh(make_event("Fest", organisation=tsv))
    from allmende.modules.events.actions import cancel

    cancel(event, by=alice, note="Sturm")

    found = Event.objects.get()
    assert (found.state, found.listed, found.status) == ("cancelled", True, Status.PUBLIC)
