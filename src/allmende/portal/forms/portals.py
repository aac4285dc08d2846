"""Thematic portals: a new one in three answers, and then everything about one."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField, TextField
from allmende.core.text import slug
from allmende.entries.actions import CLIMATE_TOPICS
from allmende.entries.models import TopicScheme
from allmende.portal.actions import open_portal
from allmende.portal.forms.settings import LookForm
from allmende.regions.actions import refuse_path, set_portal_host
from allmende.regions.models import Portal, Region

CLIMATE, ALONE = "climate", "alone"
LONGEST_PATH = 40


class NewPortalForm(forms.Form):
    name = LineField(
        label=_("Name des Portals"), max_length=80, help_text=_("So steht es im Kopf jeder Seite des Portals.")
    )
    path = LineField(
        label=_("Kurze Adresse"),
        max_length=LONGEST_PATH,
        required=False,
        help_text=_("Ein Wort aus kleinen Buchstaben, zum Beispiel „klima“. Ohne Angabe nehmen wir den Namen."),
    )
    topics = forms.ChoiceField(
        label=_("Welche Themen gehören dazu?"),
        widget=forms.RadioSelect,
        help_text=_("Das Portal zeigt alle Einträge, die eines dieser Themen haben."),
    )

    def __init__(self, *args: Any, region: Region, schemes: list[TopicScheme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.free = {str(scheme.pk): scheme for scheme in schemes if not scheme.is_main and not scheme.portal_id}
        choices = [
            *((key, _("Ihre Liste „%(name)s“") % {"name": scheme.name}) for key, scheme in self.free.items()),
            (CLIMATE, _("Die acht fertigen Themen für das Klima")),
            (ALONE, _("Ein Thema, das wie das Portal heißt. Weitere legen Sie später unter „Themen“ an.")),
        ]
        self.fields["topics"].choices = choices  # type: ignore[attr-defined]  # a choice field
        self.fields["topics"].initial = choices[0][0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "path" in data and "name" in data:
            data["path"] = data["path"].strip("/") or slug(data["name"], length=LONGEST_PATH)
            try:
                refuse_path(data["path"])
            except ValidationError as error:
                self.add_error("path", error)
        return data

    def save(self, *, by: Any) -> Portal:
        """Raises what ``open_portal`` does."""
        name, path, chosen = (self.cleaned_data[key] for key in ("name", "path", "topics"))
        ready = CLIMATE_TOPICS if chosen == CLIMATE else [{"slug": path, "name": name}]
        return open_portal(self.region, name=name, path=path, topics=self.free.get(chosen, ready), by=by)


class PortalForm(LookForm):
    """Name, texts, look and a host of its own."""

    groups: ClassVar = [
        (_("Name und Begrüßung"), "", ["name", "claim", "about"]),
        *LookForm.groups,
        (
            _("Eigene Adresse im Internet"),
            _("Nur wenn das Portal einen eigenen Namen haben soll. Ihre Technik muss ihn vorher einrichten."),
            ["host"],
        ),
    ]

    name = LineField(label=_("Name des Portals"), max_length=80)
    claim = LineField(
        label=_("Leitsatz"), max_length=120, required=False, help_text=_("Die große Zeile auf der Startseite.")
    )
    about = TextField(
        label=_("Über dieses Portal"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    host = LineField(
        label=_("Eigener Name"),
        max_length=253,
        required=False,
        help_text=_("Zum Beispiel klima.neustadt.example. Die kurze Adresse gilt weiter."),
    )

    def __init__(self, *args: Any, site: Portal, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.portal = site
        host = next((one.host for one in site.region.addresses.all() if one.portal_id == site.pk and one.host), "")
        self.initial = {**self.initial, "name": site.name, "claim": site.claim, "about": site.about, "host": host}

    def clean_host(self) -> str:
        return str(self.cleaned_data["host"]).lower()

    def save(self, *, by: Any, **words: str) -> None:
        """Raises what ``change_look`` and ``set_portal_host`` do."""
        set_portal_host(self.portal, self.cleaned_data["host"], by=by)
        super().save(by=by, **{name: self.cleaned_data[name] for name in ("name", "claim", "about")}, **words)
