"""Long forms in parts: open is what matters first and what holds something, and the page says how far one is."""

import re

import pytest

from allmende.entries.forms.parts import Progress
from allmende.entries.tests.filling import shown
from allmende.modules.directory.forms import ProfileForm
from allmende.modules.events.forms import EventForm

pytestmark = pytest.mark.django_db


@pytest.fixture
def fill(region, charlie):
    """A form as charlie sends it, with some fields changed."""

    def fill(kind=ProfileForm, /, **changes):
        return kind(shown(kind(region=region, person=charlie), **changes), region=region, person=charlie)

    return fill


def open_parts(form) -> list[str]:
    return [str(part.part.title) for part in form.parts if part.is_open]


def test_a_new_form_opens_only_what_matters_first(region, charlie):
    forms = [kind(region=region, person=charlie) for kind in (ProfileForm, EventForm)]

    assert [open_parts(form) for form in forms] == [["Das Wichtigste"], ["Worum geht es?", "Wann?", "Wo?"]]


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("goals", "Sport für alle", "Was Sie tun"),
        ("target_groups", ["kinder"], "Mitmachen"),
        ("join_policy", "open", "Mitmachen"),
        ("accessible", "no", "Adresse und Zeiten"),
        ("phone", "ruf an", "So erreicht man Sie"),
        ("tags", "a" * 301, "Leichter gefunden werden"),
        ("visibility", "signed_in", "Zeigen und weitergeben"),
        ("open_licence", "on", "Zeigen und weitergeben"),
    ],
)
def test_a_part_opens_where_something_stands_or_is_wrong(fill, field, value, part):
    assert open_parts(fill(title="TSV", **{field: value})) == ["Das Wichtigste", part]


def test_what_stands_there_by_itself_opens_nothing(fill):
    assert open_parts(fill(title="TSV")) == ["Das Wichtigste"]


def test_every_field_has_its_place_in_a_part(region, charlie):
    for kind in (ProfileForm, EventForm):
        form = kind(region=region, person=charlie)
        assert [str(part.part.title) for part in form.parts][-1] != ""
        assert {field.name for part in form.parts for field, _ in part.fields} == {
            f.name for f in form.visible_fields()
        }


def test_a_field_that_no_part_names_comes_last_without_a_fold(region, charlie):
    form = ProfileForm(region=region, person=charlie)
    form.groups = form.groups[:-1]

    last = form.parts[-1]

    assert (last.part.title, last.is_open) == ("", True)
    assert [field.name for field, _ in last.fields] == ["visibility", "open_licence"]


def test_the_page_counts_what_makes_it_worth_reading(fill, region, charlie):
    form = fill(title="TSV", summary="Wir turnen.", body="Seit 1921.", phone="09999 1234")

    assert ProfileForm(region=region, person=charlie).progress == Progress(0, 9)
    assert form.progress == Progress(3, 9)
    assert [(part.done, part.asked) for part in form.parts] == [
        (2, 3),
        (1, 1),
        (0, 1),
        (0, 1),
        (0, 2),
        (0, 1),
        (0, 0),
        (0, 0),
    ]


def test_an_example_stands_beside_an_empty_field_only(fill):
    form = fill(title="TSV", summary="Wir turnen.")

    examples = {field.name: bool(example) for part in form.parts for field, example in part.fields}

    assert (examples["summary"], examples["body"], examples["title"]) == (False, True, False)


def test_a_new_form_shows_no_zero_and_a_kept_one_says_how_far_it_is(sign_in, make_profile, tsv, alice):
    profile = make_profile("TSV", organisation=tsv, summary="Wir turnen.")
    browser = sign_in(alice)

    new, kept = (browser.get(url).content.decode() for url in ("/verzeichnis/neu/", profile.page("edit")))

    assert "ausgefüllt" not in new
    assert re.findall(r"<b>(.*) ausgefüllt</b>", kept) == ["2 von 9"]


def test_the_summary_of_errors_leads_to_fields_that_can_be_seen(sign_in, alice):
    page = sign_in(alice).post("/verzeichnis/neu/", {"title": "TSV", "phone": "ruf an"}).content.decode()

    assert page.count('href="#id_phone"') == 1
    assert re.search(r'<details class="form-part" id="teil-5" open>(?:(?!</details>).)*id="id_phone"', page, re.DOTALL)
    assert "<title>Fehler: " in page
