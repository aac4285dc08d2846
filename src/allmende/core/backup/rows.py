"""Rows out of any database and into any other, by the models as they were at a set of migrations."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils.duration import duration_iso_string

from allmende.core.backup.manifest import Node, Refused, Table
from allmende.core.models import Mail

# Nothing of these is worth anything in another place or at another time: who is signed in, links that were mailed,
# counters, who works just now; and what Django makes anew by itself.
LEFT_BEHIND_APPS = {"sessions", "usersessions", "contenttypes", "auth"}
LEFT_BEHIND = {"core.Lease", "core.Window", "core.FormToken", "core.Token", "account.EmailConfirmation"}
LOT = 500  # rows

Model = type[models.Model]


def models_at(loader: MigrationLoader, nodes: Iterable[Node]) -> list[Model]:
    """The models of all rows that are kept, as they were after these migrations, by label."""
    state = loader.project_state(leaves(loader, nodes)).apps
    kept = [
        model
        for model in state.get_models(include_auto_created=True)
        if model._meta.managed
        and model._meta.app_label not in LEFT_BEHIND_APPS
        and model._meta.label not in LEFT_BEHIND
    ]
    return sorted(kept, key=lambda model: str(model._meta.label))


def leaves(loader: MigrationLoader, nodes: Iterable[Node]) -> list[Node]:
    """The last of these migrations of each app."""
    given = set(nodes)
    return sorted(
        node
        for node in given
        if not any(child[0] == node[0] and child in given for child in loader.graph.node_map[node].children)
    )


def columns_of(model: Model) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields]


def lines_of(model: Model) -> Iterator[bytes]:
    """The rows in the order of their keys, each a JSON list in the order of ``columns_of``."""
    rows = model._base_manager.order_by("pk")
    if model._meta.label == Mail._meta.label:
        # A code that waits to be mailed is worth nothing later on, and is nobody's to read.
        rows = rows.exclude(state=Mail.WAITING, sensitive=True)
    for row in rows.values_list(*columns_of(model)).iterator(chunk_size=LOT):
        yield json.dumps(row, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def fill(model: Model, table: Table, lines: Iterable[bytes]) -> None:
    """Insert the rows of an archive. Raises Refused if columns or the number of rows are not as the archive says."""
    fields = model._meta.local_concrete_fields
    if columns_of(model) != table.columns:
        raise Refused(f"Die Sicherung ist verändert: {model._meta.label} hat andere Spalten.")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join("%s" for _ in fields)
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608  # our own names
    with connection.cursor() as cursor:
        rows = ([_value(field, value) for field, value in zip(fields, json.loads(line), strict=True)] for line in lines)
        while lot := list(islice(rows, LOT)):
            cursor.executemany(insert, lot)
    if (there := model._base_manager.count()) != table.rows:
        raise Refused(f"{model._meta.label}: {there} Zeilen statt {table.rows}. Die Sicherung ist verändert.")


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # to the microsecond, which Django's own encoder drops
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"no way to write {type(value)}")


def _value(field: "models.Field[Any, Any]", value: Any) -> Any:
    return field.get_db_prep_save(value if value is None else field.to_python(value), connection)


def last_key(model: Model) -> int | None:
    """The highest key that the database ever gave, None where it gives none."""
    if not isinstance(model._meta.pk, models.AutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        else:
            cursor.execute(f"SELECT last_value FROM {_sequence(model)} WHERE is_called")  # noqa: S608  # our own name
        given = cursor.fetchone()
    highest = model._base_manager.aggregate(highest=models.Max("pk"))["highest"]
    return max(given[0] if given else 0, highest or 0)


def go_on_after(model: Model, key: int | None) -> None:
    """The next row gets a higher key than this."""
    if not key:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [model._meta.db_table, key])
        else:
            cursor.execute("SELECT setval(%s, %s)", [_sequence(model), key])


def _sequence(model: Model) -> str:
    """The name of the sequence, quoted where it has to be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
        return str(cursor.fetchone()[0])
