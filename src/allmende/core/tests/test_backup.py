"""Archives of rows and files: there and back, and every way in which one can be bad."""

import json
import resource
import stat
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from allmende.core.backup import Refused, check, last_saved_at, restore, save
from allmende.core.backup.places import standing_copy
from allmende.core.backup.rows import columns_of
from allmende.core.files import private_path, save_private
from allmende.core.log import record
from allmende.core.models import Lease, LogEntry, Mail, PrivateFile, Token, Window
from allmende.core.outbox import enqueue
from allmende.core.tokens import issue

pytestmark = pytest.mark.django_db(transaction=True)

A_MOMENT = datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)
STRANGE = {"ä": ["„ß“", None, 1.5, True, {"leer": ""}], "z": '\\ " \n\t \u2028 🦔'}


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    return settings.DATA


@pytest.fixture
def file(data: Path) -> PrivateFile:
    """Rows of several kinds, a private file and a map."""
    enqueue(to="alice@lindach.example", subject="Guten Tag", body="Zeile eins\nZeile zwei\n", headers={"X-A": "b"})
    LogEntry.objects.create(
        verb="changed", model="m", key="1", at=A_MOMENT, old=None, new=STRANGE, reason='"Ja", sagte'
    )
    (data / "maps").mkdir()
    (data / "maps" / "lindach.geojson.gz").write_bytes(b"a map")
    return PrivateFile.objects.create(
        path=save_private(b"proof", suffix=".pdf"),
        name="Bescheid.pdf",
        content_type="application/pdf",
        size=5,
        sha256="x",
    )


@pytest.fixture
def archive(file: PrivateFile, tmp_path: Path) -> Path:
    return save(tmp_path / "one.zip")[0]


def rows() -> dict[str, list[Any]]:
    models = (Mail, LogEntry, PrivateFile)
    return {
        model.__name__: list(model._base_manager.order_by("pk").values_list(*columns_of(model))) for model in models
    }


def files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}


