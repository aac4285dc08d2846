"""Goes through a whole file without writing: what would become of each line, and what a person has to decide."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from allmende.core.fields import LineField
from allmende.entries.imports.cells import showable
from allmende.entries.imports.importers import Importer, importer_for
from allmende.entries.imports.judging import Ledger, PageNumbers, Prepared, Verdict, labels_of, prepare
from allmende.entries.imports.names import Decision, settle, settle_profiles
from allmende.entries.imports.queries import earlier_answers, known_organisations
from allmende.entries.imports.reading import Source, matched, open_source, refuse_missing
from allmende.entries.models import ImportLine, ImportRun

LOT = 200
FIRST_ROWS = 10
MOST_PROBLEMS = 200
NEW = -1  # an organisation that is not there yet

Tell = Callable[[int, int], None]


def understand(run: ImportRun) -> Source:
    """Open the file and, if nobody has yet, say which column is which. Raises ValidationError, FileNotFoundError."""
    source = open_source(run)
    if not run.columns:
        run.columns = matched(source, importer_for(run.kind))
    return source


def look(run: ImportRun, *, tell: Tell | None = None) -> None:
    """Fill ``names``, ``findings`` and ``total`` of the run; nothing is saved. ``tell(done, total)`` shows progress.

    Raises ValidationError for a file that cannot be imported at all, FileNotFoundError if it is gone.
    """
    importer = importer_for(run.kind)
    source = understand(run)
    refuse_missing(source, run.columns, importer)
    tell = tell or (lambda _done, _total: None)
    names, run.total = _names(run, importer, source)
    if run.total == 0:
        raise ValidationError(_("In dieser Datei steht kein einziger Eintrag."), code="empty")
    run.names = _settled(run, importer, names)
    findings = Findings(importer, source, run.columns)
    for verdict in _verdicts(run, importer, source):
        findings.add(verdict)
        if findings.lines % LOT == 0:
            tell(findings.lines, run.total)
    run.findings = findings.told(source, run.columns, names)
    tell(run.total, run.total)


def _names(run: ImportRun, importer: Importer, source: Source) -> tuple[Counter[str], int]:
    """Names of organisations with how often they occur, in the order of the file, and the number of records."""
    names: Counter[str] = Counter()
    total = 0
    for record in source.read(run.columns):
        total += 1
        if importer.names and record.problem is None:
            names[_clean(record.cells.get(importer.names, ""))] += 1
    names.pop("", None)
    return names, total


def _clean(name: str) -> str:
    try:
        return str(LineField(required=False, max_length=200).clean(name))
    except ValidationError:
        return ""  # the line is refused for it


def _settled(run: ImportRun, importer: Importer, names: Iterable[str]) -> dict[str, Decision]:
    known = known_organisations(run.region) if importer.names else []
    answered = {name: decision for name, decision in run.names.items() if decision.get("answered")}
    earlier = earlier_answers(run) if importer.names else {}
    if importer.founds:
        return settle_profiles(names, known, answered, earlier)
    return settle(names, known, run.organisers, answered, earlier)


def _verdicts(run: ImportRun, importer: Importer, source: Source) -> Iterator[Verdict]:
    ledger = Ledger(run, importer)
    pages = PageNumbers(importer, run.region)
    prepared = (prepare(importer, record, run.region, pages) for record in source.read(run.columns))
    while lot := list(islice(prepared, LOT)):
        ledger.fetch(lot)
        yield from (ledger.judge(one, lambda _name: NEW) for one in lot)


class Findings:
    """Numbers, first rows and problems, as the preview shows them."""

    def __init__(self, importer: Importer, source: Source, columns: dict[str, str]) -> None:
        self.lines = 0
        self.counts = dict.fromkeys(ImportLine.Result.values, 0)
        self.rows: list[dict[str, Any]] = []
        self.problems: list[dict[str, Any]] = []
        there = set(columns.values()) | set(source.columns)
        self.columns = [column.name for column in importer.columns if column.name in there]
        self.labels = labels_of(importer, self.columns)

    def add(self, verdict: Verdict) -> None:
        self.lines += 1
        self.counts[verdict.result] += 1
        if len(self.rows) < FIRST_ROWS:
            self.rows.append(self._row(verdict))
        if verdict.result == ImportLine.Result.REFUSED and len(self.problems) < MOST_PROBLEMS:
            self.problems.append(self._problem(verdict.prepared, verdict.message))

    def _row(self, verdict: Verdict) -> dict[str, Any]:
        cells = verdict.prepared.record.cells
        shown = [showable(cells.get(name, "")[:120]) for name in self.columns]
        return {**self._problem(verdict.prepared, verdict.message), "result": str(verdict.result), "cells": shown}

    def _problem(self, prepared: Prepared, message: str) -> dict[str, Any]:
        return {"number": prepared.record.number, "label": prepared.label, "message": message}

    def told(self, source: Source, columns: dict[str, str], names: Counter[str]) -> dict[str, Any]:
        """As the run keeps it."""
        return {
            "counts": self.counts,
            "labels": self.labels,
            "rows": self.rows,
            "problems": self.problems,
            "unused": [heading for heading in source.header if heading not in columns],
            "mentions": dict(names.most_common(500)),
        }
