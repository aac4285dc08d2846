from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from allmende.accounts.forms.guests import GuestForm
from allmende.accounts.models import Organisation, Person
from allmende.accounts.queries import organisations_of
from allmende.core.fields import LineField, MailField, NameField, PhoneField, PictureField, TextField, UrlField
from allmende.core.forms import PictureInput
from allmende.correspondence.models import Message
from allmende.entries.actions import set_further_picture
from allmende.entries.forms import EntryFilter, EntryForm, Part, bounded, several_lines
from allmende.entries.models import Precision
from allmende.entries.queries import exact_place
from allmende.modules.directory.actions import introduce
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.queries import organisations_without_profile
from allmende.regions.queries import address_point

LINKS = 6
TAGS = 12
HALF = ["main_topic", "district", "form", "legal_form", "phone", "website", "contact_name", "contact_function"]


def tags_of(line: str) -> list[str]:
    """Each once, as far as there is room for them."""
    tags = [tag.strip()[:40] for tag in line.split(",") if tag.strip()]
    return list(dict.fromkeys(tags))[:TAGS]


class ProfileForm(EntryForm):
    groups: ClassVar = [
        Part(
            _("Das Wichtigste"),
            _("Damit findet man Sie im Verzeichnis. Für den Anfang genügt der Name."),
            ["acting_as", "title", "summary", "main_topic", "district", "form", "legal_form"],
            icon="star",
            fold=False,
        ),
        Part(
            _("Was Sie tun"),
            _("Schreiben Sie so, wie Sie es einer neuen Nachbarin erzählen würden."),
            ["body", "goals", "cooperation"],
            icon="chat",
        ),
        Part(
            _("Mitmachen"),
            _("Sagen Sie Neuen, womit sie anfangen können und was es kostet."),
            ["how_to_join", "join_policy", "target_groups", "members_visible"],
            icon="hands",
        ),
        Part(
            _("Adresse und Zeiten"),
            _("Wo und wann trifft man Sie? Eine private Adresse zeigen wir nie."),
            ["street", "private_address", "lat", "lon", "opening_hours", "accessible", "accessible_text"],
            icon="pin",
        ),
        Part(
            _("So erreicht man Sie"),
            _("Ihre E-Mail-Adresse bleibt verborgen: Nachrichten kommen über diese Seite zu Ihnen."),
            [
                "relay_mail",
                "phone",
                "website",
                "contact_name",
                "contact_function",
                "contact_interests",
                "links",
            ],
            icon="mail",
        ),
        Part(
            _("Logo und Bild"),
            _("Ein Bild von Menschen bei der Sache wirkt stärker als ein Logo allein."),
            ["logo_file", "picture_file", "picture_alt", "picture_credit", "picture_people", "picture_rights"],
            icon="picture",
        ),
        Part(
            _("Leichter gefunden werden"),
            _("Themen und Stichwörter führen auch Menschen zu Ihnen, die Ihren Namen nicht kennen."),
            ["topics", "tags"],
            icon="search",
        ),
        Part(
            _("Zeigen und weitergeben"),
            _("Wenn Sie hier nichts ändern, sehen alle Ihren Eintrag."),
            ["visibility", "open_licence"],
            icon="eye",
        ),
    ]
    worthwhile = (
        *("title", "summary", "main_topic", "body", "how_to_join"),
        *("opening_hours", "relay_mail", "contact_name", "picture_file"),
    )
    as_oneself: ClassVar = _("Eine neue Organisation")
    new_title: ClassVar = _("Organisation eintragen")
    lead: ClassVar = _("Zeigen Sie, was Sie tun. Das meiste ist freiwillig und lässt sich später ergänzen.")
    examples: ClassVar = {
        "summary": _("Wir singen jeden Donnerstag, vom Volkslied bis zum Gospel. Noten lesen muss niemand."),
        "body": _(
            "Seit 1921 treffen wir uns in der Turnhalle an der Schulstraße. Wir sind 430 Mitglieder in sechs "
            "Abteilungen, vom Kinderturnen bis zur Rückengymnastik."
        ),
        "cooperation": _("Wir verleihen Bierbänke. Wir suchen jemanden, der unsere Internetseite pflegt."),
        "how_to_join": _(
            "Kommen Sie zweimal kostenlos zum Schnuppern. Danach kostet die Mitgliedschaft 6 Euro im Monat."
        ),
        "opening_hours": _("Dienstag und Donnerstag, 18 bis 20 Uhr"),
        "accessible_text": _("Der Eingang am Hof hat keine Stufen. Die Toilette ist im Keller."),
        "contact_function": _("Renate Vogl, zweite Vorsitzende"),
        "contact_interests": _("Fragen zum Kinderturnen"),
        "picture_alt": _("Acht Kinder balancieren über umgedrehte Bänke."),
        "tags": _("Turnen, Reha-Sport, Krabbelgruppe"),
    }

    logo_file = PictureField(label=_("Logo"), required=False, widget=PictureInput, keep_alpha=True)
    street = LineField(label=_("Straße und Hausnummer"), required=False, max_length=120)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    opening_hours = TextField(label=_("Öffnungszeiten"), required=False, max_length=300)
    phone = PhoneField(label=_("Telefon"), required=False)
    links = TextField(label=_("Soziale Medien"), required=False, max_length=1000, help_text=_("Eine Adresse je Zeile."))
    tags = LineField(label=_("Stichwörter"), required=False, max_length=300, help_text=_("Durch Kommas getrennt."))
    open_licence = forms.BooleanField(
        label=_("Andere dürfen diese Angaben mit Nennung weiterverwenden (CC BY 4.0)."), required=False
    )

    class Meta:
        model = OrganisationProfile
        fields = [
            "title",
            "visibility",
            "form",
            "legal_form",
            "summary",
            "body",
            "goals",
            "cooperation",
            "how_to_join",
            "join_policy",
            "district",
            "private_address",
            "opening_hours",
            "accessible",
            "accessible_text",
            "relay_mail",
            "phone",
            "website",
            "contact_name",
            "contact_function",
            "contact_interests",
            "members_visible",
        ]
        labels = {"title": _("Name der Organisation"), "body": _("Was wir machen")}
        formfield_callback = bounded

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in {
            "body": 8,
            "goals": 3,
            "cooperation": 3,
            "how_to_join": 3,
            "opening_hours": 2,
            "links": 2,
        }.items():
            several_lines(self, name, rows=rows)
        for name in {*HALF} & set(self.fields):
            self.fields[name].widget.attrs["data-width"] = "half"

    def _offer_names(self) -> None:
        super()._offer_names()
        field = self.fields["acting_as"]
        field.label = _("Welche Organisation?")
        field.initial, name = field.choices[0]  # type: ignore[attr-defined]  # a choice field
        if field.initial != "me":
            self.initial.setdefault("title", name)

    def own_organisations(self) -> QuerySet[Organisation]:
        return organisations_without_profile(self.region, self.person)

    def _show_present(self) -> None:
        super()._show_present()
        profile = self.instance
        exact = exact_place(self.person, profile)
        place = exact or profile
        present = {
            "street": exact.street if exact else profile.place_text,
            "lat": place.lat if exact or profile.precision == Precision.EXACT else None,
            "lon": place.lon if exact or profile.precision == Precision.EXACT else None,
            "links": "\n".join(profile.social_links),
            "tags": ", ".join(profile.tags),
            "open_licence": profile.licence == "CC BY 4.0",
            "logo_file": profile.logo,
        }
        self.initial.update(present)

    def clean_links(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]
        if len(lines) > LINKS:
            raise ValidationError(_("Bitte geben Sie höchstens sechs Adressen an."), code="too_many")
        return [UrlField().clean(line) for line in lines]

    def clean_tags(self) -> list[str]:
        return tags_of(self.cleaned_data["tags"])

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        lat, lon = self._point()
        exact = {"street": data["street"], "lat": lat, "lon": lon, "private": data["private_address"]}
        licence = "CC BY 4.0" if data["open_licence"] else ""
        return super().values() | {
            "social_links": data["links"],
            "tags": data["tags"],
            "exact": exact,
            "licence": licence,
        }

    def _point(self) -> tuple[float | None, float | None]:
        """The point that was set on the map, else the one of the address if the town's list knows it."""
        data = self.cleaned_data
        if data.get("lat") is not None and data.get("lon") is not None and "street" not in self.changed_data:
            return data["lat"], data["lon"]
        if {"lat", "lon"} & set(self.changed_data) and data.get("lat") is not None:
            return data["lat"], data["lon"]
        return address_point(self.region, data["street"])

    def save(self, *, by: Any) -> Any:  # type: ignore[override]  # see EntryForm
        if self.instance.pk:
            return super().save(by=by)
        profile = introduce(self.values(), region=self.region, by=by, organisation=self.organisation())
        self._save_picture(profile, by)
        return profile

    def _save_picture(self, entry: Any, by: Any) -> None:
        super()._save_picture(entry, by)
        file = self.cleaned_data.get("logo_file")
        if file is False or (file and file != self.initial.get("logo_file")):
            alt = _("Logo von %(name)s") % {"name": entry.title}
            set_further_picture(entry, "logo", file or None, by=by, alt=alt, rights_confirmed=True)


