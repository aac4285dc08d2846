"""allmende import and allmende export: last line, exit status, what is told on standard error."""

import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from allmende.entries.models import Entry, ImportRun
from allmende.modules.events.models import Event

GOOD = "Name;Kurz gesagt\nChor Harmonie;Wir singen\nGartenfreunde;\n"
MIXED = GOOD + ";fehlt\n"


@pytest.fixture(autouse=True)
def _migrated(monkeypatch):
    monkeypatch.setattr("allmende.core.health.is_migrated", lambda: True)


@pytest.fixture
def run(tmp_path, capsys):
    """Runs the import; gives exit status, standard output and standard error."""

    def run(content, *options, kind="organisations", name="liste.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        status = 0
        try:
            call_command("import", kind, str(path), *options)
        except SystemExit as ended:
            status = ended.code
        except CommandError as error:
            status = error.returncode
            sys.stderr.write(str(error))
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.mark.parametrize("kind", ["organisation", "organisations", "directory", "verzeichnis"])
def test_all_in(region, run, kind):
    status, out, _err = run(GOOD, kind=kind)

    assert (status, out.splitlines()[-1]) == (0, "created 2, changed 0, unchanged 0, refused 0")
    assert Entry.objects.filter(listed=True).count() == 2


def test_again(region, run):
    run(GOOD)

    assert run(GOOD)[:2] == (0, "created 0, changed 0, unchanged 2, refused 0\n")


def test_some_refused(region, run):
    status, out, err = run(MIXED)

    assert (status, out.splitlines()[-1]) == (1, "created 2, changed 0, unchanged 0, refused 1")
    assert "line 4: Der Name fehlt." in err.splitlines()


def test_all_refused_is_nothing_done(region, run):
    status, out, _err = run("Name;Kurz gesagt\n;x\n")

    assert (status, out.splitlines()[-1]) == (2, "created 0, changed 0, unchanged 0, refused 1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Farbe\nrot\n", "In der Tabelle fehlt: Name der Organisation. Gefunden haben wir: Farbe."),
        ("Name\n", "In dieser Datei steht kein einziger Eintrag."),
        ("", "Diese Tabelle ist leer. Die erste Zeile muss sagen, was in den Spalten steht."),
        (b"x" * 21_000_000, "Diese Datei ist zu groß: Höchstens 20 MB sind möglich. Bitte teilen Sie sie auf."),
    ],
)
def test_a_file_that_cannot_be_imported(region, run, content, message):
    status, _out, err = run(content)

    assert (status, err.splitlines()[-1]) == (2, message)
    assert ImportRun.objects.count() == 0


def test_a_dry_run_does_nothing(region, run):
    status, out, err = run(MIXED, "--dry-run")

    assert (status, out.splitlines()[-1]) == (1, "created 2, changed 0, unchanged 0, refused 1")
    assert "line 4: Der Name fehlt." in err.splitlines()
    assert (Entry.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_a_kind_that_is_none(region, run):
    assert run(GOOD, kind="persons")[0] == 2


def test_a_file_that_is_not_there(region, run, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import", "organisations", str(tmp_path / "none.csv"))

    assert refused.value.returncode == 2


def test_a_region_that_is_not_there(region, run):
    assert run(GOOD, "--region", "nirgendwo")[0] == 2


def test_on_a_database_that_is_not_up_to_date(region, run, monkeypatch):
    monkeypatch.setattr("allmende.core.health.is_migrated", lambda: False)

    assert run(GOOD)[0] == 2


def test_into_another_region(region, other_region, run):
    run(GOOD, "--region", "auenstedt")

    assert set(Entry.objects.values_list("region__slug", flat=True)) == {"auenstedt"}


def test_the_source_is_the_name_of_the_file_unless_told(region, run):
    run(GOOD, name="vereine.csv")
    run("Name\nTanz\n", "--source", "andere", "--licence", "CC0")

    found = sorted(Entry.objects.values_list("title", "source", "licence"))
    assert found == [("Chor Harmonie", "vereine", ""), ("Gartenfreunde", "vereine", ""), ("Tanz", "andere", "CC0")]


def test_doubtful_organisers_are_listed(region, run, make_profile):
    make_profile("Chor Harmonie Lindach")

    status, _out, err = run("Titel;Beginn;Veranstalter\nFest;01.05.2027;Chor Harmonie\n", kind="events")

    assert status == 0
    assert "doubtful: „Chor Harmonie“ resembles „Chor Harmonie Lindach“" in err.splitlines()
    assert Event.objects.get().organisation is None


@pytest.mark.parametrize(("organisers", "proposed"), [("propose", 1), ("match", 0), ("ignore", 0)])
def test_what_becomes_of_organisers(region, run, organisers, proposed):
    run("Titel;Beginn;Veranstalter\nFest;01.05.2027;Chor\n", f"--organisers={organisers}", kind="events")

    assert Entry.objects.filter(kind="organisation", status="waiting").count() == proposed


def test_columns_without_use_are_told(region, run):
    assert "columns without use: Farbe" in run("Name;Farbe\nChor;rot\n")[2].splitlines()


# Export


@pytest.fixture
def export(tmp_path):
    def export(*options, ending="csv"):
        path = tmp_path / f"out.{ending}"
        call_command("export", *options, "--format", ending, "-o", str(path))
        return path.read_bytes()

    return export


def test_what_is_public_is_exported(region, export, make_profile):
    make_profile("Chor")
    make_profile("Entwurf", public=False)

    rows = json.loads(export("organisations", ending="json"))

    assert (rows["region"], rows["kind"], [row["title"] for row in rows["entries"]]) == (
        "lindach",
        "organisation",
        ["Chor"],
    )


def test_a_region_that_is_not_open_is_exported_by_its_operator(region, export, make_profile):
    make_profile("Chor")
    region.stage = "preparing"
    region.save()

    assert b"Chor" in export("organisation")


def test_to_standard_output(region, make_profile, monkeypatch):
    make_profile("Chor")
    out = io.BytesIO()
    monkeypatch.setattr("sys.stdout", type("Out", (), {"buffer": out})())

    call_command("export", "organisations")

    assert out.getvalue().startswith(b"\xef\xbb\xbfKennung;Name der Organisation;")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("kind", ["organisations", "events"])
def test_what_went_out_comes_back_unchanged(
    region, export, run, make_profile, make_event, tsv, kind, ending, django_assert_max_num_queries
):
    make_profile(
        '=Chor; "Harmonie"', summary="'+49", body="Zeile 1\nZeile 2", form="initiative", accessible="partly",
        target_groups=["families", "seniors"], tags=["Musik", "Tanz"], social_links=["https://social.example/a"],
        phone="09999 12", relay_mail="geheim@verein.example", free_of_charge=None,
        exact={"street": "Am Bach 3", "lat": 49.9812345, "lon": 11.6, "private": True}, private_address=True,
    )  # fmt: skip
    make_profile("TSV Lindach", organisation=tsv, exact={"street": "Weg 1", "lat": 49.9, "lon": 11.6, "private": False})
    make_event(
        "Maifest", organisation=tsv, organiser="TSV Lindach", place_text="Markt,Au", category="Fest", state="cancelled"
    )
    make_event("Konzert", free_of_charge=True, link="https://konzert.example/?a=1&b=2")

    status, out, err = run(export(kind, ending=ending), "--source", "zurück", kind=kind, name=f"out.{ending}")

    assert (status, out.splitlines()[-1]) == (0, "created 0, changed 0, unchanged 2, refused 0"), err
