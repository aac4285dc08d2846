"""The command ``allmende``: Django's management commands under one name, ours first."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility, get_commands
from django.core.management.color import color_style

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
    except ImproperlyConfigured as error:
        # One sentence for the operator, who has no use for the way through our files.
        sys.exit(f"allmende: {error}")


def _indented(names: list[str]) -> list[str]:
    return [f"  {name}" for name in names]