def empty(data: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    for path in data.rglob("*"):
        if path.is_file():
            path.unlink()


def lose_a_row_and_a_file(file: PrivateFile) -> None:
    private_path(file.path).unlink()
    Mail.objects.all().delete()


def altered(archive: Path, **members: bytes | None) -> Path:
    """A copy with members (``__`` is a slash, ``_`` a dot before the ending) put in, changed, or left out."""
    other = archive.with_name("altered.zip")
    changed = {name.replace("__", "/"): content for name, content in members.items()}
    with ZipFile(archive) as source, ZipFile(other, "w") as target:
        for info in source.infolist():
            if info.filename not in changed:
                target.writestr(info, source.read(info))
        for name, content in changed.items():
            if content is not None:
                target.writestr(name, content, ZIP_DEFLATED)
    return other


def manifest_of(archive: Path) -> dict[str, Any]:
    with ZipFile(archive) as opened:
        return json.loads(opened.read("manifest.json"))


def with_manifest(archive: Path, **changes: Any) -> Path:
    return altered(archive, **{"manifest.json": json.dumps(manifest_of(archive) | changes).encode()})


@contextmanager
def small_disk(size: int):
    """No file may become larger, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def in_a_thread(do: Any) -> threading.Thread:
    """As another process: with a connection of its own, which it closes."""

    def run() -> None:
        try:
            do()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_what_was_lost_comes_back_to_the_last_sign(archive, data):
    before = rows(), files(data)
    empty(data)

    restore(archive)

    assert (rows(), files(data)) == before


def test_keys_of_deleted_rows_are_never_given_again(file, data, tmp_path):
    last = enqueue(to="bob@lindach.example", subject="s", body="b")
    gone = last.pk
    last.delete()
    path, _manifest = save(tmp_path / "one.zip")
    empty(data)

    restore(path)

    assert enqueue(to="bob@lindach.example", subject="s", body="b").pk == gone + 1


def test_codes_links_and_counters_stay_behind(file, data, tmp_path):
    enqueue(to="alice@lindach.example", subject="Ihr Code", body="ABC-123", sensitive=True)
    issue("thread", "1", lifetime=timedelta(days=1))
    Window.objects.create(key="k", starts_at=A_MOMENT, ends_at=A_MOMENT + timedelta(hours=1))
    path, manifest = save(tmp_path / "one.zip")

    with ZipFile(path) as opened:
        everything = b"".join(opened.read(name) for name in opened.namelist())
    restore(path, replace=True)

    assert b"ABC-123" not in everything
    assert sorted(Mail.objects.values_list("subject", flat=True)) == ["Guten Tag"]
    assert [model.objects.count() for model in (Token, Window)] == [0, 0]
    assert {"core.Token", "sessions.Session"} & set(manifest.tables) == set()


def test_whoever_works_here_goes_on_working(archive):
    Lease.objects.create(name="core.send_due", holder="here:1", leased_until=A_MOMENT)

    restore(archive, replace=True)

    assert Lease.objects.get(name="core.send_due").holder == "here:1"
    assert last_saved_at() is not None


def test_no_kept_row_points_to_one_that_stays_behind(archive):
    from allmende.core.backup.restoring import _models_here

    models = _models_here()
    labels = {model._meta.label for model in models}

    pointed_at = {
        f.related_model._meta.label for model in models for f in model._meta.local_concrete_fields if f.is_relation
    }

    assert pointed_at - labels == set()


def test_only_the_account_that_wrote_it_may_read_it(archive):
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert [path.name for path in archive.parent.iterdir() if path.name != "data"] == ["one.zip"]


def test_a_folder_gets_a_file_named_by_the_time(file, tmp_path):
    path, _manifest = save(tmp_path)

    assert datetime.strptime(path.name, "allmende-%Y-%m-%d-%H%M.zip").date() == datetime.now().date()


def test_when_the_last_one_was_made_is_remembered(archive):
    assert datetime.now(UTC) - last_saved_at() < timedelta(minutes=1)


def test_what_a_killed_backup_left_is_tidied_away(file, tmp_path):
    left, at_work = tmp_path / ".allmende-backup-old", tmp_path / ".allmende-backup-new"
    left.mkdir()
    at_work.mkdir()
    import os

    os.utime(left, (time.time() - 2 * 86400,) * 2)

    save(tmp_path / "one.zip")

    assert (left.exists(), at_work.exists()) == (False, True)


def test_everybody_goes_on_writing_during_a_backup(file, tmp_path):
    began = time.monotonic()
    with standing_copy(tmp_path):
        before = Mail.objects.count()
        in_a_thread(lambda: enqueue(to="bob@lindach.example", subject="s", body="b")).join()
        took = time.monotonic() - began
        meanwhile = Mail.objects.count()

    assert (before, meanwhile, Mail.objects.count()) == (1, 1, 2)
    assert took < 5


def test_others_see_the_old_rows_or_the_new_and_never_a_mixture(archive):
    for number in range(9):
        enqueue(to=f"person{number}@lindach.example", subject="s", body="b")
        record("changed", "thing", by=None)
    seen: list[tuple[int, int]] = []
    over = threading.Event()

    def look() -> None:
        from django.db import transaction

        while not over.is_set():
            with transaction.atomic():
                seen.append((Mail.objects.count(), LogEntry.objects.count()))
            time.sleep(0.01)

    looker = in_a_thread(look)
    try:
        while not seen:
            time.sleep(0.01)
        restore(archive, replace=True)
        time.sleep(0.1)
    finally:
        over.set()
        looker.join()

    assert (seen[0], seen[-1]) == ((10, 10), (1, 1))
    # PostgreSQL hides tables that are made anew from a transaction that began before; each table is whole, though.
    assert {mails for mails, _log in seen} == {1, 10}


@pytest.mark.parametrize("rest", [0.02, 0.5, 0.9, 0.999])
def test_a_truncated_archive_is_refused(archive, file, data, rest):
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * rest)])
    lose_a_row_and_a_file(file)
    before = rows(), files(data)

    with pytest.raises(Refused, match="abgeschnitten, beschädigt oder keine Sicherung"):
        restore(archive, replace=True)

    assert (rows(), files(data)) == before


def test_no_altered_byte_goes_unseen(archive, file, data):
    content = archive.read_bytes()
    lose_a_row_and_a_file(file)
    before = rows(), files(data)
    with ZipFile(archive) as opened:
        starts = {info.filename: info.header_offset for info in opened.infolist() if info.file_size}

    for start in starts.values():
        place = start + 150  # behind the head of the part
        archive.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        with pytest.raises(Refused):
            restore(archive, replace=True)

    assert (rows(), files(data)) == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rows__core.Mail.jsonl": b"[]\n"}, "hat eine andere Prüfsumme"),
        ({"rows__core.Mail.jsonl": None}, "andere Teile"),
        ({"files__more.pdf": b"more"}, "andere Teile"),
        ({"manifest.json": None}, "manifest.json"),
        ({"manifest.json": b"{"}, "Inhaltsverzeichnis der Sicherung ist beschädigt"),
        ({"manifest.json": b"[]"}, "Inhaltsverzeichnis der Sicherung ist beschädigt"),
    ],
)
def test_an_altered_archive_is_refused(archive, change, reason):
    with pytest.raises(Refused, match=reason):
        check(altered(archive, **change))


@pytest.mark.parametrize("name", ["../../evil", "files/../../evil", "/etc/evil", "secret", "files//evil"])
def test_nothing_is_written_outside_of_its_place(archive, data, name):
    import hashlib

    part = {"size": 4, "sha256": hashlib.sha256(b"evil").hexdigest()}
    parts = manifest_of(archive)["parts"] | {name: part}
    bad = with_manifest(archive, parts=parts)
    with ZipFile(bad, "a") as opened:
        opened.writestr(name, b"evil")

    with pytest.raises(Refused, match="gehört nicht hinein"):
        restore(bad, replace=True)


def test_rows_that_do_not_match_the_count_change_nothing(archive, file):
    tables = manifest_of(archive)["tables"]
    tables["core.LogEntry"]["rows"] += 1
    lose_a_row_and_a_file(file)
    before = rows()

    with pytest.raises(Refused, match=r"core\.LogEntry: 1 Zeilen statt 2"):
        restore(with_manifest(archive, tables=tables), replace=True)

    assert rows() == before
    assert not private_path(file.path).exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"migrations": [["core", "0001_initial"], ["core", "9999_future"]]}, "neueren Version .* core.9999_future"),
        ({"format": 2}, "hat das Format 2"),
        ({"demo": True}, "von einer Demo, und hier ist keine Demo"),
    ],
)
def test_an_archive_that_is_not_for_here_is_refused(archive, changes, reason):
    before = rows()

    with pytest.raises(Refused, match=reason):
        restore(with_manifest(archive, **changes), replace=True)

    assert rows() == before


def test_what_is_there_is_replaced_only_when_told(archive, data):
    before = rows(), files(data)
    more = save_private(b"more")
    import os

    os.utime(private_path(more), (time.time() - 60,) * 2)
    (data / "maps" / "lindach.geojson.gz").write_bytes(b"another map")
    enqueue(to="bob@lindach.example", subject="s", body="b")
    now = rows(), files(data)

    with pytest.raises(Refused, match=r"Hier gibt es schon Daten.*--replace"):
        restore(archive)
    untouched = rows(), files(data)
    restore(archive, replace=True)

    assert untouched == now
    assert (rows(), files(data)) == before


def test_a_full_disk_leaves_no_half_archive(archive, tmp_path):
    before = archive.read_bytes()

    with small_disk(len(before) // 2), pytest.raises(Refused, match="ist nicht geschrieben"):
        save(archive)

    assert archive.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "one.zip"]


def test_a_full_disk_during_the_return_changes_nothing(archive, file, data):
    private_path(file.path).write_bytes(b"a" * 9000)
    big, _manifest = save(archive.with_name("two.zip"))
    lose_a_row_and_a_file(file)
    before = rows(), files(data)

    with small_disk(8000), pytest.raises(Refused, match="Es ist nichts geändert"):
        restore(big, replace=True)

    assert (rows(), files(data)) == before


def test_a_place_that_is_not_there_is_said(file, tmp_path):
    with pytest.raises(Refused, match="Die Datei oder den Ordner gibt es nicht"):
        save(tmp_path / "no" / "one.zip")
    with pytest.raises(Refused, match="ist nicht zu lesen: Die Datei oder den Ordner gibt es nicht"):
        restore(tmp_path / "none.zip")


def test_the_commands_say_what_they_did(file, tmp_path, data, capsys):
    call_command("backup", str(tmp_path / "one.zip"))
    backed_up = capsys.readouterr().out.splitlines()
    call_command("restore", str(tmp_path / "one.zip"), check=True)
    checked = capsys.readouterr().out.splitlines()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(tmp_path / "one.zip"))

    assert backed_up[-1] == str(tmp_path / "one.zip")
    assert backed_up[-2].startswith("Gesichert: 3 Zeilen aus ")
    assert "geheime Schlüssel" in backed_up[0]
    assert checked[-1] == "Die Sicherung ist ganz und unverändert."
    assert connection.introspection.table_names()
