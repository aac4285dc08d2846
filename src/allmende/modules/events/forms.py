from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.calendars import DateSet
from allmende.core.fields import DateField, LineField, TimeField, check_year, local_moment
from allmende.entries.forms import EntryForm, Part, bounded
from allmende.modules.events.dates import dated
from allmende.modules.events.models import Event

LONGEST = timedelta(days=366)


class EventForm(EntryForm):
    groups: ClassVar = [
        Part(
            _("Worum geht es?"),
            _("Ein guter Titel sagt, was passiert. Der kurze Text steht in der Liste."),
            ["acting_as", "title", "summary", "main_topic", "body"],
            icon="star",
            fold=False,
        ),
        Part(
            _("Wann?"),
            _("Das Ende hilft allen, die den Heimweg planen."),
            ["start_day", "start_time", "end_day", "end_time", "all_day"],
            icon="calendar",
            fold=False,
        ),
        Part(
            _("Wo?"),
            _("Nennen Sie Haus und Straße, damit auch Neue hinfinden."),
            ["place_text", "district", "online_url"],
            icon="pin",
            fold=False,
        ),
        Part(
            _("Für wen, und was kostet es?"),
            _("Wer das vorher weiß, kommt leichter."),
            ["target_groups", "free_of_charge", "price_text", "accessible", "accessible_text"],
            icon="people",
        ),
        Part(
            _("Gut zu wissen"),
            _("Muss man sich anmelden? Was bringt man mit?"),
            ["info_for_participants", "link", "organiser"],
            icon="info",
        ),
        Part(
            _("Bild"),
            _("Ein Bild zeigt, was einen erwartet."),
            ["picture_file", "picture_alt", "picture_credit", "picture_people", "picture_rights"],
            icon="picture",
        ),
        Part(
            _("Weitere Themen und wer das sieht"),
            _("Wenn Sie hier nichts ändern, sehen alle Ihren Eintrag."),
            ["topics", "visibility"],
            icon="eye",
        ),
    ]
    worthwhile = ("title", "summary", "main_topic", "body", "start_day", "place_text", "picture_file")
    new_title: ClassVar = _("Veranstaltung eintragen")
    lead: ClassVar = _("Titel, Tag und Uhrzeit genügen. Alles andere hilft, dass viele kommen.")
    examples: ClassVar = {
        "title": _("„Kleidertausch im Pfarrsaal“ statt „Veranstaltung im Mai“"),
        "summary": _("Bringen Sie mit, was nicht mehr passt, und nehmen Sie mit, was gefällt."),
        "place_text": _("Pfarrsaal, Schulstraße 6"),
        "price_text": _("5 Euro, Kinder frei"),
        "info_for_participants": _("Bitte bis Freitag anmelden und feste Schuhe mitbringen."),
        "accessible_text": _("Der Eingang am Hof hat keine Stufen. Die Toilette ist im Keller."),
        "picture_alt": _("Frauen suchen an langen Tischen Kleider aus."),
    }

    start_day = DateField(label=_("Beginn: Tag"))
    start_time = TimeField(
        label=_("Beginn: Uhrzeit"), required=False, help_text=_("Darf nur fehlen, wenn es den ganzen Tag dauert.")
    )
    end_day = DateField(label=_("Ende: Tag"), required=False, help_text=_("Leer heißt: am selben Tag."))
    end_time = TimeField(label=_("Ende: Uhrzeit"), required=False, help_text=_("Leer heißt: Ende offen."))
    free_of_charge = forms.BooleanField(label=_("Kostenlos"), required=False)
    organiser = LineField(
        label=_("Wer lädt ein?"), required=False, help_text=_("Nur wenn es anders heißt als Ihre Organisation.")
    )

    class Meta:
        model = Event
        fields = [
            "title",
            "visibility",
            "summary",
            "body",
            "all_day",
            "place_text",
            "district",
            "online_url",
            "accessible",
            "accessible_text",
            "free_of_charge",
            "price_text",
            "info_for_participants",
            "link",
            "organiser",
        ]
        formfield_callback = bounded

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("start_day", "start_time", "end_day", "end_time"):
            self.fields[name].widget.attrs["data-width"] = "half"

    def _show_present(self) -> None:
        super()._show_present()
        dates = DateSet.parse(self.instance.dates)
        last = dates.ends - timedelta(days=1) if dates.all_day and dates.ends else dates.ends
        self.initial.update(start_day=_day(dates.starts), end_day=_day(last))
        if not dates.all_day:
            self.initial.update(start_time=_clock(dates.starts), end_time=_clock(last))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "start_day" in data and not self.errors.keys() & {"start_time", "end_day", "end_time"}:
            self._set_dates(data)
        return data

    def _set_dates(self, data: dict[str, Any]) -> None:
        if not data["all_day"] and not data.get("start_time"):
            self.add_error("start_time", _("Bitte geben Sie die Uhrzeit an oder kreuzen Sie „Ganztägig“ an."))
            return
        try:
            self.dates = self._whole_days(data) if data["all_day"] else self._moments(data)
        except _Wrong as wrong:
            self.add_error(wrong.field, wrong.error)

    def _whole_days(self, data: dict[str, Any]) -> DateSet:
        first, last = data["start_day"], data.get("end_day") or data["start_day"]
        if not timedelta(0) <= last - first <= LONGEST:
            raise _Wrong("end_day", _("Der letzte Tag liegt vor dem ersten oder mehr als ein Jahr danach."))
        try:
            check_year(last + timedelta(days=1))  # RFC 5545: a whole day ends with the next one
        except ValidationError as error:
            raise _Wrong("end_day" if data.get("end_day") else "start_day", error) from error
        return DateSet(first, last + timedelta(days=1), self.region.zone)

    def _moments(self, data: dict[str, Any]) -> DateSet:
        zone = self.region.zone
        start = _moment("start_time", data["start_day"], data["start_time"], zone)
        if not data.get("end_time"):
            if data.get("end_day") and data["end_day"] != data["start_day"]:
                raise _Wrong("end_time", _("Bitte geben Sie auch die Uhrzeit an, zu der es endet."))
            return DateSet.of(start, None, zone)
        end = _moment("end_time", data.get("end_day") or data["start_day"], data["end_time"], zone)
        if not timedelta(0) < end - start <= LONGEST:
            raise _Wrong("end_time", _("Das Ende liegt vor dem Beginn oder mehr als ein Jahr danach."))
        return DateSet.of(start, end, zone)

    def values(self) -> dict[str, Any]:
        return super().values() | dated(self.dates) | {"free_of_charge": self.cleaned_data["free_of_charge"] or None}


class _Wrong(Exception):  # which field, and why
    def __init__(self, field: str, error: Any) -> None:
        super().__init__(field)
        self.field, self.error = field, error


def _moment(field: str, day: Any, clock: Any, zone: Any) -> datetime:
    try:
        return local_moment(day, clock, zone)
    except ValidationError as error:
        raise _Wrong(field, error) from error


def _day(when: Any) -> Any:
    return when.date() if isinstance(when, datetime) else when


def _clock(when: Any) -> Any:
    return when.time() if isinstance(when, datetime) else None
