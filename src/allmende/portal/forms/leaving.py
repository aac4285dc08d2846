from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.portal.actions import delete_account
from allmende.regions.models import Region


class LeavingForm(forms.Form):
    entries = forms.ChoiceField(
        label=_("Was soll mit dem geschehen, was Sie veröffentlicht haben?"),
        choices=[("stay", _("Ohne meinen Namen stehen lassen")), ("go", _("Auch löschen"))],
        widget=forms.RadioSelect, help_text=_("Ein Name, den Sie selbst in den Text geschrieben haben, bleibt darin."),
    )  # fmt: skip
    sure = forms.BooleanField(label=_("Ja, mein Konto soll gelöscht werden. Das lässt sich nicht zurücknehmen."))

    def __init__(self, *args: Any, published: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not published:
            del self.fields["entries"]

    def save(self, user: User, *, region: Region) -> None:
        delete_account(user, region=region, with_entries=self.cleaned_data.get("entries") == "go")
