"""Imports: a module's ``imports.py`` says how a foreign row becomes an entry, everything else is done here.

A run is a row that is due (``ImportRun``): later work looks its file through, carries it out in small lots and takes it
back. Whatever was written is noted line by line (``ImportLine``), in the transaction of the lot.
"""

from allmende.entries.imports import actions
from allmende.entries.imports.actions import forget_files
from allmende.entries.imports.importers import Importer, Record, importer_for, importers
from allmende.entries.imports.names import Organisers
from allmende.entries.imports.running import go_on, look_soon, look_through, run_imports

__all__ = [
    "Importer",
    "Organisers",
    "Record",
    "actions",
    "forget_files",
    "go_on",
    "importer_for",
    "importers",
    "look_soon",
    "look_through",
    "run_imports",
]
