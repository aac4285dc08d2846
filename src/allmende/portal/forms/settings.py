"""The settings of a region, one form a tab."""

from copy import copy
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField, PictureField
from allmende.core.forms import PictureInput, ToggleInput
from allmende.core.modules import ModuleConfig
from allmende.entries.forms import bounded
from allmende.entries.models import Check
from allmende.portal.actions import change_look
from allmende.regions.actions import switch_module, update_region
from allmende.regions.models import ModuleSwitch, Portal, Region
from allmende.regions.theme import parse, refuse_unreadable
from allmende.regions.words import DEFAULTS

STAGES = [
    (Region.Stage.PREPARING, _("In Vorbereitung: Nur das Team sieht die Seite und richtet sie ein.")),
    (
        Region.Stage.INVITED,
        _("Auf Einladung: Auch Menschen, die Sie unter „Einladungen“ hereinlassen, lesen und tragen ein."),
    ),
    (Region.Stage.OPEN, _("Geöffnet: Alle lesen, wer ein Konto hat, trägt ein.")),
    (Region.Stage.READ_ONLY, _("Nur zum Lesen: Alle lesen weiter, niemand trägt mehr etwas ein.")),
]

USUAL = "usual"  # no word of the region on it: the kind's own rule holds


class FactsForm(forms.ModelForm):
    groups: ClassVar = [
        (
            _("Stand"),
            _("Der Stand gilt überall: auf allen Seiten, im Kalender und in den Schnittstellen."),
            ["stage", "listed"],
        ),
        (_("Name und Begrüßung"), "", ["name", "claim", "about"]),
        (
            _("So erreicht man Sie"),
            _("Das steht am Ende jeder Seite und unter jeder E-Mail."),
            ["contact_mail", "contact_phone", "postal_address", "mail_signature"],
        ),
        (_("Lage"), "", ["land", "official_key", "lat", "lon"]),
    ]

    stage = forms.ChoiceField(label=_("Wer darf auf die Seite?"), choices=STAGES, widget=forms.RadioSelect)

    class Meta:
        model = Region
        fields = [
            "stage",
            "listed",
            "name",
            "claim",
            "about",
            "contact_mail",
            "contact_phone",
            "postal_address",
            "mail_signature",
            "land",
            "official_key",
            "lat",
            "lon",
        ]
        formfield_callback = bounded

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        # A copy: what is typed wrong shall not stand in the frame around the form.
        kwargs["instance"] = copy(region)
        super().__init__(*args, **kwargs)
        self.region = region
        self.fields["about"].widget.attrs["rows"] = 6
        for name in ("postal_address", "mail_signature"):
            self.fields[name].widget.attrs["rows"] = 3
        for name in ("official_key", "lat", "lon", "contact_mail", "contact_phone"):
            self.fields[name].widget.attrs["data-width"] = "half"

    def save(self, *, by: Any) -> None:  # type: ignore[override]  # an action writes
        update_region(self.region, {name: self.cleaned_data[name] for name in self._meta.fields or []}, by=by)


class ColorInput(forms.ColorInput):
    """A colour field always has a value: HTML knows no ``required`` for it."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class ColorField(LineField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Nor a ``maxlength``."""
        return {"data-width": "half"}


