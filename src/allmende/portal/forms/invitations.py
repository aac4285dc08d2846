from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Membership, Organisation, User
from allmende.core.fields import DateField, LineField, MailField, NameField
from allmende.portal.forms.people import IN_A_REGION
from allmende.portal.queries import unclaimed_organisations
from allmende.regions.actions import invite
from allmende.regions.models import Invitation, Region
from allmende.regions.permissions import can_administer

MOST_USES = 5000
LONGEST = timedelta(days=2 * 365)


class CodeForm(forms.Form):
    code = LineField(
        label=_("Code aus dem Brief"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ComeInForm(forms.Form):
    """What somebody without an account is asked: three fields at most."""

    organisation_name = LineField(label=_("Name Ihrer Organisation"), max_length=200)
    name = NameField(label=_("Ihr Name"))
    mail = MailField(
        label=_("Ihre E-Mail-Adresse"), widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Dorthin schicken wir den Link, mit dem Sie hereinkommen."),
    )  # fmt: skip

    def __init__(self, *args: Any, invitation: Invitation, known: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in known:
            del self.fields[name]
        if not invitation.founds:
            del self.fields["organisation_name"]


class InvitationForm(forms.Form):
    """A new way in, as editors and admins make it."""

    WHAT = (
        ("founds", _("Organisationen tragen sich selbst ein")),
        ("enters", _("Menschen kommen herein, ohne Aufgabe")),
        ("claims", _("Eine Organisation, die schon im Verzeichnis steht, übernimmt ihr Profil")),
        ("role", _("Jemand arbeitet im Team mit")),
    )

    label = LineField(
        label=_("Wofür ist sie?"),
        help_text=_("Nur für Sie, zum Beispiel „Brief an die Vereine, Oktober“."),
        max_length=120,
    )
    what = forms.ChoiceField(label=_("Was soll geschehen?"), choices=WHAT, initial="founds", widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        label=_("Welche Organisation?"), queryset=Organisation.objects.none(), required=False,
        help_text=_("Alle, die noch niemand verwaltet."), empty_label=_("Bitte wählen"),
        widget=forms.Select(attrs={"data-when": "claims"}),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_("Welche Aufgabe?"), choices=[("", _("Bitte wählen")), *IN_A_REGION], required=False,
        widget=forms.Select(attrs={"data-when": "role"}),
    )  # fmt: skip
    mail = MailField(
        label=_("E-Mail-Adresse"), required=False,
        help_text=_("Damit geht sie gleich hinaus und gilt nur für diese Person. Ohne Adresse gibt es Link und Brief."),
    )  # fmt: skip
    uses_allowed = forms.IntegerField(
        label=_("Wie oft darf sie benutzt werden?"), min_value=1, max_value=MOST_USES, initial=1
    )
    last_day = DateField(label=_("Bis wann gilt sie?"))

    def __init__(self, *args: Any, region: Region, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.by = region, by
        self.fields["organisation"].queryset = unclaimed_organisations(region)  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["last_day"].initial = timezone.localdate() + timedelta(days=90)
        if not can_administer(by, region):
            del self.fields["role"]
            self.fields["what"].choices = self.WHAT[:3]  # type: ignore[attr-defined]  # ChoiceField

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST:
            raise ValidationError(_("Bitte wählen Sie einen Tag zwischen heute und heute in zwei Jahren."), code="day")
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for what, field in (("claims", "organisation"), ("role", "role")):
            if found.get("what") == what and not found.get(field) and field not in self.errors:
                self.add_error(field, ValidationError(_("Bitte wählen Sie aus."), code="required"))
        return found

    def save(self) -> Invitation:
        given = self.cleaned_data
        what = given["what"]
        last_moment = datetime.combine(given["last_day"] + timedelta(days=1), time.min, tzinfo=self.region.zone)
        return invite(
            self.region,
            label=given["label"],
            by=self.by,
            expires_at=last_moment,
            uses_allowed=given["uses_allowed"],
            mail=given["mail"],
            organisation=given["organisation"] if what == "claims" else None,
            membership=Membership.Role.OWNER if what == "claims" else "",
            role=given["role"] if what == "role" else "",
            founds=what == "founds",
        )


def known_to(person: Any) -> tuple[str, ...]:
    """What of the form an account makes superfluous."""
    return ("name", "mail") if isinstance(person, User) else ()
