"""What the pages of an import ask."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField
from allmende.entries.imports import Importer, Organisers, actions
from allmende.entries.imports.names import Decision, asked
from allmende.entries.imports.queries import last_source
from allmende.entries.imports.reading import missing, samples
from allmende.entries.models import ImportRun
from allmende.regions.models import Region

CALENDARS = ".csv,.tsv,.xlsx,.json,.ics"
TABLES = ".csv,.tsv,.xlsx,.json"
OF_DATES = _("CSV, Excel (XLSX), JSON oder Kalender (ICS), höchstens 20 MB.")
OF_OTHERS = _("CSV, Excel (XLSX) oder JSON, höchstens 20 MB.")
SHOWN = 40  # characters of an example


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Datei"),
        widget=forms.FileInput,
        error_messages={
            "required": _("Bitte wählen Sie eine Datei aus."),
            "empty": _("Diese Datei ist leer. Bitte wählen Sie eine andere."),
        },
    )
    source = LineField(
        label=_("Woher kommt die Datei?"),
        max_length=60,
        help_text=_(
            "Ein kurzer Name, zum Beispiel „Vereinsliste“. Nehmen Sie beim nächsten Mal denselben: "
            "Dann erkennen wir jede Zeile wieder, und nichts entsteht doppelt."
        ),
    )
    organisers = forms.ChoiceField(
        label=_("Was tun mit Namen von Organisationen, die wir nicht kennen?"),
        choices=Organisers.choices,
        initial=Organisers.PROPOSE,
        widget=forms.RadioSelect,
    )
    licence = LineField(
        label=_("Lizenz der Daten"),
        max_length=60,
        required=False,
        help_text=_("Wenn die Quelle eine nennt, zum Beispiel CC BY 4.0."),
    )

    def __init__(self, *args: Any, importer: Importer, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importer, self.region = importer, region
        self.fields["source"].initial = last_source(region, importer.kind)
        self.fields["file"].widget.attrs["accept"] = CALENDARS if importer.model.has_dates else TABLES
        self.fields["file"].help_text = OF_DATES if importer.model.has_dates else OF_OTHERS
        if importer.founds or not importer.names:
            del self.fields["organisers"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        actions.refuse_size(file.size)
        return file

    def save(self, *, by: Any) -> ImportRun:
        """Raises ValidationError for a file that nobody can read."""
        file, data = self.cleaned_data["file"], self.cleaned_data
        return actions.begin_upload(
            self.region, self.importer.kind, name=file.name, content=file.read(), source=data["source"],
            licence=data["licence"], organisers=data.get("organisers", Organisers.PROPOSE), by=by,
        )  # fmt: skip


class ColumnsForm(forms.Form):
    """One field for each heading of the table: which column of ours it is."""

    def __init__(
        self, *args: Any, run: ImportRun, importer: Importer, header: list[str], rows: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.importer = run, importer
        ours = [(column.name, self._label(column)) for column in importer.columns]
        self.headings = {f"column_{number}": heading for number, heading in enumerate(header)}
        for name, heading in self.headings.items():
            self.fields[name] = forms.ChoiceField(
                label=heading, choices=[("", _("nicht übernehmen")), *ours], required=False,
                initial=run.columns.get(heading, ""), help_text=samples(heading, rows, SHOWN),
            )  # fmt: skip
            self.fields[name].widget.attrs["data-width"] = "half"

    @staticmethod
    def _label(column: Any) -> str:
        return f"{column.label} *" if column.required else str(column.label)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._refuse_doubles(data)
        if lacking := missing(self.columns(), self.importer):
            message = _("Das muss in einer Spalte stehen: %(column)s. Bitte wählen Sie, in welcher.")
            raise ValidationError(message, code="missing", params={"column": ", ".join(lacking)})
        return data

    def _refuse_doubles(self, data: dict[str, Any]) -> None:
        first: dict[str, str] = {}
        for name, column in list(data.items()):
            if column and column in first:
                message = _("Das haben Sie schon für die Spalte „%(other)s“ gewählt.") % {"other": first[column]}
                self.add_error(name, message)
            first.setdefault(column, self.headings[name])

    def columns(self) -> dict[str, str]:
        """Heading -> column."""
        return {self.headings[name]: column for name, column in self.cleaned_data.items() if column}

    def save(self, *, by: Any) -> None:
        actions.choose_columns(self.run, self.columns(), by=by)


class NamesForm(forms.Form):
    """One question for each doubtful name; what was decided before is filled in and may be changed."""

    def __init__(self, *args: Any, run: ImportRun, importer: Importer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run = run
        self.asked = list(asked(run.names).items())
        for number, (name, decision) in enumerate(self.asked):
            self.fields[f"name_{number}"] = forms.ChoiceField(
                label=name, choices=self._choices(decision["candidates"], importer), widget=forms.RadioSelect,
                help_text=" ".join(self._hints(name, decision)), initial=self._chosen(decision),
                error_messages={"required": _("Bitte entscheiden Sie, wer gemeint ist.")},
            )  # fmt: skip

    def _hints(self, name: str, decision: Decision) -> Iterator[str]:
        times = self.run.findings.get("mentions", {}).get(name, 1)
        yield ngettext("Kommt einmal vor.", "Kommt %(times)d-mal vor.", times) % {"times": times}
        if decision.get("remembered"):
            yield gettext("So wurde es für eine frühere Datei entschieden.")

    @staticmethod
    def _chosen(decision: Decision) -> str:
        """The reverse of _decision()."""
        if decision["do"] in {"new", "text"}:
            return str(decision["do"])
        wanted = {"link": decision.get("organisation"), "alias": decision.get("of")}.get(decision["do"])
        by = 1 if decision["do"] == "link" else 0
        found = (number for number, candidate in enumerate(decision["candidates"]) if candidate[by] == wanted)
        return str(next(found, ""))

    @staticmethod
    def _choices(candidates: list[list[Any]], importer: Importer) -> list[tuple[str, Any]]:
        same = [
            (str(number), _("Dasselbe wie „%(name)s“") % {"name": name})
            for number, (name, _key) in enumerate(candidates)
        ]
        if importer.founds:
            return [*same, ("new", _("Eine andere, neue Organisation")), ("text", _("Diese Zeile auslassen"))]
        return [
            *same,
            ("new", _("Eine neue Organisation: der Redaktion vorschlagen")),
            ("text", _("Nur als Text zeigen")),
        ]

    def save(self, *, by: Any) -> None:
        answers = {
            name: self._decision(self.cleaned_data[f"name_{number}"], decision["candidates"])
            for number, (name, decision) in enumerate(self.asked)
        }
        actions.answer(self.run, answers, by=by)

    @staticmethod
    def _decision(answer: str, candidates: list[list[Any]]) -> Decision:
        if answer in {"new", "text"}:
            return {"do": answer}
        name, key = candidates[int(answer)]
        return {"do": "link", "organisation": key} if key else {"do": "alias", "of": name}
