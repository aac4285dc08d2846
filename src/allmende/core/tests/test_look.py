import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines

import allmende
from allmende.core.forms import ChipChoice, Chips, DateInput, KernBoundField, PictureInput, ToggleInput
from allmende.core.templatetags.ui import field_groups, initials, opening, placeholder

SOURCE = Path(allmende.__file__).parent
STATIC = SOURCE / "core" / "static" / "allmende"


class Profile(forms.Form):
    name = forms.CharField(label="Name", help_text="So kennt man Sie.")
    kind = forms.ChoiceField(label="Art", choices=[("a", "Verein"), ("b", "Amt")], widget=ChipChoice)
    topics = forms.MultipleChoiceField(label="Themen", choices=[("e", "Energie")], required=False, widget=Chips)
    founded = forms.DateField(label="Gegründet", required=False, widget=DateInput)
    picture = forms.FileField(label="Bild", required=False, widget=PictureInput)
    shown = forms.BooleanField(label="Zeigen", required=False, widget=ToggleInput)
    trap = forms.CharField(required=False, widget=forms.HiddenInput)
    groups = [("Wer?", "Nur kurz.", ["name", "kind"])]  # as forms write it


def names_in(sprite: str) -> set[str]:
    return set(re.findall(r'id="([a-z0-9-]+)"', (STATIC / sprite).read_text()))


def named_in_templates(tag: str) -> set[str]:
    pages = [page.read_text() for page in SOURCE.rglob("*.html")]
    return {name for page in pages for name in re.findall(rf'{{% {tag} "([a-z0-9-]+)"', page)}


@pytest.mark.parametrize(("tag", "sprite"), [("icon", "icons.svg"), ("drawing", "drawings.svg")])
def test_every_picture_that_a_template_names_is_drawn(tag, sprite):
    missing = named_in_templates(tag) - names_in(sprite)

    assert missing == set()


@pytest.mark.parametrize(
    "kind",
    [
        "organisation",
        "event",
        "person",
        "project",
        "page",
        "offer",
        "resource",
        "report",
        "idea",
        "entry",
        "unknown",
        "",
    ],
)
@pytest.mark.parametrize("topic", [0, 1, "8", None])
def test_a_placeholder_is_drawn_for_every_kind_and_topic(kind, topic):
    name = re.search(r"#([a-z0-9-]+)", placeholder(kind, topic)).group(1)

    assert name in names_in("drawings.svg")


def test_fields_come_in_the_groups_of_the_form_and_the_rest_last():
    groups = [(group["title"], [field.name for field in group["fields"]]) for group in field_groups(Profile())]

    assert groups == [("Wer?", ["name", "kind"]), ("", ["topics", "founded", "picture", "shown"])]


def test_only_optional_fields_say_so_and_a_box_to_tick_says_nothing():
    optional = [field.name for field in Profile().visible_fields() if field.is_optional]

    assert optional == ["topics", "founded", "picture"]


def test_a_form_without_compulsory_fields_does_not_call_each_of_them_optional():
    class Filter(forms.Form):
        words = forms.CharField(required=False)

    class Reason(Filter):
        marks_optional = True

    assert [form["words"].is_optional for form in (Filter(), Reason())] == [False, True]


def test_the_renderer_knows_how_each_field_is_drawn():
    looks = {field.name: field.look for field in Profile().visible_fields()}

    assert looks == {
        "name": "input",
        "kind": "group",
        "topics": "group",
        "founded": "input",
        "picture": "input",
        "shown": "check",
    }
    assert isinstance(Profile()["name"], KernBoundField)


def test_an_error_is_tied_to_its_field_and_listed_at_the_top():
    page = str(Profile({"name": ""}))

    assert page.count('href="#id_name"') == 1
    assert page.count('id="id_name_error"') == 1
    assert re.search(
        r'<input[^>]+name="name"[^>]+aria-invalid="true"[^>]*aria-describedby="id_name_helptext id_name_error"', page
    )


def test_what_was_typed_is_escaped():
    page = str(Profile({"name": '"><script>'}))

    assert page.count("<script>") == 0


def test_the_form_template_carries_the_token_that_stops_double_sending():
    template = engines["django"].from_string('{% include "core/form.html" %}')

    page = template.render({"form": Profile(), "form_token": "abc"})

    assert page.count('name="form_token" value="abc"') == 1


@pytest.mark.parametrize(("name", "letters"), [("TSV Lindach", "TL"), ("Feuerwehr", "F"), ("1. Mai", "M"), ("", "")])
def test_a_monogram_has_at_most_two_letters(name, letters):
    assert initials(name) == letters


def test_our_styles_stay_small():
    sheets = [STATIC / "css" / f"{name}.css" for name in ("tokens", "base", "components", "forms", "desk")]
    size = sum(sheet.stat().st_size for sheet in [*sheets, STATIC / "vendor/kern/kern-forms.css"])

    assert size < 70_000  # bytes before compression


def test_nothing_of_the_look_comes_from_elsewhere():
    sheets = [*STATIC.rglob("*.css"), *STATIC.glob("*.svg")]
    foreign = {
        address
        for sheet in sheets
        for address in re.findall(r"""(?:url\(|href=|@import)\s*["']?(https?:[^"')]+)""", sheet.read_text())
    }

    assert foreign == set()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (3, "Lindach hat 9.000…"),
        (5, "Lindach hat 9.000 Menschen."),
        (6, "Lindach hat 9.000 Menschen. Kommen Sie!"),
        (50, "Lindach hat 9.000 Menschen. Kommen Sie!"),
    ],
)
def test_an_opening_ends_with_a_sentence(words, shown):
    assert opening("Lindach hat 9.000 Menschen. Kommen Sie!", words) == shown