class LookForm(forms.Form):
    names_required = True  # what belongs to a picture is owed with it alone
    groups: ClassVar = [
        (
            _("Farben"),
            _("Zwei Farben genügen für das Aussehen, hell und dunkel. Was man nicht lesen könnte, gleichen wir aus."),
            ["brand", "accent"],
        ),
        (_("Logo"), "", ["logo_file", "logo_alt"]),
        (
            _("Bild der Startseite"),
            _("Ohne Bild steht dort eine gezeichnete Stadt."),
            ["picture_file", "picture_alt", "picture_credit"],
        ),
        ("", "", ["rights"]),
    ]

    brand = ColorField(
        label=_("Hauptfarbe"), widget=ColorInput, help_text=_("Für Knöpfe, Links und den Kopf der Seite.")
    )
    accent = ColorField(label=_("Zweite Farbe"), widget=ColorInput, help_text=_("Für kleine Hervorhebungen."))
    logo_file = PictureField(
        keep_alpha=True,
        label=_("Logo"),
        required=False,
        widget=PictureInput,
        help_text=_("Am besten quadratisch und mit durchsichtigem Grund."),
    )
    logo_alt = LineField(label=_("Was zeigt das Logo?"), required=False, max_length=200)
    picture_file = PictureField(
        label=_("Bild"),
        required=False,
        widget=PictureInput,
        help_text=_("Am besten quer und mindestens 1600 Punkte breit."),
    )
    picture_alt = LineField(label=_("Was ist auf dem Bild zu sehen?"), required=False, max_length=200)
    picture_credit = LineField(
        label=_("Von wem ist das Bild?"),
        required=False,
        max_length=120,
        help_text=_("Nötig, wenn Sie ein neues Bild wählen."),
    )
    rights = forms.BooleanField(label=_("Wir dürfen Logo und Bild hier zeigen."), required=False)

    def __init__(self, *args: Any, site: Region | Portal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        self.initial = {**self.initial, "brand": site.brand, "accent": site.accent}
        if site.logo:
            self.initial = {**self.initial, "logo_file": site.logo, "logo_alt": site.logo.alt}
        if site.picture:
            picture = site.picture
            self.initial = {
                **self.initial,
                "picture_file": picture,
                "picture_alt": picture.alt,
                "picture_credit": picture.credit,
            }

    def clean_brand(self) -> str:
        refuse_unreadable(self.cleaned_data["brand"])
        return self.cleaned_data["brand"].lower()

    def clean_accent(self) -> str:
        parse(self.cleaned_data["accent"])
        return self.cleaned_data["accent"].lower()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (self.new_file("logo") or self.new_file("picture")) and not data.get("rights"):
            self.add_error("rights", _("Bitte bestätigen Sie, dass Sie die Bilder zeigen dürfen."))
        if self.new_file("picture") and not data.get("picture_credit"):
            self.add_error("picture_credit", _("Bitte nennen Sie, von wem das Bild ist."))
        return data

    def new_file(self, name: str) -> Any:
        """The file that was chosen now; None if the kept one stays or goes."""
        file = self.cleaned_data.get(f"{name}_file")
        return file if file and file != self.initial.get(f"{name}_file") else None

    def save(self, *, by: Any, **words: str) -> None:
        data = self.cleaned_data
        change_look(
            self.site,
            brand=data["brand"],
            accent=data["accent"],
            by=by,
            logo=data["logo_file"] if data["logo_file"] is False else self.new_file("logo"),
            picture=data["picture_file"] if data["picture_file"] is False else self.new_file("picture"),
            logo_alt=data["logo_alt"],
            picture_alt=data["picture_alt"],
            picture_credit=data["picture_credit"],
            **words,
        )


class ModuleForm(forms.Form):
    """One module: on or off, its name and place in the menu, and when its entries are checked."""

    on = forms.BooleanField(label=_("Eingeschaltet"), required=False, widget=ToggleInput)
    title = LineField(
        label=_("Eigener Name"), required=False, max_length=40, widget=forms.TextInput(attrs={"data-width": "half"})
    )
    position = forms.IntegerField(
        label=_("Platz im Menü"), min_value=1, max_value=999, widget=forms.NumberInput(attrs={"data-width": "half"})
    )
    check = forms.ChoiceField(
        label=_("Neue Einträge prüft die Redaktion"), widget=forms.Select(attrs={"data-width": "half"})
    )

    def __init__(
        self, *args: Any, region: Region, module: ModuleConfig, switch: ModuleSwitch | None, **kwargs: Any
    ) -> None:
        kwargs["prefix"] = module.slug
        super().__init__(*args, **kwargs)
        self.region, self.module = region, module
        self.options = switch.options if switch else {}
        usual = Check(module.kind_models()[0].default_check).label if module.kind_models() else ""
        choices = [(USUAL, _("Wie vorgesehen (%(usual)s)") % {"usual": usual}), *Check.choices]
        self.fields["check"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not module.kind_models():
            del self.fields["check"]
        self.initial = {
            **self.initial,
            "on": switch.on if switch else module.on_by_default,
            "position": switch.position if switch else module.position,
            "check": self.options.get("check", USUAL),
            "title": self.options.get("title", ""),
        }
        self.fields["title"].help_text = _("Ohne eigenen Namen: %(title)s") % {"title": module.title}

    def save(self, *, by: Any) -> None:
        data = self.cleaned_data
        options = {**self.options, "check": data.get("check", USUAL).removeprefix(USUAL), "title": data["title"]}
        switch_module(
            self.region,
            self.module.slug,
            on=data["on"],
            position=data["position"],
            by=by,
            options={name: value for name, value in options.items() if value},
        )


class WordsForm(forms.Form):
    """The words of the place; an empty field means the delivered word."""

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        for key, (label, delivered) in DEFAULTS.items():
            hint = _("Ohne eigenes Wort: %(word)s") % {"word": delivered}
            self.fields[key] = LineField(label=label, required=False, max_length=40, help_text=hint)
            self.initial[key] = region.words.get(key, "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("district")) != bool(data.get("districts")):
            missing = "districts" if data.get("district") else "district"
            self.add_error(
                missing, ValidationError(_("Bitte geben Sie beide Formen an, Einzahl und Mehrzahl."), code="both")
            )
        return data

    def save(self, *, by: Any) -> None:
        own = {key: word for key, word in self.cleaned_data.items() if word}
        update_region(self.region, {"words": own}, by=by)
