"""Form fields with bounds: text is cleaned, days lie between 1900 and 2200, and an error tells how to mend it."""

import re
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, ClassVar
from urllib.parse import SplitResult, urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from allmende.core.documents import read_document
from allmende.core.forms import DateInput, DocumentInput, PictureInput, TimeInput
from allmende.core.text import clean, refuse_damaged

FIRST_YEAR, LAST_YEAR = 1900, 2200
_REQUIRED: dict[str, Any] = {"required": _("Bitte füllen Sie dieses Feld aus.")}
_TOO_LONG: dict[str, Any] = {
    "max_length": _(
        "Das ist zu lang: %(show_value)d Zeichen, höchstens %(limit_value)d sind möglich. Bitte kürzen Sie."
    )
}
_PHONE = re.compile(r"\+?[0-9 ()/.–-]+")
_DIGITS = range(3, 19)  # 115 to the longest number of E.164 with an extension
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def local_moment(day: date, clock: time, zone: tzinfo) -> datetime:
    """Return the moment of this wall clock in the zone, aware.

    The hour that comes twice in autumn means the first (summer time): who writes 2:30 seldom thinks of it, and too
    early is better than too late. Raises ValidationError ``missing_hour`` for the hour that spring leaves out, and
    ``range`` outside of 1900 to 2200.
    """
    check_year(day)
    moment = datetime.combine(day, clock, zone)
    existing = moment.astimezone(UTC).astimezone(zone)
    if existing.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValidationError(
            _(
                "Am %(day)s gibt es %(clock)s Uhr nicht: In dieser Nacht wird die Uhr vorgestellt. "
                "Bitte wählen Sie eine andere Uhrzeit, zum Beispiel %(instead)s Uhr."
            ),
            code="missing_hour",
            params={
                "day": date_format(day, "SHORT_DATE_FORMAT"),
                "clock": f"{clock:%H:%M}",
                "instead": f"{existing:%H:%M}",
            },
        )
    return moment


def local_midnight(day: date, zone: tzinfo) -> datetime:
    """Return the first moment of the day in the zone, aware (some zones change their clocks at midnight)."""
    check_year(day)
    return datetime.combine(day, time.min, zone).astimezone(UTC).astimezone(zone)


