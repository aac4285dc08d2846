# noqa: N999  # the command is called so
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from allmende.core.health import refuse_unsafe_start
from allmende.entries.imports import Organisers, actions, go_on, importers, look_through
from allmende.entries.imports.names import doubtful
from allmende.entries.imports.queries import counts_of, lines_of
from allmende.entries.kinds import kind_by_word
from allmende.entries.models import ImportRun
from allmende.interfaces.management.options import add_region, region_named

NOTHING_DONE, SOME_REFUSED = 2, 1
STEP = 5.0  # seconds between two lines of progress


class Command(BaseCommand):
    help = (
        "Bring in entries: allmende import events FILE --source NAME. CSV, XLSX, JSON, and ICS for events. "
        "It asks nothing. "
        "Exit status: 0 all lines are in, 1 some were refused, 2 nothing was done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", help="what the file holds: " + ", ".join(importers()))
        parser.add_argument("file", type=Path)
        add_region(parser)
        parser.add_argument(
            "--source",
            default="",
            help="where it comes from; together with an id it is the identity of an entry (the name of the file)",
        )  # one help text
        parser.add_argument("--licence", default="", help="such as 'CC BY 4.0'; stands beside each entry")
        parser.add_argument(
            "--organisers",
            choices=Organisers.values,
            default=Organisers.PROPOSE,
            help="names that are new: propose them to the editors, only match known ones, or ignore them",
        )  # one help text
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            refuse_unsafe_start()
        except CommandError as error:
            raise CommandError(str(error), returncode=NOTHING_DONE) from error
        run = self._upload(options)
        actions.choose_columns(run, run.columns, by=None)
        look_through(run, self._progress("looked at"))
        if run.state != ImportRun.State.READY:
            actions.discard(run, by=None)
            raise CommandError(run.message, returncode=NOTHING_DONE)
        self._tell_doubts(run)
        counts = self._looked_at(run) if options["dry_run"] else self._carried_out(run)
        self._end(counts)

    def _upload(self, options: dict[str, Any]) -> ImportRun:
        model = kind_by_word(options["kind"])
        if model is None or model.kind_slug not in importers():
            raise CommandError(
                f"There is no import of {options['kind']!r}; there is: {', '.join(importers())}",
                returncode=NOTHING_DONE,
            )
        path: Path = options["file"]
        try:
            actions.refuse_size(path.stat().st_size)
            return actions.begin_upload(
                region_named(options["region"]), model.kind_slug, name=path.name, content=path.read_bytes(),
                source=options["source"] or path.stem, licence=options["licence"],
                organisers=options["organisers"], by=None,
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=NOTHING_DONE) from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=NOTHING_DONE) from error

    def _looked_at(self, run: ImportRun) -> dict[str, int]:
        for problem in run.findings["problems"]:
            self._tell_problem(problem["number"], problem["label"], problem["message"])
        actions.discard(run, by=None)
        self.stdout.write("Nothing was changed: this was a dry run.")
        counts: dict[str, int] = run.findings["counts"]
        return counts

    def _carried_out(self, run: ImportRun) -> dict[str, int]:
        actions.begin(run, by=None)
        go_on(run, tell=self._progress("done"))
        run.refresh_from_db()
        for line in lines_of(run, "refused"):
            self._tell_problem(line.number, line.label, line.message)
        if run.state != ImportRun.State.DONE:
            self.stderr.write(run.message or "Another process goes on with this import.")
        return counts_of(run)

    def _tell_doubts(self, run: ImportRun) -> None:
        for name, candidates in doubtful(run.names).items():
            known = ", ".join(f"„{other}“" for other, _key in candidates)
            self.stderr.write(f"doubtful: „{name}“ resembles {known}")
        if unused := run.findings["unused"]:
            self.stderr.write(f"columns without use: {', '.join(unused)}")

    def _tell_problem(self, number: int, label: str, message: str) -> None:
        self.stderr.write(f"line {number}: {label and f'„{label}“: '}{' '.join(message.splitlines())}")

    def _progress(self, doing: str) -> Any:
        last = monotonic()

        def tell(done: int, total: int) -> None:
            nonlocal last
            if monotonic() - last >= STEP or done == total:
                last = monotonic()
                self.stderr.write(f"{doing}: {done} of {total}")

        return tell

    def _end(self, counts: dict[str, int]) -> None:
        self.stdout.write(
            ", ".join(f"{result} {counts[result]}" for result in ("created", "changed", "unchanged", "refused"))
        )
        if counts["refused"]:
            sys.exit(SOME_REFUSED if sum(counts.values()) > counts["refused"] else NOTHING_DONE)
