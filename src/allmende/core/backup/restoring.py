import os
import shutil
import sqlite3
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from allmende.core.backup.manifest import CHUNK, Manifest, Part, Refused, in_words, opened, part_of, rows_name
from allmende.core.backup.places import fresh_database
from allmende.core.backup.rows import Model, columns_of, fill, go_on_after, leaves, models_at
from allmende.core.backup.saving import stored_files
from allmende.core.health import is_migrated
from allmende.core.models import Lease


def check(source: Path) -> Manifest:
    """Look an archive through, from end to end, and return what is in it. Raises Refused."""
    with opened(source) as (_archive, manifest):
        _refuse_unfit(manifest)
        return manifest


def restore(source: Path, *, replace: bool = False) -> Manifest:
    """Put the archive in the place of what this installation has, also while it runs; returns what was in it.

    It is looked through before anything changes. Raises Refused for an archive that is damaged, newer than this program
    or of a demo, and, without ``replace``, where there are rows already; nothing is changed then.
    """
    began = time.time()
    with opened(source) as (archive, manifest):
        _refuse_unfit(manifest)
        if not replace and _is_filled():
            raise Refused(
                "Hier gibt es schon Daten. Es ist nichts geändert. "
                "Sollen sie verschwinden, dann noch einmal mit --replace."
            )
        try:
            _put(archive, manifest)
        except OSError as error:
            raise Refused(f"Es ist nichts geändert: {in_words(error)}.") from error
        except (sqlite3.Error, DatabaseError) as error:
            said = " ".join(str(error).split())
            raise Refused(f"Es ist nichts geändert. Die Datenbank sagt: {said}.") from error
        except (ValueError, TypeError, ValidationError) as error:
            raise Refused("Es ist nichts geändert: Die Sicherung enthält Zeilen, die nicht zu lesen sind.") from error
    if replace:
        _remove_others(manifest, before=began)
    return manifest


def _refuse_unfit(manifest: Manifest) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).graph.nodes
    if unknown := [node for node in manifest.migrations if node not in known]:
        raise Refused(
            f"Die Sicherung ist von einer neueren Version ({manifest.version}): Dieses Programm kennt "
            f"{'.'.join(unknown[0])} nicht. Bitte zuerst Allmende aktualisieren."
        )
    if manifest.demo != settings.DEMO:
        here = "eine Demo" if settings.DEMO else "keine Demo"
        there = "einer Demo" if manifest.demo else "einer echten Installation"
        raise Refused(f"Die Sicherung ist von {there}, und hier ist {here}.")


def _is_filled() -> bool:
    there = set(connection.introspection.table_names())
    return any(model._base_manager.exists() for model in _models_here() if model._meta.db_table in there)


def _models_here() -> list[Model]:
    """The models of what lies in the database now, whatever its version."""
    loader = MigrationLoader(connection)
    return models_at(loader, [node for node in loader.applied_migrations if node in loader.graph.nodes])


def _put(archive: ZipFile, manifest: Manifest) -> None:
    """New files first: without a row they do no harm, and they go again if the rows do not come."""
    data, leases = Path(settings.DATA), _leases()
    with TemporaryDirectory(dir=data, prefix=".allmende-restore-") as folder:
        owed = [name for name in manifest.files if not _is_there(data / name, manifest.parts[name])]
        for name in owed:
            _unpack(archive, name, Path(folder, name))
        new = [name for name in owed if not (data / name).exists()]
        try:
            _move(new, Path(folder), data)
            with fresh_database():
                _put_rows(archive, manifest)
                Lease.objects.bulk_create(leases)
        except BaseException:
            for name in new:
                (data / name).unlink(missing_ok=True)
            raise
        _move([name for name in owed if name not in set(new)], Path(folder), data)


def _leases() -> list[Lease]:
    """Who works here, and when it is due, has nothing to do with the archive; a worker that runs goes on."""
    if not is_migrated():
        return []
    return [Lease(**row) for row in Lease.objects.values(*(field for field in columns_of(Lease) if field != "id"))]


def _is_there(path: Path, part: Part) -> bool:
    if not path.is_file() or path.stat().st_size != part.size:
        return False
    with path.open("rb") as file:
        return part_of(file) == part


def _unpack(archive: ZipFile, name: str, draft: Path) -> None:
    draft.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, draft.open("wb") as file:
        shutil.copyfileobj(packed, file, CHUNK)
        file.flush()
        os.fsync(file.fileno())


def _move(names: list[str], folder: Path, data: Path) -> None:
    for name in names:
        (data / name).parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        (folder / name).replace(data / name)


def _put_rows(archive: ZipFile, manifest: Manifest) -> None:
    """The schema of the archive, its rows, and from there on the way to the schema of this program."""
    executor = MigrationExecutor(connection)
    executor.migrate(leaves(executor.loader, manifest.migrations))
    models = models_at(executor.loader, manifest.migrations)
    if sorted(model._meta.label for model in models) != sorted(manifest.tables):
        raise Refused("Die Sicherung ist verändert: Tabellen und Migrationen passen nicht zusammen.")
    with transaction.atomic():
        _let_keys_wait()
        for model in models:
            table = manifest.tables[model._meta.label]
            with archive.open(rows_name(model._meta.label)) as lines:
                fill(model, table, lines)
            go_on_after(model, table.last_key)
        connection.check_constraints()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _let_keys_wait() -> None:
    """Tables are filled by name: a row may come before the one that its key names.

    PostgreSQL has been told by migrations that added a key to check that one at once, for the whole transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _remove_others(manifest: Manifest, before: float) -> None:
    """Files that the archive does not know; what came while we worked belongs to new rows."""
    known = set(manifest.files)
    for name, path in list(stored_files()):
        if name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
