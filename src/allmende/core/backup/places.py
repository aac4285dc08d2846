"""Which database one reads from and writes to: a standing copy of the live one, a fresh one that takes its place."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

PATIENCE = 60  # seconds until nobody else reads or writes for a moment


@contextmanager
def standing_copy(folder: Path) -> Iterator[None]:
    """Within, the database stands still as it was at one moment, while everybody goes on writing.

    SQLite is copied first: a reader that stays would let the write-ahead log grow for as long as it reads.
    """
    if connection.vendor == "sqlite":
        copy = folder / "copy.sqlite3"
        copy_sqlite(Path(connection.settings_dict["NAME"]), copy)
        with _another_file(copy):
            yield
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


@contextmanager
def fresh_database() -> Iterator[None]:
    """Within, the database is empty, without a table; what is put there takes the place of the live one at the end.

    It does so at once or, after an exception, not at all. SQLite: another file, copied over the live one in one
    transaction. PostgreSQL: one transaction, which first drops our tables; everybody else waits for it.
    """
    if connection.vendor == "sqlite":
        live = Path(connection.settings_dict["NAME"])
        with TemporaryDirectory(dir=live.parent, prefix=".allmende-restore-") as folder:
            fresh = Path(folder, "fresh.sqlite3")
            with _another_file(fresh):
                yield
            connection.close()
            copy_sqlite(fresh, live)
    else:
        with transaction.atomic():
            _drop_tables()
            yield


def copy_sqlite(source: Path, target: Path) -> None:
    """All pages in one transaction, also of and into a database that others have open (SQLite's online backup)."""
    with closing(sqlite3.connect(source, timeout=30)) as here, closing(sqlite3.connect(target, timeout=30)) as there:
        here.backup(there)


@contextmanager
def _another_file(path: Path) -> Iterator[None]:
    """Everything of this thread that asks the database asks this file."""
    live = connections[DEFAULT_DB_ALIAS]
    other = live.copy()
    other.settings_dict["NAME"] = str(path)
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = live


def _drop_tables() -> None:
    """Those of all apps that ever migrated this database, also of a newer version."""
    apps = {app for app, _name in MigrationRecorder(connection).applied_migrations()} | {"django"}
    tables = connection.introspection.table_names()
    names = [connection.ops.quote_name(table) for table in tables if any(table.startswith(f"{app}_") for app in apps)]
    if names:
        _lock(names)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {', '.join(names)} CASCADE")


def _lock(names: list[str]) -> None:
    """All or none: who holds some and waits for others stands in the way of whoever does it the other way round."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE NOWAIT")
                return
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
