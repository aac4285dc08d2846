"""The command ``allmende``: Django's management commands under one name, ours first."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility, get_commands
from django.core.management.color import color_style
from django.db import DatabaseError

# What an operator needs of Django's own; the rest works too, but is not listed.
DJANGO_COMMANDS = {"collectstatic", "dbshell", "makemigrations", "migrate", "shell", "showmigrations"}


class Allmende(ManagementUtility):
    def __init__(self, argv: list[str]) -> None:
        super().__init__(argv)
        self.prog_name = "allmende"

    def main_help_text(self, commands_only: bool = False) -> str:  # noqa: FBT001, FBT002  # Django's signature
        ours = sorted(name for name, app in get_commands().items() if app.startswith("allmende."))
        django = sorted(DJANGO_COMMANDS & set(get_commands()))
        if commands_only:
            return "\n".join([*ours, *django])
        lines = ["allmende COMMAND …  (allmende help COMMAND tells more)", "", *_indented(ours), ""]
        return "\n".join([*lines, color_style().NOTICE("of Django:"), *_indented(django)])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
    try:
        Allmende(sys.argv).execute()
    except (ImproperlyConfigured, DatabaseError, OSError) as error:
        if "--traceback" in sys.argv:
            raise
        # One sentence for the operator, who has no use for the way through our files.
        sys.exit(f"allmende: {_sentence(error)}")


def _sentence(error: Exception) -> str:
    """A database that cannot be reached, read or is not up to date; a disk that is full, a folder of somebody else."""
    if isinstance(error, DatabaseError):
        said = " ".join(str(error).split())
        return f"the database says: {said}. Is it there, and up to date (allmende migrate)? --traceback tells more."
    return str(error)


def _indented(names: list[str]) -> list[str]:
    return [f"  {name}" for name in names]
