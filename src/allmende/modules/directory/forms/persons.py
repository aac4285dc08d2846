from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.queries import organisations_of
from allmende.core.fields import LineField, NameField, PhoneField
from allmende.entries.forms import EntryFilter, EntryForm, Part, RowChoice, bounded, offer, several_lines
from allmende.entries.permissions import is_author
from allmende.entries.queries import Criteria
from allmende.modules.directory.actions import change_person, show_oneself
from allmende.modules.directory.forms import tags_of
from allmende.modules.directory.models import ContactPerson
from allmende.modules.directory.queries import organisations_with_people, own_functions, people_at

# What its person alone reads and writes; editors look after the words that all read.
OWN = ["functions_for", "languages", "languages_for", "phone", "phone_for", "mail", "mail_for", "picture_for"]
OWN_PICTURE = ["picture_file", "picture_rights"]
HALF = ["main_topic", "district", "languages", "languages_for", "phone", "phone_for", "mail", "mail_for"]


class ContactPersonForm(EntryForm):
    """Somebody about themselves: what they know about, and for each field who reads it."""

    worthwhile = ("title", "summary", "interests", "main_topic", "body")
    new_title: ClassVar = _("Als Ansprechperson zeigen")
    lead: ClassVar = _(
        "Sie kennen sich mit etwas aus und helfen gern? Dann finden andere Sie hier und schreiben Ihnen. "
        "Sie können Ihr Profil jederzeit ändern, aus den Listen nehmen oder löschen."
    )
    examples: ClassVar = {
        "summary": _("Ich helfe beim ersten Hochbeet und gebe gern Setzlinge ab."),
        "interests": _("Hochbeete, Kompost, Obstbäume schneiden"),
        "body": _("Seit zwanzig Jahren habe ich einen Garten am Mühlbach. Am liebsten zeige ich Dinge vor Ort."),
    }

    title = NameField(
        label=_("Ihr Name hier"), help_text=_("So sprechen andere Sie an. Ein Vorname oder ein Spitzname genügt.")
    )
    interests = LineField(
        label=_("Fragen Sie mich zu"),
        required=False,
        max_length=300,
        help_text=_("Stichwörter, durch Kommas getrennt. Danach suchen andere."),
    )
    phone = PhoneField(label=_("Telefon"), required=False)
    picture_rights = forms.BooleanField(
        label=_("Ich darf dieses Bild zeigen. Alle Menschen darauf sind einverstanden."), required=False
    )

    class Meta:
        model = ContactPerson
        fields = ["title", "visibility", "summary", "body", "district", *OWN]
        labels = {"body": _("Mehr über Sie")}
        formfield_callback = bounded

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("target_groups", "picture_alt", "picture_credit", "picture_people"):
            del self.fields[name]
        self.fields["picture_file"].help_text = _(
            "Freiwillig. Ohne Bild zeigen wir die ersten Buchstaben Ihres Namens."
        )
        self.is_own = self.instance.pk is None or is_author(self.person, self.instance)
        self.functions = self._offer_functions() if self.is_own else {}
        for name in [] if self.is_own else [*OWN, *OWN_PICTURE]:
            del self.fields[name]
        if not self.functions:
            self.fields.pop("functions_for", None)
        several_lines(self, "body", rows=5)
        for name in {*HALF, *self.functions} & set(self.fields):
            self.fields[name].widget.attrs["data-width"] = "half"
        self.groups = self._parts()  # type: ignore[misc]  # one field for each organisation of the person

    def _offer_functions(self) -> dict[str, int]:
        """A field for each organisation of the person; field name -> organisation id."""
        present = own_functions(self.instance) if self.instance.pk else {}
        found = {}
        for organisation in organisations_of(self.person):
            name = f"function_{organisation.pk}"
            label = _("Ihre Aufgabe: %(name)s") % {"name": organisation.name}
            self.fields[name] = LineField(label=label, required=False, max_length=80)
            self.initial[name] = present.get(organisation.pk, "")
            found[name] = organisation.pk
        return found

    def _parts(self) -> list[Part]:
        return [
            Part(
                _("Wofür Sie da sind"),
                _("Damit findet man Sie. Diese Angaben sehen alle, die Ihr Profil sehen."),
                ["title", "summary", "interests", "main_topic", "district", "topics"],
                icon="star",
                fold=False,
            ),
            Part(
                _("Ihre Aufgaben in Organisationen"),
                _("Was Sie hier eintragen, steht auch auf der Seite der Organisation."),
                [*self.functions, "functions_for"],
                icon="people",
            ),
            Part(
                _("Mehr von Ihnen"),
                _("Ein paar Sätze machen es leichter, Ihnen zu schreiben."),
                ["body", "languages", "languages_for"],
                icon="chat",
            ),
            Part(
                _("Ihr Bild"),
                _("Ein freundliches Gesicht hilft. Nötig ist es nicht."),
                [*OWN_PICTURE, "picture_for"],
                icon="picture",
            ),
            Part(
                _("So erreicht man Sie"),
                _("Nachrichten kommen immer über diese Seite zu Ihnen. Mehr zeigen wir nur, wenn Sie es hier wählen."),
                ["phone", "phone_for", "mail", "mail_for"],
                icon="mail",
            ),
            Part(
                _("Wer Ihr Profil sieht"),
                _("Wenn Sie hier nichts ändern, sehen es alle."),
                ["visibility"],
                icon="eye",
            ),
        ]

    def _offer_names(self) -> None:
        """Nobody writes about themselves in the name of an organisation."""
        del self.fields["acting_as"]
        self.initial.setdefault("title", self.person.name)  # type: ignore[union-attr]  # signed in

    def _show_present(self) -> None:
        super()._show_present()
        self.initial["interests"] = ", ".join(self.instance.interests)
        if portrait := self.instance.picture or self.instance.portrait:
            self.initial["picture_file"] = portrait

    def _owe_picture_facts(self, data: dict[str, Any], *, kept: bool) -> None:
        if not kept and not data.get("picture_rights"):
            self.add_error("picture_rights", _("Bitte bestätigen Sie, dass Sie das Bild zeigen dürfen."))

    def clean_interests(self) -> list[str]:
        return tags_of(self.cleaned_data["interests"])

    def values(self) -> dict[str, Any]:
        return super().values() | {"interests": self.cleaned_data["interests"]}

    def save(self, *, by: Any) -> ContactPerson:  # type: ignore[override]  # see EntryForm
        data = self.cleaned_data
        functions = {pk: data[name] for name, pk in self.functions.items()}
        picture = data.get("picture_file")
        if not self.instance.pk:
            return show_oneself(self.values(), region=self.region, by=by, functions=functions, picture=picture or None)
        return change_person(
            self.instance,
            self.values(),
            by=by,
            version=data.get("version"),
            functions=functions if self.is_own else None,
            picture=None if picture == self.initial.get("picture_file") else picture,
        )


class PersonFilter(EntryFilter):
    """By what people know about, and across all organisations."""

    organisation = RowChoice(  # type: ignore[assignment]  # here one chooses, elsewhere a link does
        by="organisation_id", label=_("Organisation"), required=False, empty_label=_("Alle")
    )

    field_order = ["q", "topic", "organisation", "district"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["target_group"], self.fields["accessible"]
        offer(self, "organisation", organisations_with_people(self.region))

    def criteria(self) -> Criteria:
        """A person belongs to no organisation as an entry does: they tell what they do there."""
        chosen = self.cleaned_data.get("organisation")
        among = people_at(chosen.organisation_id) if chosen else None
        return replace(super().criteria(), organisation=None, among=among)
