from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from allmende.core.backup import Manifest, Refused, save

NOT_IN_IT = """\
Nicht dabei sind der geheime Schlüssel (secret) und die Einstellungen (/etc/allmende.env): Bewahren Sie die
Einstellungen getrennt auf. Einen neuen Schlüssel macht Allmende selbst; dann melden sich alle neu an.
Die Datei enthält alle Daten aller Menschen, unverschlüsselt. Legen Sie eine Kopie auf eine andere Maschine."""


class Command(BaseCommand):
    help = "Writes rows, pictures and private files into one archive, while everything runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive (.zip), or a folder: then it is named by the time")
        parser.add_argument("--quiet", action="store_true", help="say only what went wrong, for a timer")

    def handle(self, *_: Any, file: Path, quiet: bool, **__: Any) -> None:
        try:
            path, manifest = save(file.expanduser().absolute())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if not quiet:
            self.stdout.write(f"{NOT_IN_IT}\n{_told(path, manifest)}\n{path}")


def _told(path: Path, manifest: Manifest) -> str:
    return (
        f"Gesichert: {manifest.rows} Zeilen aus {len(manifest.tables)} Tabellen, {len(manifest.files)} Dateien, "
        f"{path.stat().st_size / 1e6:.1f} MB"
    )
