from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import DateField, LineField
from allmende.entries.forms.rows import RowChoice, offer
from allmende.entries.queries import Criteria, is_key, topics_of
from allmende.entries.target_groups import TARGET_GROUPS
from allmende.regions.models import Region
from allmende.regions.queries import districts
from allmende.regions.words import words_of

NO_SUCH_PAGE = dict.fromkeys(
    ["invalid", "min_value", "max_value", "max_length", "null_characters_not_allowed"],
    _("Diese Seite der Liste gibt es nicht. Filter und Suchwort bringen Sie schneller ans Ziel."),
)


class EntryFilter(forms.Form):
    """Filters of lists, map, calendar and feeds alike. A kind adds its own and says which tokens they mean."""

    q = LineField(label=_("Suchwort"), required=False, max_length=80)
    topic = RowChoice(by="slug", label=_("Thema"), required=False, empty_label=_("Alle Themen"))
    district = RowChoice(by="slug", required=False)
    target_group = forms.ChoiceField(label=_("Für wen?"), choices=[("", _("Alle")), *TARGET_GROUPS[1:]], required=False)
    accessible = forms.ChoiceField(
        label=_("Barrierefrei"),
        required=False,
        choices=[("", _("Egal")), ("yes", _("Ja")), ("partly", _("Ja oder teilweise"))],
    )
    sort = forms.ChoiceField(
        choices=[("", ""), ("name", "name"), ("newest", "newest")],
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Diese Reihenfolge gibt es nicht.")},
    )
    page = forms.IntegerField(
        min_value=1, max_value=200, required=False, widget=forms.HiddenInput, error_messages=NO_SUCH_PAGE
    )
    next = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput, error_messages=NO_SUCH_PAGE)
    organisation = forms.IntegerField(min_value=1, max_value=2**62, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, region: Region, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        words = words_of(region)
        self.fields["district"].label = words["district"]
        self.fields["district"].empty_label = words["whole_town"]  # type: ignore[attr-defined]  # a RowChoice
        offer(self, "topic", topics_of(region))
        offer(self, "district", districts(region))

    def clean_next(self) -> str:
        key: str = self.cleaned_data["next"]
        if key and not is_key(key):
            raise ValidationError(NO_SUCH_PAGE["invalid"], code="invalid")
        return key

    def tokens(self) -> list[str]:
        """Facets that an entry must have."""
        group = self.cleaned_data.get("target_group")
        return [f"target:{group}"] if group else []

    def criteria(self) -> Criteria:
        """Everything that is valid in the form, as the query takes it."""
        data = self.cleaned_data
        start, end = self.window()
        return Criteria(
            words=data.get("q") or "",
            topic=data.get("topic"),
            district=data.get("district"),
            organisation=data.get("organisation"),
            accessible=data.get("accessible") or "",
            free=bool(data.get("free")),
            tokens=self.tokens(),
            start=start,
            end=end,
        )

    def window(self) -> tuple[datetime | None, datetime | None]:
        """Half-open span of the days ``from`` to ``to``, both included, in the region's zone."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        zone = self.region.zone
        start = datetime.combine(first, time.min, zone) if first else None
        end = datetime.combine(last + timedelta(days=1), time.min, zone) if last else None
        return start, end

    def active(self, path: str) -> list[tuple[str, str]]:
        """(what is filtered, link without that filter) for the chips above a list."""
        chosen = [
            name for name in self.fields if self.cleaned_data.get(name) and not self.fields[name].widget.is_hidden
        ]
        return [(self._shown(name), self._without(path, name)) for name in chosen]

    def _shown(self, name: str) -> str:
        value = self.cleaned_data[name]
        choices = getattr(self.fields[name], "choices", None)
        if isinstance(value, bool):
            return str(self.fields[name].label)
        if name == "accessible":
            return f"{self.fields[name].label}: {dict(self.fields[name].choices)[value]}"  # type: ignore[attr-defined]  # a choice field
        if isinstance(value, str) and choices:
            return str(dict(choices)[value])
        if isinstance(value, date):
            return f"{self.fields[name].label}: {date_format(value, 'SHORT_DATE_FORMAT')}"
        return str(value)

    def _without(self, path: str, left_out: str) -> str:
        rest = {name: value for name, value in self.data.items() if name not in {left_out, "next", "page"} and value}
        return f"{path}?{urlencode(rest)}" if rest else path


class DatedFilter(EntryFilter):
    """For kinds with dates."""

    free = forms.BooleanField(label=_("Nur Kostenloses"), required=False)

    field_order = ["q", "from", "to", "topic", "district", "target_group", "accessible", "free"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # "from" is a word of Python and no name of an attribute.
        self.fields["from"] = DateField(label=_("Von"), required=False)
        self.fields["to"] = DateField(label=_("Bis"), required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("from") and data.get("to") and data["to"] < data["from"]:
            self.add_error("to", _("Dieser Tag liegt vor dem ersten. Bitte tauschen Sie die beiden."))
        return data
