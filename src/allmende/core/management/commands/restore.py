from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from allmende.core import backup
from allmende.core.backup import Manifest, Refused

AND_NOW = """\
Alle melden sich neu an, und Links aus früheren E-Mails gelten nicht mehr.
Starten Sie den Dienst neu (systemctl restart allmende) und sehen Sie nach, ob alles stimmt: allmende doctor"""


class Command(BaseCommand):
    help = "Puts an archive that `allmende backup` wrote in the place of what is here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive")
        parser.add_argument("--replace", action="store_true", help="where there are data already: delete them")
        parser.add_argument("--check", action="store_true", help="only look the archive through")

    def handle(self, *_: Any, file: Path, replace: bool, check: bool, **__: Any) -> None:
        try:
            manifest = backup.check(file) if check else backup.restore(file, replace=replace)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_told(manifest))
        self.stdout.write("Die Sicherung ist ganz und unverändert." if check else AND_NOW)


def _told(manifest: Manifest) -> str:
    made = localtime(datetime.fromisoformat(manifest.made_at))
    return (
        f"Sicherung vom {made:%d.%m.%Y, %H:%M} Uhr (Version {manifest.version}): {manifest.rows} Zeilen aus "
        f"{len(manifest.tables)} Tabellen, {len(manifest.files)} Dateien."
    )
