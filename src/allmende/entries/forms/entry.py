from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation, Person
from allmende.accounts.queries import organisations_of
from allmende.core.fields import LineField, MailField, PictureField, TextField, UrlField
from allmende.core.forms import Chips, PictureInput
from allmende.entries import actions
from allmende.entries.forms.parts import Part, Progress, Shown, progress, shown_parts
from allmende.entries.forms.rows import RowChoice, RowsChoice, offer
from allmende.entries.forms.topics import chosen_topics, offer_topics
from allmende.entries.models import Entry, Visibility
from allmende.entries.permissions import may_write_for
from allmende.entries.queries import released_first
from allmende.entries.target_groups import TARGET_GROUPS
from allmende.regions.models import Region
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
        if field.choices and not (field.has_default() or field.blank):
            kwargs["choices"] = field.get_choices(blank_choice=[("", _("Bitte wählen"))])
        return field.formfield(**kwargs)
    options: dict[str, Any] = {"label": field.verbose_name, "required": not field.blank, "help_text": field.help_text}
    if field.max_length and wanted in {LineField, TextField}:
        options["max_length"] = field.max_length
    return wanted(**options | {k: v for k, v in kwargs.items() if k in {"widget", "label", "help_text"}})


def several_lines(form: forms.BaseForm, name: str, *, rows: int) -> None:
    """Give a field of a form room for so many lines."""
    field: Any = form.fields[name]
    field.widget = forms.Textarea({"rows": rows, "maxlength": field.max_length})


class EntryForm(forms.ModelForm):
    """What every kind asks; ``save(by=…)`` calls the action."""

    template_name = "entries/form_parts.html"
    groups: ClassVar[list[Part]] = []
    worthwhile: ClassVar[tuple[str, ...]] = ()  # the fields that make a page worth reading
    examples: ClassVar[dict[str, Any]] = {}  # how others wrote it; beside a field that ends its row
    names_required = True
    new_title: ClassVar[Any] = _("Neuer Eintrag")
    lead: ClassVar[Any] = ""
    as_oneself: ClassVar[Any] = _("Für mich selbst")

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    acting_as = forms.ChoiceField(label=_("In wessen Namen?"), widget=forms.RadioSelect)
    main_topic = RowChoice(label=_("Wichtigstes Thema"), required=False, empty_label=_("Bitte wählen"))
    topics = RowsChoice(label=_("Weitere Themen"), required=False, widget=Chips)
    portal_topics = RowsChoice(
        label=_("Auch in einem Themenportal zeigen?"),
        required=False,
        widget=Chips,
        help_text=_("Wählen Sie, was passt. Ihr Eintrag steht dann hier und im Portal, mit denselben Angaben."),
    )
    target_groups = forms.MultipleChoiceField(label=_("Für wen?"), choices=TARGET_GROUPS, required=False, widget=Chips)
    picture_file = PictureField(
        label=_("Bild"),
        required=False,
        widget=PictureInput,
        help_text=_("Wenn Sie ein Bild zeigen, brauchen wir auch die Angaben darunter."),
    )
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
        for name in {"summary", "accessible_text", "picture_alt"} & set(self.fields):
            several_lines(self, name, rows=2)  # one line of text, seen whole
        self._offer_choices()
        if self.instance.pk:
            del self.fields["acting_as"]
            self._show_present()
        else:
            self._offer_names()

    @property
    def parts(self) -> list[Shown]:
        return list(shown_parts(self))

    @property
    def progress(self) -> Progress:
        return progress(self)

    def _offer_choices(self) -> None:
        words = words_of(self.region)
        self.offered_topics = offer_topics(self)
        if "district" in self.fields:
            self.fields["district"] = RowChoice(
                label=words["district"], required=False, empty_label=words["whole_town"]
            )
            offer(self, "district", districts(self.region))
        if "visibility" in self.fields:
            self.fields["visibility"] = forms.ChoiceField(
                label=_("Wer sieht das?"), choices=WHO_SEES, initial=Visibility.PUBLIC
            )

    def _offer_names(self) -> None:
        """In whose name: for a new entry only, it never changes hands in a form.

        First an organisation that people here can look up; one that is not released yet signs only if chosen.
        """
        own: list[Any] = list(released_first(self.region, self.own_organisations()))
        field = self.fields["acting_as"]
        field.choices = [*((str(one.pk), one.name) for one in own), ("me", self.as_oneself)]  # type: ignore[attr-defined]  # a choice field
        field.initial = next((str(one.pk) for one in own if one.is_released), "me")
        if not own:
            field.widget = forms.HiddenInput()

    def own_organisations(self) -> QuerySet[Organisation]:
        """Those in whose name the person may enter this kind."""
        return organisations_of(self.person).filter(pk__in=may_write_for(self.person, self._meta.model))

    def _show_present(self) -> None:
        entry = self.instance
        rows = list(entry.topic_rows.all())
        self.initial.setdefault("version", entry.version)
        self.initial.setdefault("main_topic", next((row.topic_id for row in rows if row.main), None))
        also = [row.topic_id for row in rows if not row.main or row.topic.scheme.portal_id]
        self.initial.update({name: also for name in ("topics", "portal_topics") if name not in self.initial})
        self.initial.setdefault("target_groups", entry.target_groups)
        if entry.picture:
            picture = entry.picture
            self.initial.update(picture_file=picture, picture_alt=picture.alt, picture_credit=picture.credit)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("picture_file"):
            self._owe_picture_facts(data, kept=data["picture_file"] == self.initial.get("picture_file"))
        return data

    def _owe_picture_facts(self, data: dict[str, Any], *, kept: bool) -> None:
        """A kept picture may get other words, but not lose them; who is on it and the rights were said once."""
        owed = {
            "picture_alt": _("Bitte beschreiben Sie das Bild in einem Satz."),
            "picture_credit": _("Bitte nennen Sie, von wem das Bild ist."),
            "picture_people": _("Bitte sagen Sie, ob Menschen zu erkennen sind."),
            "picture_rights": _("Bitte bestätigen Sie, dass Sie das Bild veröffentlichen dürfen."),
        }
        for name, error in owed.items():
            if not data.get(name) and not (kept and name in {"picture_people", "picture_rights"}):
                self.add_error(name, error)

    def organisation(self) -> Organisation | None:
        """In whose name: one of the person's organisations, or themselves."""
        chosen = self.cleaned_data.get("acting_as", "me")
        return None if chosen == "me" else organisations_of(self.person).get(pk=chosen)

    def values(self) -> dict[str, Any]:
        """What the action writes."""
        names = [name for name in self._meta.fields or [] if name in self.cleaned_data]
        values = {name: self.cleaned_data[name] for name in names}
        if "target_groups" in self.fields:
            values["target_groups"] = self.cleaned_data["target_groups"]
        return values | chosen_topics(self)

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
