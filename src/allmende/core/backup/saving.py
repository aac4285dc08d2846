import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from allmende.core.backup.manifest import CHUNK, FOLDERS, Manifest, Refused, Table, add, in_words, rows_name
from allmende.core.backup.places import standing_copy
from allmende.core.backup.rows import Model, columns_of, last_key, lines_of, models_at
from allmende.core.models import Lease

LEASE = "core.backup"  # the row that remembers when the last one was made
DRAFT = ".allmende-backup-"
STALE = 86400  # seconds


def save(target: Path) -> tuple[Path, Manifest]:
    """Write an archive of the running installation, whole or not at all, readable by its account alone.

    For a folder the file gets the day and time for a name. Returns the path and what is in the archive. Raises Refused,
    above all when the disk is full; a file of that name stays as it was then.
    """
    target = target / f"allmende-{timezone.localtime():%Y-%m-%d-%H%M}.zip" if target.is_dir() else target
    try:
        _forget_drafts(target.parent)
        with TemporaryDirectory(dir=target.parent, prefix=DRAFT) as folder:
            draft = Path(folder, "draft.zip")
            manifest = _write(draft)
            draft.replace(target)
    except OSError as error:
        raise Refused(f"{target} ist nicht geschrieben: {in_words(error)}.") from error
    except (sqlite3.Error, DatabaseError) as error:
        raise Refused(f"{target} ist nicht geschrieben. Die Datenbank sagt: {error}.") from error
    with suppress(DatabaseError):  # of an older version, just before it is brought up to date
        Lease.objects.update_or_create(name=LEASE, defaults={"last_run_at": timezone.now()})
    return target, manifest


def last_saved_at() -> datetime | None:
    """When the newest archive of this installation was written, None if there is none."""
    return Lease.objects.filter(name=LEASE).values_list("last_run_at", flat=True).first()


def _forget_drafts(folder: Path) -> None:
    """What a backup left that was killed; another may be at work just now."""
    for draft in folder.glob(f"{DRAFT}*"):
        if draft.stat().st_mtime < time.time() - STALE:
            shutil.rmtree(draft, ignore_errors=True)


def _write(draft: Path) -> Manifest:
    """First the rows, then the files: a file without a row is tidied up later, a row without its file is a hole."""
    with (
        os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
        ZipFile(file, "w") as archive,
    ):
        with standing_copy(draft.parent):
            manifest = _write_rows(archive)
        for name, path in stored_files():
            _write_file(archive, name, path, manifest)
        manifest.write(archive)
        archive.close()
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _write_rows(archive: ZipFile) -> Manifest:
    loader = MigrationLoader(connection)
    applied = sorted(loader.applied_migrations)
    if unknown := [node for node in applied if node not in loader.graph.nodes]:
        raise Refused(f"Die Datenbank ist neuer als dieses Programm: Es kennt {'.'.join(unknown[0])} nicht.")
    if not applied:
        raise Refused("Hier ist noch nichts eingerichtet. Zuerst: allmende init")
    manifest = Manifest(
        version=version("allmende"),
        made_at=timezone.now().isoformat(),
        database=connection.vendor,
        demo=settings.DEMO,
        migrations=applied,
    )
    for model in models_at(loader, applied):
        _write_table(archive, model, manifest)
    return manifest


def _write_table(archive: ZipFile, model: Model, manifest: Manifest) -> None:
    rows = 0

    def counted() -> Iterator[bytes]:
        nonlocal rows
        for line in lines_of(model):
            rows += 1
            yield line

    name = rows_name(model._meta.label)
    manifest.parts[name] = add(archive, name, counted())
    manifest.tables[model._meta.label] = Table(columns_of(model), rows, last_key(model))


def stored_files() -> Iterator[tuple[str, Path]]:
    """(name relative to the data folder, path) of each file of people; drafts of the writing begin with a dot."""
    data = Path(settings.DATA)
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path.relative_to(data).as_posix(), path


def _write_file(archive: ZipFile, name: str, path: Path, manifest: Manifest) -> None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return  # deleted since it was listed
    with file:
        manifest.parts[name] = add(archive, name, iter(lambda: file.read(CHUNK), b""))
