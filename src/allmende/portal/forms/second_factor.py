from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.core.fields import TextField
from allmende.portal.actions import reset_second_factor
from allmende.portal.forms.people import ByMail
from allmende.regions.models import Region


class ResetForm(ByMail):
    reason = TextField(
        label=_("Begründung"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Wie haben Sie geprüft, dass es wirklich diese Person ist? Sie liest das in der E-Mail."),
    )

    def save(self, *, region: Region, by: Any) -> User:
        user = self.cleaned_data["mail"]
        reset_second_factor(user, by=by, reason=self.cleaned_data["reason"], region=region)
        return user
