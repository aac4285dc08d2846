from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import MailField, TextField


class AnswerForm(forms.Form):
    body = TextField(label=_("Ihre Antwort"), max_length=5000)


class RelayForm(forms.Form):
    relay = MailField(label=_("E-Mail-Adresse der Organisation"))
