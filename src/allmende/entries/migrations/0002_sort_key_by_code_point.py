"""PostgreSQL sorts by the database's language unless told otherwise; sort keys are folded to be compared as they are."""

from typing import Any

from django.db import migrations


def by_code_point(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE entries_entry ALTER COLUMN sort_key TYPE varchar(200) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("entries", "0001_initial")]

    operations = [migrations.RunPython(by_code_point, migrations.RunPython.noop)]
