from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import DateField, TextField
from allmende.regions.models import Region
from allmende.regions.queries import today_in

USUAL_YEARS = 3
MOST_YEARS = 10


class DecideRecognitionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Entscheidung"),
        choices=[("recognised", _("Anerkennen")), ("refused", _("Ablehnen"))],
        widget=forms.RadioSelect,
    )
    valid_until = DateField(
        label=_("Gültig bis"),
        help_text=_("Der letzte Tag, wenn Sie anerkennen. 60 Tage vorher erinnern wir die Organisation."),
    )
    decision = TextField(label=_("Begründung"), max_length=2000, help_text=_("Die Organisation liest sie."))

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today_in(region)
        self.fields["valid_until"].initial = date(self.today.year + USUAL_YEARS, 12, 31)

    def clean_valid_until(self) -> date:
        day: date = self.cleaned_data["valid_until"]
        if not self.today <= day <= date(self.today.year + MOST_YEARS, 12, 31):
            raise ValidationError(
                _("Bitte wählen Sie einen Tag von heute an, höchstens %(years)d Jahre voraus."),
                code="day",
                params={"years": MOST_YEARS},
            )
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("outcome") == "refused":
            found["valid_until"] = None
            self.errors.pop("valid_until", None)
        return found
