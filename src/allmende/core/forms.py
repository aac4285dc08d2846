"""How forms look: the anatomy of KERN UX (label, hint, field, error) for every form, and a few widgets."""

from pathlib import Path
from typing import Any

import django.forms
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property

_OURS = Path(__file__).parent / "templates"
_DJANGOS = Path(django.forms.__file__).parent / "templates"
_FILES = "django.template.loaders.filesystem.Loader"
_CHECKS = {"checkbox": "kern-form-check__checkbox", "radio": "kern-form-check__radio"}


class KernBoundField(BoundField):
    """A field that knows how its widget is drawn, and gives the widget KERN's classes."""

    @property
    def look(self) -> str:
        """``group`` (several boxes to tick), ``check`` (one box), ``select`` or ``input``."""
        widget = self.field.widget
        if self.use_fieldset:
            return "group"
        if getattr(widget, "input_type", "") == "checkbox":
            return "check"
        return "select" if isinstance(widget, forms.Select) and not widget.allow_multiple_selected else "input"

    @property
    def is_optional(self) -> bool:
        """Say so beside the label? Not for one box to tick; where nothing is compulsory, only if the form wants it."""
        if self.field.required or self.field.disabled or self.look == "check" or self.names_required or self.when:
            return False
        return getattr(self.form, "marks_optional", False) or any(f.required for f in self.form.fields.values())

    @property
    def names_required(self) -> bool:
        """A form in which next to nothing is compulsory marks what is, not all the rest."""
        return getattr(self.form, "names_required", False)

    @property
    def is_marked_required(self) -> bool:
        return self.names_required and self.field.required and self.look == "input"

    @property
    def when(self) -> str:
        """The value of a radio button in the same form, '' for always: without it the field is of no use."""
        return str(self.field.widget.attrs.get("data-when", ""))

    @property
    def width(self) -> str:
        return str(self.field.widget.attrs.get("data-width", "full"))

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        if self.look != "group":
            base = {"check": _CHECKS["checkbox"], "select": "kern-form-input__select"}.get(
                self.look, "kern-form-input__input"
            )
            given = widget.attrs.get("class", "")
            attrs["class"] = " ".join(filter(None, [base, f"{base}--error" if self.errors else "", given]))
        return attrs


class KernRenderer(BaseRenderer):
    """Our form templates first, then those of any app, then Django's own."""

    form_template_name = "core/fields.html"
    field_template_name = "core/field.html"
    bound_field_class = KernBoundField

    @cached_property
    def engine(self) -> DjangoTemplates:
        loaders = [(_FILES, [_OURS]), "django.template.loaders.app_directories.Loader", (_FILES, [_DJANGOS])]
        builtins = ["django.templatetags.i18n", "django.templatetags.static", "allmende.core.templatetags.ui"]
        options = {"loaders": [("django.template.loaders.cached.Loader", loaders)], "builtins": builtins}
        return DjangoTemplates({"APP_DIRS": False, "DIRS": [], "NAME": "forms", "OPTIONS": options})

    def get_template(self, template_name: str) -> Any:
        return self.engine.get_template(template_name)


class DateInput(forms.DateInput):
    """The browser's own date picker; its value is ISO 8601 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time picker, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class PictureInput(forms.ClearableFileInput):
    """A file field that shows the picture that is kept and offers to remove it."""

    template_name = "core/widgets/picture.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif", **(attrs or {})})

    def is_initial(self, value: Any) -> bool:
        """A kept picture is a row, not a file with an address."""
        return bool(value) and not isinstance(value, UploadedFile)


class DocumentInput(forms.FileInput):
    """A field for a paper: PDF or photo."""

    template_name = "core/widgets/document.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "application/pdf,image/jpeg,image/png,image/heic,image/heif", **(attrs or {})})


class ToggleInput(forms.CheckboxInput):
    """A box to tick that looks like a switch: for what takes effect as a setting."""

    template_name = "core/widgets/toggle.html"


class Chips(forms.CheckboxSelectMultiple):
    """Several of few, side by side as chips."""

    template_name = "core/widgets/chips.html"


class ChipChoice(forms.RadioSelect):
    """One of few, side by side as chips."""

    template_name = "core/widgets/chips.html"
