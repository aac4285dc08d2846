from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.core.fields import LineField, MailField, TextField
from allmende.core.models import Mail
from allmende.portal.actions import correct_address
from allmende.portal.outcomes import STATES
from allmende.portal.queries import MailFilter
from allmende.portal.queries.mails import DELAYED, LOST
from allmende.regions.models import Region


class MailFilterForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Was daraus wurde"),
        required=False,
        choices=[
            ("", _("Alles")),
            (LOST, _("Nicht angekommen")),
            *STATES.items(),
            (DELAYED, _("Wartet, weil es nicht gleich ging")),
        ],
    )
    address = LineField(label=_("Ganze E-Mail-Adresse"), required=False, max_length=320)
    everywhere = forms.BooleanField(label=_("E-Mails aller Regionen zeigen"), required=False)

    def __init__(self, *args: Any, whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("state", "address"):
            self.fields[name].widget.attrs["data-width"] = "half"
        if not whole:
            del self.fields["everywhere"]

    def criteria(self) -> MailFilter:
        data = self.cleaned_data
        return MailFilter(
            state=data.get("state", ""), address=data.get("address", ""), everywhere=data.get("everywhere", False)
        )

    def chosen(self) -> dict[str, str]:
        """What is filtered, for the link that goes on."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class AddressForm(forms.Form):
    """The right address of an account, and how one knows."""

    to = MailField(label=_("Richtige E-Mail-Adresse"))
    reason = TextField(
        label=_("Begründung"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Woher wissen Sie, dass die Adresse dieser Person gehört? Zum Beispiel: am Telefon buchstabiert."),
    )

    def save(self, mail: Mail, *, by: User, region: Region) -> User:
        data = self.cleaned_data
        return correct_address(mail, to=data["to"], reason=data["reason"], by=by, region=region)
