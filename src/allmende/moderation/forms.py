from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Person
from allmende.core.fields import MailField, NameField, TextField
from allmende.moderation.models import Flag

State = Flag.State


class FlagForm(forms.Form):
    reason = forms.ChoiceField(label=_("Was stimmt nicht?"), choices=Flag.Reason.choices, widget=forms.RadioSelect)
    text = TextField(label=_("Bitte beschreiben Sie es kurz"), max_length=2000)
    name = NameField(label=_("Ihr Name"), required=False)
    mail = MailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Dorthin schreiben wir Ihnen die Entscheidung. Sonst sieht sie niemand."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person.is_authenticated:
            del self.fields["name"], self.fields["mail"]


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Entscheidung"),
        choices=[(state.value, state.label) for state in (State.UPHELD, State.MENDED, State.DISMISSED)],
        widget=forms.RadioSelect,
    )
    decision = TextField(label=_("Begründung"), max_length=2000, help_text=_("Beide Seiten lesen sie."))
