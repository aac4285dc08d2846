from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import NameField


class FirstSignInForm(forms.Form):
    name = NameField(
        label=_("Ihr Name"), widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("So sehen Sie die anderen im Team, und so steht es im Protokoll."),
    )  # fmt: skip
