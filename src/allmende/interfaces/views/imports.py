"""Importing in the browser, for editors: upload, columns, names, a first look, progress, result, and back again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.core.limits import hit, who_asks
from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.core.tables import write_csv, write_xlsx
from allmende.entries.imports import Importer, actions, importers, look_soon
from allmende.entries.imports.names import asked, doubtful
from allmende.entries.imports.permissions import can_import
from allmende.entries.imports.queries import counts_of, lines_of, run_for, runs_of, undone_counts
from allmende.entries.imports.reading import first_rows, open_source
from allmende.entries.kinds import module_for
from allmende.entries.models import ImportLine, ImportRun
from allmende.interfaces.forms import ColumnsForm, NamesForm, UploadForm
from allmende.regions.queries import is_on

State = ImportRun.State
RUNS, LINES, SAMPLES = 30, 100, 5
TONES = {
    State.DONE: "good", State.READY: "warn", State.UPLOADED: "warn", State.FAILED: "bad", State.UNDONE: "quiet",
}  # fmt: skip
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def offered(request: Any) -> list[Importer]:
    """Kinds that the person may import here: those of modules that are on. Raises Http404 for everybody else."""
    if not can_import(request.user, request.region):
        raise Http404
    return [each for kind, each in importers().items() if is_on(request.region, module_for(kind).slug)]


def offered_kind(request: Any, kind: str) -> Importer:
    found = next((each for each in offered(request) if each.kind == kind), None)
    if found is None:
        raise Http404
    return found


def run_or_404(request: Any, pk: int) -> ImportRun:
    run = run_for(request.region, request.user, pk)
    if run is None or run.kind not in importers():
        raise Http404
    run.region = request.region
    return run


@require_safe
@sign_in_required
def overview(request: Any) -> HttpResponse:
    kinds = [_kind_facts(each) for each in offered(request)]
    runs = list(runs_of(request.region, request.user)[:RUNS])
    return render(request, "interfaces/imports.html", {"kinds": kinds, "runs": [_row(run) for run in runs]})


def _kind_facts(importer: Importer) -> dict[str, Any]:
    kind, names = importer.kind, importer.model._meta
    return {
        "title": names.verbose_name_plural,
        "icon": importer.model.icon,
        "dated": importer.model.has_dates,
        "url": reverse("interfaces:import_new", args=[kind]),
        "templates": [(ending.upper(), reverse("interfaces:import_template", args=[kind, ending])) for ending in TYPES],
    }


def _row(run: ImportRun) -> dict[str, Any]:
    kind = importers().get(run.kind)
    title = kind.model._meta.verbose_name_plural if kind else run.kind
    return {"run": run, "kind": title, "tone": TONES.get(State(run.state), "info"), "who": run.by or _("Kommandozeile")}


@sign_in_required
def new(request: Any, kind: str) -> HttpResponse:
    importer = offered_kind(request, kind)
    form = UploadForm(
        request.POST or kept_form(request), request.FILES or None, importer=importer, region=request.region
    )
    if request.method == "POST" and form.is_valid():
        hit("import", who_asks(request), "60/h")
        uploaded: list[ImportRun] = []
        try:
            answer = once(request, lambda: _uploaded(request, form, uploaded))
        except ValidationError as error:
            form.add_error("file", error)
        else:
            for run in uploaded:
                look_soon(run)
            return answer
    facts = {"form": form, "form_token": form_token(), "kind": _kind_facts(importer), "step": 1}
    return render(request, "interfaces/import_new.html", facts, status=400 if request.method == "POST" else 200)


def _uploaded(request: Any, form: UploadForm, uploaded: list[ImportRun]) -> str:
    run = form.save(by=request.user)
    uploaded.append(run)
    if run.facts["is_table"]:
        return reverse("interfaces:import_columns", args=[run.pk])
    actions.choose_columns(run, {}, by=request.user)  # a calendar says itself what is what
    return _url(run)


@sign_in_required
def columns(request: Any, pk: int) -> HttpResponse:
    run = run_or_404(request, pk)
    if run.state not in {State.UPLOADED, State.READY} or not run.facts.get("is_table"):
        return HttpResponseRedirect(_url(run))
    try:
        source = open_source(run)
    except FileNotFoundError:
        messages.error(request, _("Die Datei ist nicht mehr da. Bitte laden Sie sie noch einmal hoch."))
        return HttpResponseRedirect(reverse("interfaces:imports"))
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        run=run,
        importer=importers()[run.kind],
        header=source.header,
        rows=first_rows(source, SAMPLES),
    )
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        look_soon(run)
        return HttpResponseRedirect(_url(run))
    facts = {"run": run, "form": form, "step": 2}
    return render(request, "interfaces/import_columns.html", facts, status=400 if form.errors else 200)


@sign_in_required
def names(request: Any, pk: int) -> HttpResponse:
    """Who is meant: one question for each name that resembles a known one; answers can be looked at and changed."""
    run = run_or_404(request, pk)
    if run.state != State.READY or not asked(run.names):
        return HttpResponseRedirect(_url(run))
    form = NamesForm(request.POST if request.method == "POST" else None, run=run, importer=importers()[run.kind])
    if request.method == "POST" and form.is_valid():
        form.save(by=request.user)
        look_soon(run)
        return HttpResponseRedirect(_url(run))
    facts = {"run": run, "form": form, "founds": importers()[run.kind].founds, "step": 3}
    return render(request, "interfaces/import_names.html", facts, status=400 if form.errors else 200)


@require_safe
@sign_in_required
def run(request: Any, pk: int) -> HttpResponse:
    """Where the run stands: something to decide, a first look, progress, or the result."""
    found = run_or_404(request, pk)
    if found.is_at_work:
        step = 3 if found.state == State.LOOKING else 4
        return render(request, "interfaces/import_progress.html", {"run": found, "step": step})
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})  # the progress that asked is over
    if found.state == State.UPLOADED and found.facts.get("is_table"):
        return HttpResponseRedirect(reverse("interfaces:import_columns", args=[pk]))
    if found.state in {State.UPLOADED, State.READY}:
        return render(request, "interfaces/import_ready.html", _look_facts(found))
    return render(request, "interfaces/import_result.html", _result_facts(request, found))


def _look_facts(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run,
        "findings": run.findings,
        "doubts": len(doubtful(run.names)),
        "names_url": reverse("interfaces:import_names", args=[run.pk]) if asked(run.names) else "",
        "labels": dict(ImportLine.Result.choices),
        "columns_url": reverse("interfaces:import_columns", args=[run.pk]) if run.facts.get("is_table") else "",
        "form_token": form_token(),
        "step": 3,
    }


def _result_facts(request: Any, run: ImportRun) -> dict[str, Any]:
    counts = counts_of(run)
    shown = request.GET.get("zeigen", "")
    if shown not in counts:
        shown = next((result for result in ("refused", "created", "changed", "unchanged") if counts[result]), "refused")
    lines = list(lines_of(run, shown).filter(number__gt=_number(request.GET.get("ab", "")))[: LINES + 1])
    labels = dict(ImportLine.Result.choices)
    return {
        "run": run,
        "tabs": [
            {"label": labels[result], "count": count, "url": f"?zeigen={result}", "active": result == shown}
            for result, count in counts.items()
        ],
        "counts": counts,
        "lines": lines[:LINES],
        "next_url": f"?zeigen={shown}&ab={lines[LINES - 1].number}" if len(lines) > LINES else "",
        "undone": [(ImportLine.Undone(way).label, count) for way, count in undone_counts(run).items()],
        "may_undo": run.state in {State.DONE, State.FAILED} and counts["created"] + counts["changed"] > 0,
        "kind": _kind_facts(importers()[run.kind]),
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # lines of a file


@require_POST
@sign_in_required
def start(request: Any, pk: int) -> HttpResponse:
    found = run_or_404(request, pk)
    if doubtful(found.names):
        return HttpResponseRedirect(reverse("interfaces:import_names", args=[pk]))
    return _act(request, found, lambda: actions.begin(found, by=request.user))


@sign_in_required
def undo(request: Any, pk: int) -> HttpResponse:
    found = run_or_404(request, pk)
    if request.method == "POST":
        return _act(request, found, lambda: actions.begin_undo(found, by=request.user))
    counts = counts_of(found)
    if found.state not in {State.DONE, State.FAILED}:
        return HttpResponseRedirect(_url(found))
    return render(request, "interfaces/import_undo.html", {"run": found, "counts": counts, "form_token": form_token()})


@require_POST
@sign_in_required
def discard(request: Any, pk: int) -> HttpResponse:
    found = run_or_404(request, pk)

    def do() -> None:
        actions.discard(found, by=request.user)
        messages.success(request, _("Die Datei ist gelöscht. Es wurde nichts importiert."))

    return _act(request, found, do, to=reverse("interfaces:imports"))


def _act(request: Any, found: ImportRun, do: Any, *, to: str = "") -> HttpResponse:
    """Do it and go on; who was too late sees where the run stands."""

    def done() -> str:
        do()
        return to or _url(found)

    try:
        return once(request, done)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(_url(found))


@require_safe
@sign_in_required
def refused(request: Any, pk: int) -> HttpResponse:
    """The lines that were refused, as a table to work through."""
    found = run_or_404(request, pk)
    header = [str(_("Zeile")), str(_("Titel")), str(_("Was nicht stimmt"))]
    rows = ([str(line.number), line.label, line.message] for line in lines_of(found, "refused").iterator())
    headers = {"Content-Disposition": f'attachment; filename="import-{pk}.csv"'}
    return HttpResponse(b"".join(write_csv(header, rows)), content_type=TYPES["csv"], headers=headers)


@require_safe
@sign_in_required
def template(request: Any, kind: str, ending: str) -> HttpResponse:
    """An empty table with the headings that we know and one line as an example."""
    importer = offered_kind(request, kind)
    if ending not in TYPES:
        raise Http404
    own = [column for column in importer.columns if column.name != "page"]
    header, example = [str(column.label) for column in own], [str(column.example) for column in own]
    name = f"{module_for(kind).prefix}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if ending == "xlsx":
        with write_xlsx(header, [example]) as file:
            return HttpResponse(file.read(), content_type=TYPES[ending], headers=headers)
    return HttpResponse(b"".join(write_csv(header, [example])), content_type=TYPES[ending], headers=headers)


def _url(run: ImportRun) -> str:
    return reverse("interfaces:import_run", args=[run.pk])
