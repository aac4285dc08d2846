from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField
from allmende.core.text import slug
from allmende.entries.actions import save_topics
from allmende.entries.models import Topic, TopicScheme

MOST = 40
# Icons that fit topics, with their names for people.
ICONS = [
    ("star", _("Stern")),
    ("sport", _("Sport")),
    ("music", _("Musik")),
    ("book", _("Buch")),
    ("tree", _("Baum")),
    ("hands", _("Hände")),
    ("people", _("Menschen")),
    ("health", _("Gesundheit")),
    ("energy", _("Energie")),
    ("recycle", _("Kreislauf")),
    ("fire", _("Feuer")),
    ("house", _("Haus")),
    ("politics", _("Rathaus")),
    ("bike", _("Fahrrad")),
    ("heart", _("Herz")),
    ("leaf", _("Blatt")),
    ("festival", _("Fest")),
    ("tool", _("Werkzeug")),
    ("education", _("Lernen")),
    ("mobility", _("Unterwegs")),
    ("building", _("Gebäude")),
    ("idea", _("Idee")),
    ("chat", _("Gespräch")),
    ("age", _("Alter")),
    ("globe", _("Welt")),
    ("vote", _("Wahl")),
    ("accessible", _("Barrierefrei")),
]
COLORS = [
    (1, _("Blau")),
    (2, _("Gelb")),
    (3, _("Orange")),
    (4, _("Rot")),
    (5, _("Violett")),
    (6, _("Lila")),
    (7, _("Türkis")),
    (8, _("Grün")),
    (9, _("Hellgrün")),
    (10, _("Braun")),
    (11, _("Rosa")),
    (12, _("Grau")),
]
CHECKS = [("", _("Wie der Baustein")), ("before", _("Immer vorher"))]


class TopicForm(forms.Form):
    slug = forms.SlugField(required=False, max_length=60, widget=forms.HiddenInput)
    name = LineField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"data-width": "half"}))
    name_en = LineField(
        label=_("Name auf Englisch"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"data-width": "half"}),
    )
    icon = forms.ChoiceField(
        label=_("Zeichen"), choices=ICONS, initial="star", widget=forms.Select(attrs={"data-width": "third"})
    )
    color = forms.TypedChoiceField(
        label=_("Farbe"), choices=COLORS, coerce=int, initial=1, widget=forms.Select(attrs={"data-width": "third"})
    )
    check_when = forms.ChoiceField(
        label=_("Prüfen"), choices=CHECKS, required=False, widget=forms.Select(attrs={"data-width": "third"})
    )
    position = forms.IntegerField(
        label=_("Platz"), min_value=0, max_value=999, widget=forms.NumberInput(attrs={"data-width": "third"})
    )


class _Topics(forms.BaseFormSet):
    def rows(self) -> list[dict[str, Any]]:
        """Topics in their order; a new one gets its address from its name."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        taken = {row["slug"] for row in rows if row["slug"]}
        for row in rows:
            row["slug"] = row["slug"] or _free(slug(row["name"]), taken)
            taken.add(row["slug"])
        return sorted(rows, key=lambda row: row["position"])


TopicFormSet: Any = forms.formset_factory(TopicForm, formset=_Topics, extra=1, max_num=MOST, validate_max=True)


def _free(wanted: str, taken: set[str]) -> str:
    wanted = wanted or "thema"
    return next(
        one for number in range(1, MOST + 2) if (one := wanted if number == 1 else f"{wanted}-{number}") not in taken
    )


def topic_rows(topics: list[Topic]) -> list[dict[str, Any]]:
    """What a form set of a scheme begins with."""
    names = ["slug", "name", "name_en", "icon", "color", "check_when"]
    return [
        {name: getattr(topic, name) for name in names} | {"position": number} for number, topic in enumerate(topics, 1)
    ]


def save_topic_forms(scheme: TopicScheme, forms_: Any, *, by: Any) -> None:
    rows = forms_.rows()
    save_topics(scheme, [{**row, "position": number} for number, row in enumerate(rows)], by=by)
