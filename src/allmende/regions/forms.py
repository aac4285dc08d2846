"""The netiquette in forms: one box to tick, before somebody's first contribution and after each new version.

And the answer to those who ask to belong to an organisation, and what one writes that wants to be recognised.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Application, Person, User
from allmende.core.fields import DocumentField, TextField
from allmende.regions.actions import agree, decide_application
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


class DecisionForm(forms.Form):
    """The answer to an application: yes may be short, no takes a reason."""

    answer = TextField(
        label=_("Ihre Antwort"),
        required=False,
        max_length=1000,
        help_text=_("Wenn Sie ablehnen, nennen Sie bitte den Grund."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, sent: Any, *, application: Application) -> None:
        super().__init__(sent, prefix=f"application-{application.pk}")
        self.application = application
        self.profile_url = ""  # of the organisation, where the page does not say it

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.data.get("do") == "decline" and not given.get("answer") and "answer" not in self.errors:
            self.add_error("answer", ValidationError(_("Bitte nennen Sie den Grund."), code="required"))
        return given

    def save(self, *, by: User) -> None:
        """Decide. Raises what ``decide_application`` does."""
        accepted = self.data.get("do") == "accept"
        decide_application(self.application, accepted=accepted, answer=self.cleaned_data["answer"], by=by)


def decision_forms(applications: Iterable[Application], sent: Any) -> tuple[list[DecisionForm], DecisionForm | None]:
    """A form for each, and the one among them that was sent."""
    chosen = sent.get("application", "") if sent.get("do") in {"accept", "decline"} else ""
    rows = [DecisionForm(sent if chosen == str(one.pk) else None, application=one) for one in applications]
    return rows, next((form for form in rows if form.is_bound), None)


def _name(text: LegalText) -> str:
    return f"netiquette_{text.version}"


def _link() -> str:
    return format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a> {}',
        reverse("regions:netiquette"),
        gettext("Netiquette lesen"),
        gettext("(öffnet sich in einem neuen Fenster)"),
    )


class RecognitionForm(forms.Form):
    reason = TextField(
        label=_("Warum dient Ihre Organisation dem Gemeinwohl?"),
        max_length=2000,
        help_text=_("Zwei, drei Sätze genügen: was Sie tun und wem es zugutekommt."),
    )
    proof = DocumentField(
        label=_("Nachweis"),
        help_text=_(
            "Zum Beispiel der Freistellungsbescheid des Finanzamts oder Ihre Satzung. PDF oder Foto (JPEG, PNG, HEIC), "
            "höchstens 10 MB. Nur wer entscheidet, darf ihn ansehen, und Sie sehen, wer es getan hat."
        ),
    )