def check_year(day: date) -> None:
    """Raise ValidationError ``range`` outside of 1900 to 2200."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Bitte geben Sie ein Jahr von %(first)d bis %(last)d an."),
            code="range",
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


_ADDRESS = re.compile(r"://|www\.|@|\w\.(biz|com|de|eu|info|io|net|org|ru|shop|top|xyz)\b", re.IGNORECASE)


class LineField(forms.CharField):
    """One line of text. Django puts a sign of its own for what it cannot read in a form with files: it is refused."""

    default_error_messages = _REQUIRED | _TOO_LONG
    lines = False

    def __init__(self, *, max_length: int = 200, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        refuse_damaged(text)
        return clean(text, lines=self.lines)


class NameField(LineField):
    """A person's name. It stands in mails to others, so nobody advertises in it."""

    default_error_messages: ClassVar[dict[str, Any]] = {"name": _("Bitte geben Sie hier nur Ihren Namen an.")}

    def __init__(self, *, max_length: int = 80, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        name = super().to_python(value)
        if _ADDRESS.search(name):
            raise ValidationError(self.error_messages["name"], code="name")
        return name


class TextField(LineField):
    """Several lines of text, Markdown or plain."""

    widget = forms.Textarea
    lines = True

    def __init__(self, *, max_length: int = 20_000, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)


class MailField(forms.EmailField):
    """A mail address in small letters: the same address is never two accounts."""

    default_error_messages = (
        _REQUIRED
        | _TOO_LONG
        | {"invalid": _("Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@verein.example.")}
    )

    def __init__(self, *, max_length: int = 254, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "", lines=False).lower()


class UrlField(LineField):
    """The address of a web page, http or https; without either it gets https. Other letters in the host become
    punycode, so that a host which only looks like a known one shows itself.
    """

    widget = forms.URLInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Bitte geben Sie die Adresse einer Internetseite an, zum Beispiel https://www.verein.example/."),
        "scheme": _("Die Adresse muss mit https:// oder http:// beginnen."),
        "userinfo": _("Bitte lassen Sie Namen und Passwort vor dem Zeichen @ weg."),
    }

    def __init__(self, *, max_length: int = 500, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return self._checked(text) if text else ""

    def _checked(self, text: str) -> str:
        try:
            parts = urlsplit(text if re.match(r"[a-z][a-z0-9+.-]*:(?!\d)", text, re.IGNORECASE) else f"https://{text}")
            return self._with_plain_host(parts).geturl()
        except ValueError as error:  # a port that is no number, a bracket left open, a host that cannot be written
            raise self._refused("invalid") from error

    def _with_plain_host(self, parts: SplitResult) -> SplitResult:
        if parts.scheme not in {"http", "https"}:
            raise self._refused("scheme")
        if "@" in parts.netloc:
            raise self._refused("userinfo")
        host = (parts.hostname or "").encode("idna").decode().lower()
        if not _HOST.fullmatch(host) or re.search(r"\s", parts.geturl()):
            raise self._refused("invalid")
        return parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host)

    def _refused(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class PhoneField(LineField):
    """A telephone number as people write it."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
    default_error_messages = {
        "invalid": _("Bitte geben Sie eine Telefonnummer an, nur mit Ziffern und den Zeichen + ( ) / -.")
    }

    def __init__(self, *, max_length: int = 40, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        number = super().to_python(value)
        digits = sum(sign.isdigit() for sign in number)
        if number and not (_PHONE.fullmatch(number) and digits in _DIGITS):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class DateField(forms.DateField):
    """A day, from the browser's picker or typed as 24.12.2026."""

    widget = DateInput(attrs={"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"})
    # What the browser's own inputs send, then what people type.
    input_formats = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
    default_error_messages = _REQUIRED | {
        "invalid": _("Diesen Tag gibt es nicht. Bitte schreiben Sie das Datum so: 24.12.2026.")
    }

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value.replace(" ", "") if isinstance(value, str) else value)
        if day is not None:
            check_year(day)
        return day


class TimeField(forms.TimeField):
    """A time of the day, to the minute, from the browser's picker or typed as 19:30, 19.30 or 19 Uhr."""

    widget = TimeInput
    input_formats = ["%H:%M", "%H.%M", "%H:%M:%S", "%H"]
    default_error_messages = _REQUIRED | {
        "invalid": _("Diese Uhrzeit gibt es nicht. Bitte schreiben Sie sie so: 19:30.")
    }

    def to_python(self, value: Any) -> time | None:
        clock = super().to_python(re.sub(r"\s|Uhr\s*$", "", value) if isinstance(value, str) else value)
        return None if clock is None else clock.replace(second=0, microsecond=0)


class PictureField(forms.FileField):
    """A picture, known by its content and written anew right here: a file that breaks off is told beside the field,
    and no transaction waits for it. ``keep_alpha`` leaves transparent parts as they are (logos).
    """

    widget = PictureInput
    default_error_messages = _REQUIRED | {
        "empty": _("Diese Datei ist leer. Bitte wählen Sie ein anderes Bild."),
        "max_length": _("Der Name der Datei ist zu lang. Bitte benennen Sie sie um."),
    }

    def __init__(self, *, keep_alpha: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.keep_alpha = keep_alpha

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is not None:
            from allmende.core.pictures import reencode  # noqa: PLC0415  # Pillow is loaded by those who need it

            file.__dict__["renditions"] = {self.keep_alpha: reencode(file, keep_alpha=self.keep_alpha)}
        return file


class DocumentField(forms.FileField):
    """A paper as PDF or as a photo, known by its content; ``files.keep_file`` keeps it."""

    widget = DocumentInput
    default_error_messages = _REQUIRED | {
        "empty": _("Diese Datei ist leer. Bitte wählen Sie eine andere."),
        "max_length": _("Der Name der Datei ist zu lang. Bitte benennen Sie sie um."),
    }

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is not None:
            file.__dict__["document"] = read_document(file)
        return file
