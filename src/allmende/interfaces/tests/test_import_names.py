"""Doubtful names are asked once for all files of a source."""

import pytest

from allmende.accounts.models import Organisation
from allmende.entries.imports import run_imports
from allmende.entries.models import Entry, ImportRun
from allmende.interfaces.tests.test_import_pages import CALENDAR, upload

pytestmark = pytest.mark.django_db

CHOR = "Chor Harmonie Lindach"


@pytest.fixture
def desk(sign_in, editor):
    return sign_in(editor)


@pytest.fixture
def look_at(desk):
    """Upload a calendar with one event; gives the page that says what will become of it."""

    def look_at(uid: int, **changes: str):
        calendar = CALENDAR.replace("UID:1", f"UID:{uid}")
        return desk.get(upload(desk, calendar, kind="event", name="a.ics", **changes).url)

    return look_at


@pytest.fixture
def first_file(desk, look_at, make_profile):
    """The first file of the source, whose doubtful name somebody answers."""

    def first_file(answer: str) -> None:
        make_profile(CHOR)
        look_at(1)
        desk.post(f"/amt/import/{newest().pk}/namen/", {"name_0": answer})
        start(desk)

    return first_file


def newest() -> ImportRun:
    return ImportRun.objects.latest("pk")


def start(desk) -> None:
    desk.post(f"/amt/import/{newest().pk}/starten/")
    run_imports()


def organisers() -> list[str]:
    events = Entry.objects.filter(kind="event").select_related("organisation").order_by("pk")
    return [event.organisation.name if event.organisation else "" for event in events]


def chosen(desk, page) -> str:
    return desk.get(page.context["names_url"]).context["form"]["name_0"].value()


@pytest.mark.parametrize(("answer", "name"), [("0", CHOR), ("new", "Chor Harmonie"), ("text", "")])
def test_the_next_file_of_a_source_asks_no_doubtful_name_again(desk, look_at, first_file, answer, name):
    first_file(answer)

    ready = look_at(2)
    start(desk)

    assert (ready.context["doubts"], newest().state) == (0, ImportRun.State.DONE)
    assert organisers() == [name, name]


@pytest.mark.parametrize("other", ["anderswo", "Probe"])
def test_another_source_is_asked_for_itself(look_at, first_file, other):
    first_file("0")

    assert look_at(2, source=other).context["doubts"] == 1


def test_what_was_decided_for_a_source_can_be_seen_and_changed(desk, look_at, first_file):
    first_file("text")
    second = look_at(2)

    page = desk.get(second.context["names_url"])
    desk.post(second.context["names_url"], {"name_0": "0"})
    start(desk)

    assert f'href="{second.context["names_url"]}"' in second.content.decode()
    assert "So wurde es für eine frühere Datei entschieden." in page.content.decode()
    assert page.context["form"]["name_0"].value() == "text"
    assert organisers() == ["", CHOR]
    assert chosen(desk, look_at(3)) == "0"


def test_what_was_decided_in_this_file_can_be_changed_until_it_runs(desk, look_at, make_profile):
    make_profile(CHOR)
    names = look_at(1).context["names_url"]
    for answer in ("text", "0"):
        desk.post(names, {"name_0": answer})
    start(desk)

    assert organisers() == [CHOR]
    assert desk.get(names).status_code == 302


def test_an_organisation_that_is_gone_is_asked_for_again(look_at, first_file, make_profile):
    first_file("0")
    Entry.objects.filter(kind="organisation").delete()
    Organisation.objects.all().delete()
    make_profile("Chor Harmonie Neudorf")

    assert look_at(2).context["doubts"] == 1
