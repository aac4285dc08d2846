from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.accounts.forms.guests import GuestForm
from allmende.core.fields import LineField, MailField, NameField, TextField
from allmende.moderation.models import Flag

State = Flag.State


class FlagForm(GuestForm):
    reason = forms.ChoiceField(label=_("Was stimmt nicht?"), choices=Flag.Reason.choices, widget=forms.RadioSelect)
    text = TextField(label=_("Bitte beschreiben Sie es kurz"), max_length=2000)
    name = NameField(label=_("Ihr Name"), required=False)
    mail = MailField(
        label=_("Ihre E-Mail-Adresse"),
        help_text=_("Dorthin schreiben wir Ihnen die Entscheidung. Sonst sieht sie niemand."),
    )


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Entscheidung"),
        choices=[(state.value, state.label) for state in (State.UPHELD, State.MENDED, State.DISMISSED)],
        widget=forms.RadioSelect,
    )
    decision = TextField(label=_("Begründung"), max_length=2000, help_text=_("Beide Seiten lesen sie."))


class BarrierForm(GuestForm):
    page = LineField(
        label=_("Um welche Seite geht es?"),
        max_length=500,
        required=False,
        help_text=_("Kommen Sie von dieser Seite, steht ihre Adresse schon da."),
    )
    text = TextField(
        label=_("Was hindert Sie?"),
        max_length=4000,
        help_text=_("Zum Beispiel: Das Vorleseprogramm nennt einen Knopf nicht. Wenn Sie mögen, nennen Sie Ihr Gerät."),
    )
    name = NameField(label=_("Ihr Name"), required=False)
    mail = MailField(label=_("Ihre E-Mail-Adresse"), help_text=_("Dorthin schicken wir Ihnen die Antwort."))


class BarrierAnswerForm(forms.Form):
    answer = TextField(
        label=_("Antwort"),
        max_length=4000,
        help_text=_("Sie geht per E-Mail an die Person. Sagen Sie, was Sie ändern und bis wann."),
    )
