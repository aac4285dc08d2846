import sys
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from allmende.entries.exports import Export, Lots
from allmende.entries.kinds import kind_by_word, kinds
from allmende.entries.queries import in_lots, listed_entries
from allmende.interfaces.management.options import add_region, region_named


class Command(BaseCommand):
    help = "Write what is public of one kind: allmende export events --format csv -o events.csv"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help=", ".join(kinds()))
        add_region(parser)
        parser.add_argument("--format", choices=["csv", "xlsx", "json"], default="csv")
        parser.add_argument("-o", "--output", type=Path, help="file to write (else it goes to standard output)")

    def handle(self, *_: Any, **options: Any) -> None:
        model = kind_by_word(options["kind"])
        if model is None:
            raise CommandError(f"There is no kind {options['kind']!r}; there are: {', '.join(kinds())}", returncode=2)
        region = region_named(options["region"])
        lots = in_lots(region, listed_entries(region, model.kind_slug), model)
        export = Export(model.kind_slug, region)
        if options["output"] is None:
            write(export, options["format"], lots, sys.stdout.buffer)
            return
        try:
            with options["output"].open("wb") as file:
                write(export, options["format"], lots, file)
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror}", returncode=2) from error


def write(export: Export, ending: str, lots: Lots, file: BinaryIO) -> None:
    if ending == "xlsx":
        with export.xlsx(lots) as content:
            copyfileobj(content, file)
    else:
        file.writelines(export.csv(lots) if ending == "csv" else export.json(lots))
