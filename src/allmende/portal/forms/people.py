from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.accounts.queries import user_by_mail
from allmende.core.fields import DateField, MailField, TextField
from allmende.regions.actions import admit, announce_absence, give_role, suspend
from allmende.regions.models import District, Region, Role
from allmende.regions.permissions import can_administer, can_suspend, is_platform_admin
from allmende.regions.queries import team_of

IN_A_REGION = [choice for choice in Role.Name.choices if choice[0] != Role.Name.PLATFORM_ADMIN]


class ByMail(forms.Form):
    """Somebody who has an account, named by its address."""

    mail = MailField(label=_("E-Mail-Adresse des Kontos"), help_text=_("Die Person braucht schon ein Konto."))

    def clean_mail(self) -> User:
        user = user_by_mail(self.cleaned_data["mail"])
        if user is None or not user.is_active:
            raise ValidationError(
                _("Zu dieser Adresse gibt es kein Konto. Bitten Sie die Person, zuerst eines anzulegen."),
                code="unknown",
            )
        return user


class RoleForm(ByMail):
    name = forms.ChoiceField(label=_("Aufgabe"), choices=IN_A_REGION, initial=Role.Name.EDITOR)
    district = forms.ModelChoiceField(
        label=_("Nur für einen Teil des Ortes"), queryset=District.objects.none(), required=False,
        empty_label=_("Nein, für alles"), help_text=_("Geht bei Redaktion und Moderation."),
    )  # fmt: skip

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.fields["district"].queryset = region.districts.all()  # type: ignore[attr-defined]  # ModelChoiceField

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("district") and found.get("name") not in {Role.Name.EDITOR, Role.Name.MODERATOR}:
            self.add_error("district", ValidationError(_("Diese Aufgabe gilt immer für alles."), code="district"))
        return found

    def save(self, *, by: Any) -> User:
        given = self.cleaned_data
        give_role(given["mail"], given["name"], region=self.region, by=by, district=given["district"])
        return given["mail"]


class AdmitForm(ByMail):
    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def save(self, *, by: Any) -> User:
        admit(self.cleaned_data["mail"], to=self.region, by=by)
        return self.cleaned_data["mail"]


class SuspensionForm(ByMail):
    """Who may not write in the region for a while, and why."""

    reason = TextField(label=_("Begründung"), help_text=_("Die Person liest sie."), max_length=2000)
    last_day = DateField(label=_("Bis einschließlich"), required=False, help_text=_("Leer: bis Sie es aufheben."))
    everywhere = forms.BooleanField(
        label=_("Das ganze Konto sperren, in allen Regionen"), required=False,
        help_text=_("Die Person kann sich dann nicht mehr anmelden."),
    )  # fmt: skip

    def __init__(self, *args: Any, region: Region, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.by = region, by
        if not is_platform_admin(by):
            del self.fields["everywhere"]

    def clean_last_day(self) -> date | None:
        day: date | None = self.cleaned_data["last_day"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("Dieser Tag ist schon vorbei."), code="past")
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        place = None if found.get("everywhere") else self.region
        if found.get("mail") and not can_suspend(self.by, found["mail"], place):
            self.add_error("mail", ValidationError(_("Bei dieser Person dürfen Sie das nicht."), code="above"))
        return found

    def save(self) -> User:
        given = self.cleaned_data
        day = given["last_day"]
        ends_at = datetime.combine(day + timedelta(days=1), time.min, tzinfo=self.region.zone) if day else None
        place = None if given.get("everywhere") else self.region
        suspend(given["mail"], region=place, reason=given["reason"], ends_at=ends_at, by=self.by, told_by=self.region)
        return given["mail"]


class AbsenceForm(forms.Form):
    """When somebody of the team is away, and who does their work."""

    user = forms.ModelChoiceField(label=_("Wer ist weg?"), queryset=User.objects.none(), empty_label=None)
    starts_on = DateField(label=_("Erster Tag"))
    ends_on = DateField(label=_("Letzter Tag"))
    deputy = forms.ModelChoiceField(
        label=_("Wer vertritt?"), queryset=User.objects.none(), required=False, empty_label=_("Niemand"),
        help_text=_("Die Vertretung hat so lange dieselben Rechte."),
    )  # fmt: skip

    def __init__(self, *args: Any, region: Region, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.by = region, by
        team = team_of(region)
        self.fields["deputy"].queryset = team  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["user"].queryset = team if can_administer(by, region) else team.filter(pk=by.pk)  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["user"].initial = by.pk

    def save(self) -> User:
        announce_absence(**self.cleaned_data, region=self.region, by=self.by)
        user: User = self.cleaned_data["user"]
        return user
