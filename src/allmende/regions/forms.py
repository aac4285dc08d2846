"""The netiquette in forms: one box to tick, before somebody's first contribution and after each new version."""

from django import forms
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Person, User
from allmende.regions.actions import agree
from allmende.regions.models import LegalText, Region
from allmende.regions.queries import netiquette_owed


def ask_netiquette(form: forms.BaseForm, region: Region, person: Person | None) -> None:
    """Add the box to a form that writes something, if the person owes it; without a netiquette nothing is asked.

    Its name holds the version: whoever ticked an older one is asked again. Guests tick each time.
    """
    text = netiquette_owed(region, person)
    if text is not None:
        form.fields[_name(text)] = NetiquetteField(text)


def keep_consent(form: forms.BaseForm, *, by: Person | None) -> None:
    """Note the box that ``ask_netiquette`` added, and take it out of the cleaned data: call it before saving the form.

    Of guests nothing is noted: they tick each time.
    """
    for name, field in form.fields.items():
        if isinstance(field, NetiquetteField):
            form.cleaned_data.pop(name, None)
            if isinstance(by, User):
                agree(field.text, by=by)


class NetiquetteField(forms.BooleanField):
    def __init__(self, text: LegalText) -> None:
        self.text = text
        super().__init__(
            label=_("Ich habe die Netiquette gelesen und halte mich daran"),
            help_text=lazy(_link, str)(),
            error_messages={"required": _("Bitte lesen Sie die Netiquette und bestätigen Sie, dass Sie sie beachten.")},
        )


def _name(text: LegalText) -> str:
    return f"netiquette_{text.version}"


def _link() -> str:
    return format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a> {}',
        reverse("regions:netiquette"),
        gettext("Netiquette lesen"),
        gettext("(öffnet sich in einem neuen Fenster)"),
    )
