"""Backup and return: one archive that holds rows, pictures and private files, the same for both databases.

The archive is a ZIP: ``manifest.json``, ``rows/<model>.jsonl`` (a JSON list a line), and the folders ``files/`` and
``maps/`` as they lie in the data folder. The manifest holds the schema's migrations, the number of rows of each table,
and size and SHA-256 of each part. Rows are written and read by the models as they were at that schema, so that an
archive of an older version comes back into a newer one, and of one database into the other.

It holds neither the secret key nor the settings: an archive travels, and nothing in it needs the key.
"""

from allmende.core.backup.manifest import Manifest, Refused
from allmende.core.backup.restoring import check, restore
from allmende.core.backup.saving import last_saved_at, save

__all__ = ["Manifest", "Refused", "check", "last_saved_at", "restore", "save"]
