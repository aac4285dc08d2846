from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField


class SearchForm(forms.Form):
    q = LineField(label=_("Suchwort"), required=False, max_length=80)
