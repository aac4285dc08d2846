from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField
from allmende.entries.kinds import kinds
from allmende.portal.queries import LogFilter, actors
from allmende.portal.verbs import THINGS, VERBS
from allmende.regions.models import Region


class LogForm(forms.Form):
    """Filters of the log."""

    thing = forms.ChoiceField(label=_("Was"), required=False)
    actor = forms.ChoiceField(label=_("Von wem"), required=False)
    verb = forms.ChoiceField(label=_("Was geschah"), required=False, choices=[("", _("Alles")), *VERBS.items()])
    key = LineField(label=_("Nummer"), required=False, max_length=64, widget=forms.HiddenInput)
    platform = forms.BooleanField(label=_("Änderungen ohne Region zeigen"), required=False)

    def __init__(self, *args: Any, region: Region, whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        models = [(model._meta.label, model._meta.verbose_name_plural) for model in kinds().values()]
        self.fields["thing"].choices = [("", _("Alles")), *models, *THINGS.items()]  # type: ignore[attr-defined]  # a choice field
        people = [(str(user.pk), user.name) for user in actors(region)]
        self.fields["actor"].choices = [("", _("Alle")), *people]  # type: ignore[attr-defined]  # a choice field
        for name in ("thing", "actor", "verb"):
            self.fields[name].widget.attrs["data-width"] = "third"
        if not whole:
            del self.fields["platform"]

    def criteria(self) -> LogFilter:
        data = self.cleaned_data
        return LogFilter(
            model=data.get("thing", ""),
            key=data.get("key", ""),
            actor=data.get("actor", ""),
            verb=data.get("verb", ""),
            platform=data.get("platform", False),
        )

    def chosen(self) -> dict[str, str]:
        """What is filtered, for the link that goes on."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}
