from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation, Person
from allmende.accounts.queries import organisations_of
from allmende.core.fields import LineField, MailField, PictureField, TextField, UrlField
from allmende.core.forms import Chips, PictureInput
from allmende.entries import actions
from allmende.entries.models import Entry, Topic, Visibility
from allmende.entries.queries import topics_of
from allmende.entries.target_groups import TARGET_GROUPS
from allmende.regions.models import District, Region
from allmende.regions.queries import districts
from allmende.regions.words import words_of

# A circle is chosen where the circle lives: in a group, on a list.
WHO_SEES = [(value, label) for value, label in Visibility.choices if value != Visibility.CIRCLE]
PEOPLE = [
    ("none", _("Nein, niemand ist zu erkennen.")),
    ("agreed", _("Ja, und alle sind einverstanden; bei Kindern auch die Eltern.")),
]


def bounded(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """Form fields with our bounds for the columns of a model (``formfield_callback``)."""
    ours = {
        models.EmailField: MailField,
        models.URLField: UrlField,
        models.TextField: TextField,
        models.CharField: LineField,
    }
    wanted = next((ours[kind] for kind in ours if type(field) is kind and not field.choices), None)
    if wanted is None:
        return field.formfield(**kwargs)
    options: dict[str, Any] = {"label": field.verbose_name, "required": not field.blank, "help_text": field.help_text}
    if field.max_length and wanted in {LineField, TextField}:
        options["max_length"] = field.max_length
    return wanted(**options | {k: v for k, v in kwargs.items() if k in {"widget", "label", "help_text"}})


class EntryForm(forms.ModelForm):
    """What every kind asks; ``save(by=…)`` calls the action."""

    groups: ClassVar[list[tuple[Any, Any, list[str]]]] = []
    new_title: ClassVar[Any] = _("Neuer Eintrag")
    lead: ClassVar[Any] = ""
    tips: ClassVar[list[Any]] = []
    example: ClassVar[Any] = ""  # how somebody else wrote it

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    acting_as = forms.ChoiceField(label=_("In wessen Namen?"), widget=forms.RadioSelect)
    main_topic = forms.ModelChoiceField(
        Topic._default_manager.none(), label=_("Wichtigstes Thema"), required=False, empty_label=_("Bitte wählen")
    )
    topics = forms.ModelMultipleChoiceField(
        Topic._default_manager.none(), label=_("Weitere Themen"), required=False, widget=Chips
    )
    target_groups = forms.MultipleChoiceField(label=_("Für wen?"), choices=TARGET_GROUPS, required=False, widget=Chips)
    picture_file = PictureField(label=_("Bild"), required=False, widget=PictureInput)
    picture_alt = LineField(
        label=_("Was ist auf dem Bild zu sehen?"),
        required=False,
        max_length=200,
        help_text=_("Ein Satz für Menschen, die das Bild nicht sehen können."),
    )
    picture_credit = LineField(label=_("Von wem ist das Bild?"), required=False, max_length=120)
    picture_people = forms.ChoiceField(
        label=_("Sind Menschen zu erkennen?"), choices=PEOPLE, required=False, widget=forms.RadioSelect
    )
    picture_rights = forms.BooleanField(label=_("Ich darf dieses Bild hier veröffentlichen."), required=False)

    def __init__(self, *args: Any, region: Region, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.person = region, person
        self._offer_choices()
        if self.instance.pk:
            del self.fields["acting_as"]
            self._show_present()
        elif len(self.fields["acting_as"].choices) == 1:  # type: ignore[attr-defined]  # a choice field
            self.fields["acting_as"].widget = forms.HiddenInput()
            self.fields["acting_as"].initial = "me"

    def _offer_choices(self) -> None:
        words = words_of(self.region)
        topics = Topic._default_manager.filter(pk__in=[topic.pk for topic in topics_of(self.region)])
        for name in ("main_topic", "topics"):
            self.fields[name].queryset = topics  # type: ignore[attr-defined]  # a model choice
        if "district" in self.fields:
            self.fields["district"] = forms.ModelChoiceField(
                District._default_manager.filter(pk__in=[d.pk for d in districts(self.region)]),
                label=words["district"],
                required=False,
                empty_label=words["whole_town"],
            )
        organisations = list(organisations_of(self.person)) if "acting_as" in self.fields else []
        me = ("me", _("Für mich selbst"))
        self.fields["acting_as"].choices = [*((str(o.pk), o.name) for o in organisations), me]  # type: ignore[attr-defined]  # a choice field
        self.fields["acting_as"].initial = str(organisations[0].pk) if organisations else "me"

        if "visibility" in self.fields:
            self.fields["visibility"] = forms.ChoiceField(
                label=_("Wer sieht das?"), choices=WHO_SEES, initial=Visibility.PUBLIC
            )

    def _show_present(self) -> None:
        entry = self.instance
        rows = list(entry.topic_rows.all())
        self.initial.setdefault("version", entry.version)
        self.initial.setdefault("main_topic", next((row.topic_id for row in rows if row.main), None))
        self.initial.setdefault("topics", [row.topic_id for row in rows if not row.main])
        self.initial.setdefault("target_groups", entry.target_groups)
        if entry.picture:
            picture = entry.picture
            self.initial.update(picture_file=picture, picture_alt=picture.alt, picture_credit=picture.credit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("picture_file") and data["picture_file"] != self.initial.get("picture_file"):
            self._owe_picture_facts(data)
        return data

    def _owe_picture_facts(self, data: dict[str, Any]) -> None:
        owed = {
            "picture_alt": _("Bitte beschreiben Sie das Bild in einem Satz."),
            "picture_credit": _("Bitte nennen Sie, von wem das Bild ist."),
            "picture_people": _("Bitte sagen Sie, ob Menschen zu erkennen sind."),
            "picture_rights": _("Bitte bestätigen Sie, dass Sie das Bild veröffentlichen dürfen."),
        }
        for name, error in owed.items():
            if not data.get(name):
                self.add_error(name, error)

    def organisation(self) -> Organisation | None:
        """In whose name: one of the person's organisations, or themselves."""
        chosen = self.cleaned_data.get("acting_as", "me")
        return None if chosen == "me" else organisations_of(self.person).get(pk=chosen)

    def values(self) -> dict[str, Any]:
        """What the action writes."""
        names = [name for name in self._meta.fields or [] if name in self.cleaned_data]
        values = {name: self.cleaned_data[name] for name in names}
        return values | {name: self.cleaned_data[name] for name in ("main_topic", "topics", "target_groups")}

    def save(self, *, by: Any) -> Any:  # type: ignore[override]  # an action writes, not the form
        if self.instance.pk:
            entry = actions.edit(self.instance, self.values(), by=by, version=self.cleaned_data.get("version"))
        else:
            entry = actions.create(
                self._meta.model, self.values(), region=self.region, by=by, organisation=self.organisation()
            )
        self._save_picture(entry, by)
        return entry

    def _save_picture(self, entry: Entry, by: Any) -> None:
        file = self.cleaned_data.get("picture_file")
        facts = {
            "alt": self.cleaned_data.get("picture_alt", ""),
            "credit": self.cleaned_data.get("picture_credit", ""),
        }
        if file is False or (file and file != self.initial.get("picture_file")):
            people = self.cleaned_data.get("picture_people") == "agreed"
            actions.set_picture(
                entry,
                file or None,
                by=by,
                people_recognisable=people,
                consent=people,
                rights_confirmed=self.cleaned_data["picture_rights"],
                **facts,
            )
        elif entry.picture:
            actions.describe_picture(entry, **facts)
