"""Files as they come: every format, every encoding, and what is wrong with them."""

import io
import json
import zipfile

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from allmende.entries.imports import actions
from allmende.entries.imports.queries import counts_of
from allmende.entries.models import Entry, ImportRun
from allmende.modules.directory.models import OrganisationProfile

TABLE = "Name;Kurz gesagt\nMüllers Größe;Grüße & Küsse\n"


def counts(run):
    return tuple(counts_of(run).values())


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refusal(bring_in, content, kind="organisation", **options):
    with pytest.raises(ValidationError) as refused:
        bring_in(kind, content, **options)
    assert ImportRun.objects.count() == 0
    return refused.value.messages


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_tables_of_every_encoding(bring_in, encoding, delimiter):
    run = bring_in("organisation", TABLE.replace(";", delimiter).encode(encoding))

    assert counts(run) == (1, 0, 0, 0)
    assert list(OrganisationProfile.objects.values_list("title", "summary")) == [("Müllers Größe", "Grüße & Küsse")]


def test_a_spreadsheet(bring_in):
    run = bring_in("organisation", xlsx(["Name", "Kurz gesagt"], ["Chor", "Wir singen"], [None, None], ["Tanz", None]))

    assert [(line.number, line.label) for line in run.lines.all()] == [(2, "Chor"), (4, "Tanz")]


@pytest.mark.parametrize("content", [[{"name": "Chor"}], {"meta": 1, "vereine": [{"name": "Chor", "x": {"y": 1}}]}])
def test_json(bring_in, content):
    assert counts(bring_in("organisation", json.dumps(content))) == (1, 0, 0, 0)


def test_json_takes_lists_numbers_and_yes(bring_in):
    row = {"name": "Chor", "tags": ["Singen", "Tanz"], "summary": 42, "private_address": False, "accessible": None}

    bring_in("organisation", json.dumps([row]))

    profile = OrganisationProfile.objects.get()
    assert (profile.tags, profile.summary, profile.private_address) == (["Singen", "Tanz"], "42", False)


def test_formulas_are_texts(bring_in):
    bring_in("organisation", "Name;Kurz gesagt\nChor;=1+1\n'=Tanz;@SUM(A1)\n")

    assert list(OrganisationProfile.objects.order_by("pk").values_list("title", "summary")) == [
        ("Chor", "=1+1"),
        ("=Tanz", "@SUM(A1)"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "Diese Tabelle ist leer. Die erste Zeile muss sagen, was in den Spalten steht."),
        (
            b"%PDF-1.7",
            "Diese Datei ist keine Tabelle, die wir lesen können. Bitte speichern Sie sie als CSV oder XLSX.",
        ),
        (
            b"PK\x03\x04broken",
            "Diese Datei ist keine Tabelle, die wir lesen können. Bitte speichern Sie sie neu als XLSX oder CSV.",
        ),
        ('{"a": [', "Diese JSON-Datei ist beschädigt oder unvollständig. Bitte laden Sie sie noch einmal herunter."),
        ('{"a": 1}', "In dieser JSON-Datei finden wir keine Liste von Einträgen."),
        (
            "[" * 100_000,
            "Diese JSON-Datei ist beschädigt oder unvollständig. Bitte laden Sie sie noch einmal herunter.",
        ),
        ("[1, 2]", "In dieser JSON-Datei finden wir keine Liste von Einträgen."),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "Ein Kalender enthält keine Einträge dieser Art."),
    ],
)
def test_what_cannot_be_read_says_why(bring_in, content, message):
    assert refusal(bring_in, content) == [message]


def test_a_bomb_is_refused(bring_in):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)

    assert refusal(bring_in, file.getvalue()) == [
        "Diese Tabelle ist ausgepackt zu groß. Bitte kopieren Sie nur die Zellen mit Inhalt in eine neue Datei."
    ]


def test_fifty_megabytes_are_refused(bring_in):
    assert refusal(bring_in, b"x" * 50_000_000) == [
        "Diese Datei ist zu groß: Höchstens 20 MB sind möglich. Bitte teilen Sie sie auf."
    ]


def test_wrong_columns_say_what_is_missing(bring_in):
    run = bring_in("organisation", "Farbe;Länge\nrot;3\n")

    assert (run.state, Entry.objects.count()) == (ImportRun.State.UPLOADED, 0)
    assert run.message == "In der Tabelle fehlt: Name der Organisation. Gefunden haben wir: Farbe, Länge."


def test_a_table_without_rows_says_so(bring_in):
    run = bring_in("organisation", "Name\n")

    assert (run.state, run.message) == (ImportRun.State.UPLOADED, "In dieser Datei steht kein einziger Eintrag.")


def test_a_table_that_breaks_off_says_where(bring_in):
    run = bring_in("organisation", 'Name\nChor\n"Tanz' + "x" * 200_000)

    assert (run.state, Entry.objects.count()) == (ImportRun.State.UPLOADED, 0)
    assert "Zeile" in run.message


def test_columns_may_be_chosen(bring_in):
    run = bring_in("organisation", "A;B\nWir singen;Chor\n", columns={"A": "summary", "B": "title"})

    assert counts(run) == (1, 0, 0, 0)
    assert OrganisationProfile.objects.get().summary == "Wir singen"


def test_long_cells_cost_their_line_alone(bring_in):
    run = bring_in("organisation", f"Name;Beschreibung\nChor;{'x' * 20_001}\nTanz;y\n")

    assert counts(run) == (1, 0, 0, 1)
    assert run.lines.get(result="refused").message == (
        "Der Text in der Spalte „Beschreibung“ ist zu lang: Höchstens 20000 Zeichen sind möglich."
    )


def test_five_megabytes_of_text_cost_their_line_alone(bring_in):
    rows = json.dumps([{"name": "Chor", "body": "x" * 5_000_000}, {"name": "Tanz"}])

    assert counts(bring_in("organisation", rows)) == (1, 0, 0, 1)


def test_half_characters_cost_their_line_alone(bring_in):
    run = bring_in("organisation", '[{"name": "Ch\\ud800or"}, {"name": "a\\u0000b"}, {"name": "Tanz"}, 7]')

    assert counts(run) == (1, 0, 0, 3)
    assert run.lines.get(number=4).message == "Das ist kein Eintrag, sondern ein einzelner Wert."


def test_names_of_files_are_cleaned(bring_in):
    run = bring_in("organisation", TABLE, name="a\u202eb/../c.csv", source="  Verein\u200b ")

    assert (run.file_name, run.source) == ("ab/../c.csv", "Verein")


def test_the_limit_is_told_in_megabytes():
    assert actions.MAX_BYTES == 20 * 1024 * 1024
