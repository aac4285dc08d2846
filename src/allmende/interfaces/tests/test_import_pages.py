"""Importing in the browser: every page, who may see it, and what happens when it is misused."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from allmende.core.files import private_path
from allmende.core.once import form_token
from allmende.entries.imports import actions, run_imports
from allmende.entries.models import Entry, ImportRun
from allmende.regions.actions import switch_module
from allmende.regions.models import Region

TABLE = "Verein;Kurz gesagt;Farbe\nChor Harmonie;Wir singen;rot\nGartenfreunde;;blau\n;;\n ;x;\n"
CALENDAR = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Maifest\r\nDTSTART:20270501T190000\r\n"
    "DESCRIPTION:Veranstalter: Chor Harmonie\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
PAGES = ["", "neu/organisation/", "neu/event/", "vorlage/organisation.csv", "vorlage/event.xlsx"]


@pytest.fixture
def desk(sign_in, editor):
    return sign_in(editor)


def upload(client, content, *, kind="organisation", name="liste.csv", **fields):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    data = {"file": file, "source": "probe", "organisers": "propose", **fields}
    return client.post(f"/amt/import/neu/{kind}/", data)


def run():
    return ImportRun.objects.get()


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def columns_of(response):
    """What the form of the columns would send as it stands."""
    form = response.context["form"]
    return {name: form[name].initial or "" for name in form.fields}


def looked_through(client, content=TABLE, **options):
    page = client.get(upload(client, content, **options).url)
    return client.post(page.request["PATH_INFO"], columns_of(page), follow=True)


# The way through


def test_the_way_of_a_table(desk):
    answer = upload(desk, TABLE)
    assert answer.status_code == 302

    page = desk.get(answer.url)
    assert columns_of(page) == {"column_0": "title", "column_1": "summary", "column_2": ""}
    assert "„Wir singen“" in text_of(page)

    ready = desk.post(answer.url, columns_of(page), follow=True)
    assert run().state == ImportRun.State.READY
    assert "Der Name fehlt." in text_of(ready)
    assert "Farbe" in text_of(ready)

    progress = desk.post(f"/amt/import/{run().pk}/starten/", follow=True)
    assert "<progress" in progress.content.decode()
    run_imports()

    result = desk.get(f"/amt/import/{run().pk}/")
    assert "Eine Zeile ließ sich nicht importieren" in text_of(result)
    assert sorted(Entry.objects.values_list("title", "status")) == [
        ("Chor Harmonie", "public"),
        ("Gartenfreunde", "public"),
    ]


def test_the_way_of_a_calendar_has_no_columns(desk):
    ready = desk.get(upload(desk, CALENDAR, kind="event", name="a.ics").url)

    assert run().state == ImportRun.State.READY
    assert ready.context["findings"]["counts"]["created"] == 1


def test_doubtful_names_are_asked_first(desk, make_profile):
    make_profile("Chor Harmonie Lindach")
    desk.get(upload(desk, CALENDAR, kind="event", name="a.ics").url)
    pk = run().pk

    refused = desk.post(f"/amt/import/{pk}/starten/")
    assert refused.url == f"/amt/import/{pk}/namen/"
    page = desk.get(refused.url)
    assert "Dasselbe wie „Chor Harmonie Lindach“" in text_of(page)
    assert desk.post(refused.url, {}).status_code == 400

    desk.post(refused.url, {"name_0": "0"})
    desk.post(f"/amt/import/{pk}/starten/")
    run_imports()

    assert Entry.objects.get(kind="event").organisation.name == "Chor Harmonie Lindach"


def test_a_big_file_shows_its_progress(desk):
    rows = "".join(f"Verein {number};{'x' * 200}\n" for number in range(600))
    progress = looked_through(desk, f"Name;Kurz gesagt\n{rows}")

    assert run().state == ImportRun.State.LOOKING
    assert "Wir sehen die Datei durch" in text_of(progress)


def test_progress_that_is_over_loads_the_page(desk):
    looked_through(desk)

    answer = desk.get(f"/amt/import/{run().pk}/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["HX-Refresh"], answer.content) == (200, "true", b"")


def test_undo_asks_first(desk, bring_in, editor):
    found = bring_in("organisation", TABLE, by=editor)
    page = desk.get(f"/amt/import/{found.pk}/zuruecknehmen/")
    assert "2 neue Einträge verschwinden." in text_of(page)
    assert Entry.objects.count() == 2

    desk.post(f"/amt/import/{found.pk}/zuruecknehmen/")
    run_imports()

    assert "Der Import ist zurückgenommen" in text_of(desk.get(f"/amt/import/{found.pk}/"))
    assert Entry.objects.count() == 0


def test_a_file_can_be_discarded(desk):
    looked_through(desk)

    page = desk.post(f"/amt/import/{run().pk}/verwerfen/", follow=True)

    assert "Die Datei ist gelöscht." in text_of(page)
    assert ImportRun.objects.count() == 0


def test_what_ran_cannot_be_discarded_or_started_again(desk, bring_in, editor):
    found = bring_in("organisation", TABLE, by=editor)

    for step in ("verwerfen", "starten"):
        page = desk.post(f"/amt/import/{found.pk}/{step}/", follow=True)
        assert "inzwischen" in text_of(page)

    assert Entry.objects.count() == 2


def test_lines_are_shown_by_result(desk, bring_in, editor):
    found = bring_in("organisation", TABLE, by=editor)

    created = desk.get(f"/amt/import/{found.pk}/?zeigen=created")

    assert [line.label for line in created.context["lines"]] == ["Chor Harmonie", "Gartenfreunde"]
    assert [line.number for line in desk.get(f"/amt/import/{found.pk}/").context["lines"]] == [5]
    assert desk.get(f"/amt/import/{found.pk}/?zeigen=quatsch&ab=-1").status_code == 200


def test_refused_lines_can_be_downloaded(desk, bring_in, editor):
    found = bring_in("organisation", TABLE, by=editor)

    answer = desk.get(f"/amt/import/{found.pk}/abgelehnt.csv")

    assert answer.content.decode("utf-8-sig").splitlines() == ["Zeile;Titel;Was nicht stimmt", "5;;Der Name fehlt."]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["organisation", "event"])
def test_a_template_can_be_imported_as_it_is(desk, kind, ending, bring_in):
    content = desk.get(f"/amt/import/vorlage/{kind}.{ending}").content

    found = bring_in(kind, content, name=f"vorlage.{ending}")

    assert [(line.result, line.message) for line in found.lines.all()] == [("created", "")]


def test_the_list_of_runs(desk, bring_in, editor, region):
    bring_in("organisation", TABLE, name="erste.csv", by=editor)
    bring_in("organisation", TABLE, name="zweite.csv")

    page = desk.get("/amt/import/")

    assert [row["run"].file_name for row in page.context["runs"]] == ["zweite.csv", "erste.csv"]
    assert "Kommandozeile" in text_of(page)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_runs_costs_the_same_for_one_and_for_three(desk, bring_in, editor, rows, django_assert_num_queries):
    for _each in range(rows):
        bring_in("organisation", TABLE, by=editor)
    desk.get("/amt/import/")

    with django_assert_num_queries(QUERIES["list"]):
        desk.get("/amt/import/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_result_costs_the_same_for_one_and_for_three(desk, bring_in, editor, rows, django_assert_num_queries):
    found = bring_in("organisation", "Name\n" + "".join(f"Verein {number}\n" for number in range(rows)), by=editor)
    desk.get(f"/amt/import/{found.pk}/")

    with django_assert_num_queries(QUERIES["result"]):
        desk.get(f"/amt/import/{found.pk}/")


QUERIES = {"list": 19, "result": 22}


def test_the_source_is_offered_again(desk, bring_in, editor):
    bring_in("organisation", TABLE, source="Vereinsliste", by=editor)

    page = desk.get("/amt/import/neu/organisation/")

    assert page.context["form"]["source"].value() == "Vereinsliste"


# Who may


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("editor", 200), ("admin", 200), ("platform", 200), ("moderator", 404), ("alice", 404), (None, 302)],
)
def test_only_editors_see_the_pages(request, sign_in, region, page, who, status):
    client = sign_in(request.getfixturevalue(who) if who else None)

    assert client.get(f"/amt/import/{page}").status_code == status


@pytest.mark.parametrize(
    "page", ["", "spalten/", "namen/", "starten/", "zuruecknehmen/", "verwerfen/", "abgelehnt.csv"]
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("who", "statuses"), [("moderator", {404, 405}), ("alice", {404, 405}), (None, {302, 405})])
def test_runs_are_for_editors_alone(request, sign_in, bring_in, page, method, who, statuses):
    found = bring_in("organisation", TABLE)
    client = sign_in(request.getfixturevalue(who) if who else None)

    assert getattr(client, method)(f"/amt/import/{found.pk}/{page}").status_code in statuses


def test_runs_of_another_region_are_not_there(desk, bring_in, other_region):
    found = bring_in("organisation", TABLE, into=other_region)

    assert desk.get(f"/amt/import/{found.pk}/").status_code == 404
    assert list(desk.get("/amt/import/").context["runs"]) == []


def test_a_module_that_is_off_has_no_import(desk, region):
    switch_module(region, "events", on=False, position=20, options={}, by=None)

    assert desk.get("/amt/import/neu/event/").status_code == 404
    assert [kind["title"] for kind in desk.get("/amt/import/").context["kinds"]] == ["Organisationen"]


def test_nobody_imports_into_a_region_for_reading_only(desk, region):
    Region.objects.update(stage=Region.Stage.READ_ONLY)

    assert upload(desk, TABLE).status_code == 404
    assert ImportRun.objects.count() == 0


@pytest.mark.parametrize("kind", ["person", "quatsch", "entry"])
def test_a_kind_that_nobody_can_import(desk, kind):
    assert desk.get(f"/amt/import/neu/{kind}/").status_code == 404
    assert desk.get(f"/amt/import/vorlage/{kind}.csv").status_code == 404
    assert desk.get("/amt/import/vorlage/event.pdf").status_code == 404


# What goes wrong


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.csv", "Diese Datei ist leer. Bitte wählen Sie eine andere."),
        (b"%PDF-1.7", "a.pdf", "Diese Datei ist keine Tabelle, die wir lesen können."),
        (
            b"x" * 50_000_000,
            "a.csv",
            "Diese Datei ist zu groß: Höchstens 20 MB sind möglich. Bitte teilen Sie sie auf.",
        ),
        (b"BEGIN:VCALENDAR\n", "a.ics", "Ein Kalender enthält keine Einträge dieser Art."),
        (b"{", "a.json", "Diese JSON-Datei ist beschädigt oder unvollständig."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(desk, content, name, message):
    page = upload(desk, content, name=name)

    assert page.status_code == 400
    assert message in text_of(page)
    assert page.context["form"]["source"].value() == "probe"
    assert ImportRun.objects.count() == 0


def test_without_a_file_nothing_happens(desk):
    page = desk.post("/amt/import/neu/organisation/", {"source": "probe"})

    assert page.status_code == 400
    assert "Bitte wählen Sie eine Datei aus." in text_of(page)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"column_0": ""}, "Das muss in einer Spalte stehen: Name der Organisation."),
        ({"column_0": "title", "column_1": "title"}, "Das haben Sie schon für die Spalte „Verein“ gewählt."),
        ({"column_0": "quatsch"}, "quatsch"),
    ],
)
def test_columns_that_cannot_be(desk, columns, message):
    url = upload(desk, TABLE).url

    page = desk.post(url, columns)

    assert page.status_code == 400
    assert message in text_of(page)
    assert run().state == ImportRun.State.UPLOADED


def test_a_table_that_nobody_can_read_to_its_end_says_why(desk):
    looked_through(desk, 'Name\nChor\n"Tanz' + "x" * 200_000)
    run_imports()

    page = desk.get(f"/amt/import/{run().pk}/", follow=True)
    assert "So lässt sich die Datei nicht importieren" in text_of(page)


def test_the_same_upload_sent_twice_is_one(desk):
    token = form_token()
    first = upload(desk, TABLE, form_token=token)
    second = upload(desk, TABLE, form_token=token)

    assert first.url == second.url
    assert ImportRun.objects.count() == 1


def test_a_file_that_is_gone_is_asked_for_again(desk):
    url = upload(desk, TABLE).url
    private_path(run().file_path).unlink()

    page = desk.get(url, follow=True)

    assert "Die Datei ist nicht mehr da." in text_of(page)


def test_a_run_that_failed_says_why(desk, bring_in, editor):
    found = bring_in("organisation", TABLE, by=editor)
    ImportRun.objects.update(state="running")
    actions.fail(ImportRun.objects.get(pk=found.pk), ["Der Strom war weg."])

    assert "Der Strom war weg." in text_of(desk.get(f"/amt/import/{found.pk}/"))


def test_pages_are_in_english_too(desk):
    page = desk.get("/amt/import/", headers={"Accept-Language": "en"})

    assert page.headers["Content-Language"] == "en"


@override_settings(WRITE_LIMITS=("1000/m",))
def test_a_row_that_begins_like_code_is_shown_as_text(desk):
    page = looked_through(desk, "Name\n<script>alert(1)</script>\n")

    assert b"<script>alert" not in page.content
