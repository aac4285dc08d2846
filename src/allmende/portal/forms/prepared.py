from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation
from allmende.core.fields import LineField, MailField, NameField
from allmende.portal.queries import unclaimed_organisations
from allmende.regions.actions import prepare_account
from allmende.regions.models import PreparedAccount, Region


class AccountForOtherForm(forms.Form):
    """What somebody says at the counter or on the telephone; all else they enter themselves."""

    name = NameField(label=_("Name der Person"))
    mail = MailField(
        label=_("E-Mail-Adresse der Person"), help_text=_("Dorthin geht der Link, mit dem sie das Konto übernimmt.")
    )
    consent = forms.ChoiceField(
        label=_("Wie haben Sie das Einverständnis bekommen?"), required=False,
        choices=[("", _("Keine Angabe")), *PreparedAccount.Consent.choices],
        help_text=_("Das steht im Protokoll und in der E-Mail an die Person."),
    )  # fmt: skip
    organisation = forms.ModelChoiceField(
        label=_("Für welche Organisation?"), queryset=Organisation.objects.none(), required=False,
        empty_label=_("Für keine, oder für eine neue"),
        help_text=_("Alle, die schon im Verzeichnis stehen und die noch niemand verwaltet."),
    )  # fmt: skip
    organisation_name = LineField(
        label=_("Name der neuen Organisation"), required=False, max_length=200,
        help_text=_("Wenn sie noch nicht im Verzeichnis steht."),
    )  # fmt: skip

    def __init__(self, *args: Any, region: Region, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.by = region, by
        self.fields["organisation"].queryset = unclaimed_organisations(region)  # type: ignore[attr-defined]  # ModelChoiceField

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("organisation") and found.get("organisation_name"):
            error = _("Wählen Sie eine Organisation oder nennen Sie eine neue, nicht beides.")
            self.add_error("organisation_name", ValidationError(error, code="both"))
        return found

    def save(self) -> PreparedAccount:
        """Raises ValidationError for what has changed in this very moment."""
        return prepare_account(self.region, **self.cleaned_data, by=self.by)