class ProfileFilter(EntryFilter):
    kind = forms.ChoiceField(
        label=_("Art"), choices=[("", _("Alle")), *OrganisationProfile.Form.choices], required=False
    )

    recognised = forms.BooleanField(label=_("Nur fürs Gemeinwohl anerkannte"), required=False)

    field_order = ["q", "topic", "district", "target_group", "kind", "accessible", "recognised"]

    def tokens(self) -> list[str]:
        kind = self.cleaned_data.get("kind")
        recognised = ["recognised"] if self.cleaned_data.get("recognised") else []
        return super().tokens() + ([f"form:{kind}"] if kind else []) + recognised


class MessageForm(GuestForm):
    """A message to an organisation or a person; guests give an address, which the other side never sees."""

    acting_as = forms.ChoiceField(label=_("In wessen Namen?"), widget=forms.RadioSelect)
    name = NameField(label=_("Ihr Name"))
    mail = MailField(
        label=_("Ihre E-Mail-Adresse"), help_text=_("Nur für die Antwort. Die andere Seite sieht sie nicht.")
    )
    subject = LineField(label=_("Worum geht es?"), max_length=150)
    body = TextField(label=_("Ihre Nachricht"), max_length=5000)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, person=person, **kwargs)
        if person.is_authenticated:
            organisations = [(str(o.pk), o.name) for o in organisations_of(person)]
            self.fields["acting_as"].choices = [("me", _("Für mich selbst")), *organisations]  # type: ignore[attr-defined]  # a choice field
            self.fields["acting_as"].initial = "me"
        if not person.is_authenticated or not organisations:
            del self.fields["acting_as"]

    def save(self, send: Callable[..., Message], *, language: str) -> Message:
        data = self.cleaned_data
        words = {"subject": data["subject"], "body": data["body"]}
        if not self.person.is_authenticated:
            return send(guest_mail=data["mail"], guest_name=data["name"], language=language, **words)
        chosen = data.get("acting_as", "me")
        organisation = None if chosen == "me" else organisations_of(self.person).get(pk=chosen)
        return send(by=self.person, acting_for=organisation, **words)
