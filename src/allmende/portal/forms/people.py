from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.accounts.queries import user_by_mail
from allmende.core.fields import MailField
from allmende.regions.actions import admit, give_role
from allmende.regions.models import Region, Role

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

    def save(self, *, region: Region, by: Any) -> User:
        give_role(self.cleaned_data["mail"], self.cleaned_data["name"], region=region, by=by)
        return self.cleaned_data["mail"]


class AdmitForm(ByMail):
    def save(self, *, region: Region, by: Any) -> User:
        admit(self.cleaned_data["mail"], to=region, by=by)
        return self.cleaned_data["mail"]
