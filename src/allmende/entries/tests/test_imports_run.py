"""A run from the upload to its end: identity, duplicates, errors by line, undo, kills. Probed with organisations."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from allmende.accounts.models import Organisation
from allmende.core.files import private_path
from allmende.core.models import LogEntry, Mail
from allmende.entries import actions as entry_actions
from allmende.entries.actions import MovedMeanwhile
from allmende.entries.imports import actions, go_on, look_soon, run_imports
from allmende.entries.imports.actions import lots
from allmende.entries.imports.queries import counts_of, next_run, undone_counts
from allmende.entries.models import Entry, ImportLine, ImportRun, Status
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.actions import take_role

HEAD = "Kennung;Name;Kurz gesagt;Straße\n"
THREE = HEAD + "1;Chor Harmonie;Wir singen;\n2;Gartenfreunde;Wir graben;Am Bach 3\n3;Schachclub;;\n"
MANY = HEAD + "".join(f"{number};Verein {chr(65 + number % 26)}{number};;\n" for number in range(60))


def counts(run):
    return tuple(counts_of(run).values())


def uploaded(region, content, **options):
    options = {"name": "file.csv", "source": "probe", "by": None} | options
    return actions.begin_upload(region, "organisation", content=content.encode(), **options)


def running(region, content):
    run = uploaded(region, content)
    actions.choose_columns(run, run.columns, by=None)
    go_on(run)
    actions.begin(run, by=None)
    ImportRun.objects.update(leased_until=None)  # as if an editor had begun it
    return ImportRun.objects.get(pk=run.pk)


def messages(run):
    return {line.number: line.message for line in run.lines.filter(result="refused")}


# What comes in


def test_a_table_comes_in(bring_in):
    run = bring_in("organisation", THREE)

    assert run.state == ImportRun.State.DONE
    assert counts(run) == (3, 0, 0, 0)
    assert [(line.number, line.label, line.result) for line in run.lines.all()] == [
        (2, "Chor Harmonie", "created"),
        (3, "Gartenfreunde", "created"),
        (4, "Schachclub", "created"),
    ]


def test_what_editors_import_is_public_and_checked(bring_in, editor):
    bring_in("organisation", THREE, by=editor)

    found = {(one.status, one.listed, one.user, one.checked_at is None) for one in OrganisationProfile.objects.all()}
    assert found == {(Status.PUBLIC, True, None, False)}


def test_the_log_names_the_editor(bring_in, editor):
    bring_in("organisation", THREE, by=editor)

    logged = LogEntry.objects.filter(actor="Editor").values_list("verb", flat=True)
    assert sorted(logged) == ["created", "created", "created", "imported"]


def test_each_profile_has_an_organisation_of_its_own(bring_in):
    bring_in("organisation", THREE)

    assert sorted(Organisation.objects.values_list("name", "memberships")) == [
        ("Chor Harmonie", None),
        ("Gartenfreunde", None),
        ("Schachclub", None),
    ]


def test_nobody_is_written_to(bring_in, editor):
    bring_in("organisation", THREE, by=editor)

    assert Mail.objects.count() == 0


def test_source_and_licence_stand_at_the_entry(bring_in):
    bring_in("organisation", THREE, source="Liste 2026", licence="CC BY 4.0")

    assert set(Entry.objects.values_list("source", "licence")) == {("Liste 2026", "CC BY 4.0")}


# Identity


def test_a_second_run_changes_nothing(bring_in):
    bring_in("organisation", THREE)

    assert counts(bring_in("organisation", THREE)) == (0, 0, 3, 0)


def test_a_changed_line_changes_what_differs(bring_in):
    bring_in("organisation", THREE)

    run = bring_in("organisation", THREE.replace("Wir singen", "Wir singen laut"))

    assert counts(run) == (0, 1, 2, 0)
    assert run.lines.get(result="changed").before == {"summary": "Wir singen"}
    assert OrganisationProfile.objects.get(title="Chor Harmonie").summary == "Wir singen laut"


def test_a_shortened_file_deletes_nothing(bring_in):
    bring_in("organisation", THREE)

    assert counts(bring_in("organisation", HEAD + "1;Chor Harmonie;Wir singen;\n")) == (0, 0, 1, 0)
    assert Entry.objects.filter(listed=True).count() == 3


def test_the_id_holds_when_the_name_changes(bring_in):
    bring_in("organisation", THREE)

    run = bring_in("organisation", HEAD + "1;Gemischter Chor;Wir singen;\n")

    assert counts(run) == (0, 1, 0, 0)
    assert sorted(OrganisationProfile.objects.values_list("title", flat=True)) == [
        "Gartenfreunde",
        "Gemischter Chor",
        "Schachclub",
    ]


def test_a_column_that_the_file_lacks_is_left_alone(bring_in):
    bring_in("organisation", THREE)

    assert counts(bring_in("organisation", "Kennung;Name\n1;Chor Harmonie\n")) == (0, 0, 1, 0)
    assert OrganisationProfile.objects.get(foreign_id="1").summary == "Wir singen"


def test_an_empty_cell_says_that_there_is_nothing(bring_in):
    bring_in("organisation", THREE)

    assert counts(bring_in("organisation", HEAD + "1;Chor Harmonie;;\n")) == (0, 1, 0, 0)
    assert OrganisationProfile.objects.get(foreign_id="1").summary == ""


def test_without_an_id_the_folded_name_is_the_identity(bring_in, make_profile):
    make_profile("Müllers Größe")

    assert counts(bring_in("organisation", "Name\nMUELLERS GRÖSSE\n")) == (0, 0, 1, 0)
    assert Entry.objects.get().title == "Müllers Größe"


def test_an_entry_without_an_id_takes_that_of_the_file(bring_in, make_profile):
    make_profile("Chor Harmonie", summary="Wir singen")

    assert counts(bring_in("organisation", HEAD + "7;Chor Harmonie;Wir singen;\n")) == (0, 1, 0, 0)
    assert counts(bring_in("organisation", HEAD + "7;Chor der Harmonie;Wir singen;\n")) == (0, 1, 0, 0)
    assert Entry.objects.count() == 1


def test_an_organisation_is_one_whatever_the_source(bring_in):
    bring_in("organisation", THREE, source="one")

    assert counts(bring_in("organisation", THREE, source="two")) == (0, 0, 3, 0)


def test_drafts_of_people_are_left_alone(bring_in, make_profile):
    make_profile("Chor Harmonie", public=False)

    assert counts(bring_in("organisation", "Name\nChor Harmonie\n")) == (1, 0, 0, 0)


def test_what_an_editor_hid_stays_hidden(bring_in, editor):
    bring_in("organisation", THREE)
    entry_actions.hide(Entry.objects.get(foreign_id="1"), by=editor, note="Gibt es nicht mehr.")

    bring_in("organisation", THREE.replace("Wir singen", "Wir singen laut"))

    assert Entry.objects.get(foreign_id="1").status == Status.HIDDEN


def test_a_proposal_is_released_by_an_editors_table(bring_in, region, editor):
    from allmende.modules.directory.actions import propose

    propose(region, "Chor Harmonie", by=None, source="events")

    run = bring_in("organisation", "Name\nChor Harmonie\n", by=editor)

    assert counts(run) == (0, 1, 0, 0)
    assert Entry.objects.get(title="Chor Harmonie").status == Status.PUBLIC


def test_what_a_person_sent_in_is_not_released_by_a_table(bring_in, make_profile, editor, alice):
    profile = make_profile("Chor Harmonie", public=False)
    Entry.objects.update(user=alice)
    entry_actions.submit(profile.__class__.objects.get(), by=alice)

    bring_in("organisation", "Name;Kurz gesagt\nChor Harmonie;Wir singen\n", by=editor)

    assert Entry.objects.get(title="Chor Harmonie").status == Status.WAITING


# Lines that do not go in


def test_errors_are_told_by_line(bring_in):
    run = bring_in("organisation", "Name;E-Mail\nChor;chor@verein.example\n;\u200b\n \u200b ;x@y.example\nTanz;keine\n")

    assert counts(run) == (1, 0, 0, 3)
    assert messages(run) == {
        3: "Der Name fehlt.",
        4: "Der Name fehlt.",
        5: "E-Mail-Adresse für Nachrichten: Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@verein.example.",
    }


@pytest.mark.parametrize(
    ("rows", "line"), [("1;Chor;;\n1;Tanz;;\n", 3), (";Chor;;\n;CHOR;;\n", 3), ("1;Chor;;\n;Chor;;\n", 3)]
)
def test_duplicates_within_a_file_are_refused(bring_in, rows, line):
    run = bring_in("organisation", HEAD + rows)

    assert counts(run) == (1, 0, 0, 1)
    assert messages(run) == {line: "Doppelt: Dasselbe steht schon in Zeile 2."}


def test_duplicates_of_what_is_there_are_refused(bring_in):
    bring_in("organisation", HEAD + "1;Chor;;\n")

    run = bring_in("organisation", HEAD + "1;Chor;Wir singen;\n;Chor;Wir tanzen;\n")

    assert counts(run) == (0, 1, 0, 1)


def test_an_editor_changes_nothing_that_they_may_not(bring_in, region, editor):
    bring_in("organisation", THREE)
    entry_actions.move(Entry.objects.get(foreign_id="1"), status=Status.WAITING, by=None)
    entry_actions.move(Entry.objects.get(foreign_id="1"), status=Status.DRAFT, by=None)

    run = bring_in("organisation", THREE.replace("Wir singen", "Wir singen laut"), by=editor)

    assert messages(run) == {2: "Den Eintrag gibt es schon, aber Sie dürfen ihn nicht ändern."}


def test_a_record_that_the_database_refuses_does_not_cost_the_others(bring_in, monkeypatch):
    real = lots.create_published

    def broken(model, rows, **options):
        if any(row.values["title"] == "Gartenfreunde" for row in rows):
            raise IntegrityError("probe")
        return real(model, rows, **options)

    monkeypatch.setattr(lots, "create_published", broken)

    run = bring_in("organisation", THREE)

    assert run.state == ImportRun.State.DONE
    assert counts(run) == (2, 0, 0, 1)
    assert messages(run) == {3: "Das konnten wir nicht speichern. Wir haben den Fehler notiert."}


# Killed at any point


def test_a_run_goes_on_behind_its_last_lot(region, monkeypatch):
    run = running(region, MANY)
    real, calls = actions.write_lot, []

    def killed(ledger, prepared):
        calls.append(len(prepared))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(ledger, prepared)

    monkeypatch.setattr(actions, "write_lot", killed)
    with pytest.raises(KeyboardInterrupt):
        run_imports()
    done = ImportRun.objects.get(pk=run.pk).done
    assert done == run.lines.count() == Entry.objects.count() > 0

    monkeypatch.undo()
    run_imports()

    run.refresh_from_db()
    assert (run.state, run.done) == (ImportRun.State.DONE, 60)
    assert counts(run) == (60, 0, 0, 0)
    assert Entry.objects.count() == Organisation.objects.count() == 60


def test_a_kill_inside_a_lot_leaves_nothing_half(region, monkeypatch):
    run = running(region, MANY)
    monkeypatch.setattr(lots, "_keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        run_imports()

    run.refresh_from_db()
    assert (run.done, run.lines.count(), Entry.objects.count(), Organisation.objects.count()) == (0, 0, 0, 0)


def test_of_two_processes_one_goes_on(region):
    mine = running(region, MANY)
    theirs = ImportRun.objects.get(pk=mine.pk)
    go_on(theirs)

    assert go_on(mine) == 0
    assert Entry.objects.count() == 60


def test_duplicates_are_noticed_across_a_kill(region, monkeypatch):
    run = running(region, MANY + "0;Noch einmal;;\n")
    real = actions.write_lot
    monkeypatch.setattr(
        actions, "write_lot", lambda ledger, prepared: real(ledger, prepared) if ledger.run.done < 50 else 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        run_imports()
    monkeypatch.undo()

    run_imports()

    assert messages(run) == {62: "Doppelt: Dasselbe steht schon in Zeile 2."}


def test_a_run_that_breaks_again_and_again_is_given_up(region, monkeypatch):
    run = running(region, THREE)
    monkeypatch.setattr(actions, "write_lot", lambda *_: 1 / 0)

    for _try in range(2):
        with pytest.raises(ZeroDivisionError):
            run_imports()
    assert run_imports() == 0

    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    assert next_run() is None


def test_a_command_line_at_work_is_left_alone_until_it_is_dead(region):
    run = running(region, THREE)
    ImportRun.objects.update(leased_until=timezone.now() + timedelta(seconds=20))
    assert run_imports() == 0

    ImportRun.objects.update(leased_until=timezone.now())
    assert run_imports() == 3

    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE


def test_a_file_that_is_gone_ends_the_run(region):
    run = running(region, THREE)
    private_path(run.file_path).unlink()

    run_imports()

    run.refresh_from_db()
    assert (run.state, run.message) == (
        ImportRun.State.FAILED,
        "Die Datei ist nicht mehr da. Bitte laden Sie sie noch einmal hoch.",
    )


# Looking


def test_looking_writes_nothing(region):
    run = uploaded(region, THREE)
    actions.choose_columns(run, run.columns, by=None)

    go_on(run)

    assert run.state == ImportRun.State.READY
    assert run.findings["counts"] == {"created": 3, "changed": 0, "unchanged": 0, "refused": 0}
    assert [row["cells"] for row in run.findings["rows"]][1] == ["2", "Gartenfreunde", "Wir graben", "Am Bach 3"]
    assert (Entry.objects.count(), ImportLine.objects.count()) == (0, 0)


def test_looking_finds_what_running_finds(region, bring_in):
    bring_in("organisation", THREE)
    mixed = HEAD + "1;Chor Harmonie;Neu;\n2;Gartenfreunde;Wir graben;Am Bach 3\n9;Tanz;;\n9;Tanz;;\n;;x;\n"

    run = bring_in("organisation", mixed)

    assert run.findings["counts"] == counts_of(run) == {"created": 1, "changed": 1, "unchanged": 1, "refused": 2}


def test_a_small_file_is_looked_through_at_once(region):
    run = uploaded(region, THREE)
    actions.choose_columns(run, run.columns, by=None)

    look_soon(run)

    assert run.state == ImportRun.State.READY


def test_later_work_leaves_a_small_file_to_the_page_that_looks_through_it(region, editor, time_machine):
    run = uploaded(region, THREE, by=editor)
    actions.choose_columns(run, run.columns, by=editor)
    before = next_run()
    time_machine.move_to(timezone.now() + timedelta(seconds=21))

    assert (before, next_run()) == (None, run)


def test_who_is_late_with_looking_skips_no_line_of_the_run(region):
    run = uploaded(region, THREE)
    actions.choose_columns(run, run.columns, by=None)
    late = ImportRun.objects.get(pk=run.pk)
    go_on(run)
    actions.begin(run, by=None)
    actions.show_progress(late, 3, 3)

    go_on(ImportRun.objects.get(pk=run.pk))

    assert Entry.objects.count() == 3


def test_a_big_file_waits_for_later_work(region):
    run = uploaded(region, HEAD + "".join(f"{number};Verein {number};{'x' * 200};\n" for number in range(600)))
    actions.choose_columns(run, run.columns, by=None)
    ImportRun.objects.update(leased_until=None)

    look_soon(run)
    assert run.state == ImportRun.State.LOOKING
    run_imports()

    run.refresh_from_db()
    assert (run.state, run.total) == (ImportRun.State.READY, 600)


# Undo


def undone(run, by=None):
    run = ImportRun.objects.get(pk=run.pk)
    actions.begin_undo(run, by=by)
    run_imports()
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    return undone_counts(run)


def test_what_is_untouched_disappears(bring_in):
    run = bring_in("organisation", THREE)

    assert undone(run) == {"deleted": 3}
    assert (Entry.objects.count(), Organisation.objects.count()) == (0, 0)


def test_what_somebody_worked_on_goes_to_the_archive(bring_in, editor):
    run = bring_in("organisation", THREE)
    entry_actions.edit(OrganisationProfile.objects.get(foreign_id="1"), {"summary": "Besser"}, by=editor)

    assert undone(run, by=editor) == {"deleted": 2, "archived": 1}
    left = OrganisationProfile.objects.get()
    assert (left.summary, left.status) == ("Besser", Status.ARCHIVED)
    assert left.moves.last().note == "Der Import „file“ wurde zurückgenommen."


def test_what_somebody_flagged_goes_to_the_archive(bring_in, alice, region):
    from allmende.moderation.models import Flag

    run = bring_in("organisation", THREE)
    entry = Entry.objects.get(foreign_id="1")
    Flag.objects.create(region=region, entry=entry, user=alice, reason="wrong", due_at=timezone.now())

    assert undone(run) == {"deleted": 2, "archived": 1}


def test_an_organisation_that_somebody_joined_stays(bring_in, alice):
    from allmende.accounts.actions import add_member

    run = bring_in("organisation", HEAD + "1;Chor;;\n")
    add_member(Organisation.objects.get(), alice, role="owner", by=None)

    assert undone(run) == {"deleted": 1}
    assert Organisation.objects.count() == 1


def test_changed_values_come_back(bring_in):
    bring_in("organisation", THREE)
    before = list(OrganisationProfile.objects.order_by("pk").values("title", "summary", "place_text"))
    run = bring_in("organisation", HEAD + "1;Chor;Neu;Am Markt 1\n2;Gartenfreunde;;\n")

    assert undone(run) == {"restored": 2}
    assert list(OrganisationProfile.objects.order_by("pk").values("title", "summary", "place_text")) == before


def test_values_that_were_edited_since_stay(bring_in, editor):
    bring_in("organisation", THREE)
    run = bring_in("organisation", HEAD + "1;Chor;Neu;\n")
    entry_actions.edit(OrganisationProfile.objects.get(foreign_id="1"), {"summary": "Besser"}, by=editor)

    assert undone(run, by=editor) == {"kept": 1}
    assert OrganisationProfile.objects.get(foreign_id="1").summary == "Besser"


def test_unchanged_lines_are_not_touched_by_undo(bring_in):
    bring_in("organisation", THREE)

    assert undone(bring_in("organisation", THREE)) == {}
    assert Entry.objects.filter(listed=True).count() == 3


def test_a_release_is_taken_back(bring_in, region, editor):
    from allmende.modules.directory.actions import propose

    propose(region, "Chor", by=None, source="events")
    run = bring_in("organisation", "Name;Kurz gesagt\nChor;Wir singen\n", by=editor)

    assert undone(run, by=editor) == {"restored": 1}
    assert (Entry.objects.get().status, Entry.objects.get().summary) == (Status.WAITING, "")


def test_an_undo_goes_on_after_a_kill(bring_in, monkeypatch):
    run = bring_in("organisation", MANY)
    actions.begin_undo(run, by=None)
    real, calls = actions.undo_lot, []

    def killed(*args, **options):
        calls.append(1)
        return real(*args, **options) if len(calls) < 2 else 1 / 0

    monkeypatch.setattr(actions, "undo_lot", killed)
    with pytest.raises(ZeroDivisionError):
        run_imports()
    assert 0 < Entry.objects.count() < 60
    monkeypatch.undo()

    run_imports()

    assert Entry.objects.count() == 0
    assert ImportRun.objects.get().state == ImportRun.State.UNDONE


def test_a_run_is_undone_once(bring_in):
    run = bring_in("organisation", THREE)
    same = ImportRun.objects.get(pk=run.pk)
    actions.begin_undo(run, by=None)

    with pytest.raises(MovedMeanwhile):
        actions.begin_undo(same, by=None)


# Who may, and what is left


def test_only_editors_may_upload(region, alice):
    with pytest.raises(PermissionDenied):
        uploaded(region, THREE, by=alice)


def test_who_is_no_editor_any_more_starts_nothing(region, editor):
    run = uploaded(region, THREE, by=editor)
    take_role(editor.roles.get(), by=_admin(region))
    editor.__dict__.pop("_staff_roles", None)

    with pytest.raises(PermissionDenied):
        actions.choose_columns(run, run.columns, by=editor)


def _admin(region):
    from allmende.conftest import person
    from allmende.regions.actions import give_role

    admin = person("verwaltung")
    give_role(admin, "region_admin", region=region, by=None)
    return admin


def test_a_file_that_nobody_can_read_is_not_kept(region, settings):
    files = {path for path in (settings.DATA / "files").rglob("*") if path.is_file()}

    with pytest.raises(ValidationError):
        uploaded(region, "")

    assert ImportRun.objects.count() == 0
    assert {path for path in (settings.DATA / "files").rglob("*") if path.is_file()} == files


def test_a_discarded_file_is_gone(region, django_capture_on_commit_callbacks):
    run = uploaded(region, THREE)
    path = private_path(run.file_path)

    with django_capture_on_commit_callbacks(execute=True):
        actions.discard(run, by=None)

    assert (ImportRun.objects.count(), path.exists()) == (0, False)


def test_what_ran_is_not_discarded(bring_in):
    run = bring_in("organisation", THREE)

    with pytest.raises(MovedMeanwhile):
        actions.discard(run, by=None)


def test_files_are_forgotten_after_a_week(bring_in, time_machine_of, django_capture_on_commit_callbacks):
    run = bring_in("organisation", THREE)
    path = private_path(run.file_path)
    assert actions.forget_files() == 0

    time_machine_of(days=8)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_files() == 1

    run.refresh_from_db()
    assert (run.file_path, path.exists(), run.lines.count()) == ("", False, 3)


def test_what_was_never_run_goes_after_a_week(region, time_machine_of, django_capture_on_commit_callbacks):
    path = private_path(uploaded(region, THREE).file_path)

    time_machine_of(days=8)
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.forget_files() == 1

    assert (ImportRun.objects.count(), path.exists()) == (0, False)


@pytest.fixture
def time_machine_of():
    import time_machine

    travels = []

    def go(**later):
        travel = time_machine.travel(timezone.now() + timedelta(**later))
        travel.start()
        travels.append(travel)

    yield go
    for travel in travels:
        travel.stop()
