"""A legal text: its gaps one by one, and the whole of it."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField, TextField
from allmende.regions.actions import draft_text
from allmende.regions.models import LegalText, Region
from allmende.regions.queries import draft_of


class TextForm(forms.Form):
    # Compulsory in clean(): otherwise every gap would be marked as voluntary.
    body = TextField(label=_("Der ganze Text"), max_length=60_000, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)  # which draft this was written upon

    def __init__(self, *args: Any, region: Region, kind: str, body: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region, self.kind, self.draft = region, kind, draft_of(region, kind)
        self.initial = {"body": body, "seen": stamp(self.draft)}
        self.fields["body"].widget.attrs |= {"rows": 24, "lang": "de"}
        shown = self.data.get("body", "") if self.is_bound else body
        self.gaps = {_field(gap): gap for gap in LegalText(body=shown).gaps}
        for name, gap in self.gaps.items():
            # The texts are German in whatever language somebody works.
            label = format_html('<span lang="de">{}</span>', capfirst(gap))
            self.fields[name] = LineField(label=label, required=False, max_length=500)
            self.fields[name].widget.attrs["lang"] = "de"
        hint = _("Was Sie hier eintragen, kommt an seine Stelle im Text. Leer gelassene Lücken bleiben.")
        marks = _("# beginnt eine Überschrift, - einen Listenpunkt, zwei ** davor und danach fetten.")
        self.groups = [(_("Das fehlt noch"), hint, list(self.gaps)), (_("Text"), marks, ["body"])]

    def clean(self) -> dict[str, Any]:
        """Whoever writes upon an older draft learns it; sending again overwrites knowingly."""
        if not self.cleaned_data.get("body") and "body" not in self.errors:
            self.add_error("body", self.fields["body"].error_messages["required"])
        if self.cleaned_data.get("seen", "") != stamp(self.draft):
            self.data = {**self.data.dict(), "seen": stamp(self.draft)}  # type: ignore[attr-defined]  # a QueryDict
            raise ValidationError(
                _("Jemand hat den Entwurf inzwischen geändert. Senden Sie noch einmal ab, gilt Ihr Text.")
            )
        return self.cleaned_data

    def save(self, *, by: Any) -> LegalText:
        body = self.cleaned_data["body"]
        for name, gap in self.gaps.items():
            if said := self.cleaned_data.get(name):
                body = body.replace(f"«{gap}»", said)
        return draft_text(self.region, self.kind, body, by=by)


def stamp(draft: LegalText | None) -> str:
    """What tells one state of a draft from the next."""
    return draft.created_at.isoformat() if draft else ""


def _field(gap: str) -> str:
    return "gap_" + hashlib.sha256(gap.encode(errors="replace")).hexdigest()[:12]
