"""How a foreign row becomes an event. What is normalised, and why, stands in docs/developers/imports.md."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.calendars import DateSet, ForeignEvent, read_calendar
from allmende.core.fields import LineField, local_moment
from allmende.core.text import fold
from allmende.entries.imports import Importer, Record
from allmende.entries.imports.cells import DayCell, TimeCell, WordCell, YesNoCell
from allmende.entries.imports.columns import (
    ACCESS,
    ACCESS_TEXT,
    BODY,
    DISTRICT,
    FOREIGN_ID,
    FREE,
    GROUPS,
    MAIN_TOPIC,
    PAGE,
    SUMMARY,
    TOPICS,
    Column,
    attribute,
    text_column,
    title_column,
    url_column,
)
from allmende.modules.events.dates import dated
from allmende.modules.events.models import Event
from allmende.regions.models import Region

PLACE = ("place", "address", "city")
WHEN = ("start_date", "start_time", "end_date", "end_time", "all_day")
LONGEST = timedelta(days=366)
LAST_MINUTE = time(23, 59)
ORGANISER_LINE = re.compile(r"Veranstalter: *(.*)")
SOURCE_LINE = re.compile(r"Quelle: ")
POSTCODE = re.compile(r"\d{5} +")


def _dates(event: Event) -> DateSet:
    return _set(event.dates)


@lru_cache(maxsize=64)  # four columns of a row ask one after the other
def _set(text: str) -> DateSet:
    return DateSet.parse(text)


def _last(event: Event) -> datetime | date | None:
    """End as people say it: of days the last one, while a set of dates keeps the day after it."""
    dates = _dates(event)
    return dates.ends - timedelta(days=1) if dates.all_day and dates.ends else dates.ends


def _day(when: datetime | date | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d}"


def _clock(when: datetime | date | None) -> str:
    return f"{when:%H:%M}" if isinstance(when, datetime) else ""


COLUMNS = (
    FOREIGN_ID,
    title_column(
        _("Titel"), _("Der Titel fehlt."), "name", "veranstaltung", "bezeichnung", "summary", example=_("Sommerfest")
    ),
    Column(
        "start_date",
        _("Beginn: Tag"),
        DayCell(required=True, error_messages={"required": _("Der Tag des Beginns fehlt.")}),
        ("beginn", "start", "datum", "date", "startdatum", "tag", "von", "dtstart"), "24.12.2026",
        lambda event: _day(_dates(event).starts),
    ),
    Column(
        "start_time", _("Beginn: Uhrzeit"), TimeCell(), ("uhrzeit", "startzeit", "zeit", "time", "beginn uhrzeit"),
        "19:30", lambda event: _clock(_dates(event).starts),
    ),
    Column(
        "end_date", _("Ende: Tag"), DayCell(required=False), ("ende", "end", "enddatum", "bis", "dtend"), "24.12.2026",
        lambda event: _day(_last(event)),
    ),
    Column(
        "end_time", _("Ende: Uhrzeit"), TimeCell(), ("endzeit", "ende uhrzeit"), "22:00",
        lambda event: _clock(_last(event)),
    ),
    Column("all_day", _("Ganztägig"), YesNoCell(), ("all day", "ganztag"), read=attribute("all_day")),
    Column(
        "place", _("Ort"), LineField(required=False, max_length=200),
        ("location", "location_name", "veranstaltungsort", "wo", "raum"), _("Bürgersaal"), attribute("place_text"),
    ),
    Column(
        "address", _("Anschrift"), LineField(required=False, max_length=200), ("adresse", "straße", "street"),
        _("Hauptstraße 12"),
    ),
    Column("city", _("Gemeinde"), LineField(required=False, max_length=200), ("stadt", "town")),
    text_column(
        "organiser", _("Wer lädt ein?"), "veranstalter", "organizer", "veranstalterin", "organisation", most=200,
        example=_("TSV Lindach 1921"),
    ),
    text_column("category", _("Rubrik"), "kategorie", "categories", "kategorien", "sparte", most=200),
    SUMMARY,
    BODY,
    url_column("link", _("Mehr im Internet"), "url", "source_url", "website", "internet", "webseite"),
    url_column("online_url", _("Link zur Teilnahme im Internet"), most=200),
    FREE,
    text_column("price_text", _("Kosten"), "preis", "eintritt", "price", most=300),
    text_column("info_for_participants", _("Hinweise zur Teilnahme"), "anmeldung", most=3000, lines=True),
    ACCESS,
    ACCESS_TEXT,
    MAIN_TOPIC,
    TOPICS,
    GROUPS,
    DISTRICT,
    Column(
        "state", _("Status"),
        WordCell(
            sorted(Event.state_names.items()),
            words={
                **dict.fromkeys(("scheduled", "confirmed", "tentative", "geplant", "bestaetigt"), ""),
                **dict.fromkeys(("canceled", "entfaellt", "faellt aus"), Event.CANCELLED),
            },
        ),
        ("status", "zustand"), read=attribute("state"),
    ),
    PAGE,
)  # fmt: skip


class EventImporter(Importer):
    model = Event
    columns = COLUMNS
    names = "organiser"

    def read_calendar(self, data: bytes, *, zone: ZoneInfo, source: str) -> list[Record]:
        calendar = read_calendar(data, zone)
        inclusive = means_last_days(calendar.events)
        records = [_record(event, zone, source, inclusive=inclusive) for event in calendar.events]
        broken = [Record(line, {"title": title}, error) for line, title, error in calendar.problems]
        return sorted(records + broken, key=lambda record: record.number)

    def values(self, cells: dict[str, Any], region: Region) -> dict[str, Any]:
        values = {name: cell for name, cell in cells.items() if name not in {*PLACE, *WHEN}}
        if any(name in cells for name in PLACE):
            values["place_text"] = place_of([cells.get(name, "") for name in PLACE])
        return values | dated(when(cells, region.zone))

    def fit(self, values: dict[str, Any], entry: Any) -> dict[str, Any]:
        values = super().fit(values, entry)
        if entry and "place_text" in values and values["place_text"] == place_of([entry.place_text]):
            return {**values, "place_text": entry.place_text}  # written otherwise here, but the same
        return values

    def is_same(self, entry: Any, values: dict[str, Any]) -> bool:
        here = "place_text" not in values or fold(entry.place_text) == fold(values["place_text"])
        return here and bool(entry.starts_at == values["spans"][0][0])

    def key(self, values: dict[str, Any]) -> str:
        return f"{fold(values['title'])}|{values['spans'][0][0].isoformat()}|{fold(values.get('place_text', ''))}"


IMPORTERS = [EventImporter()]


def place_of(parts: Sequence[str]) -> str:
    """One line of the parts, without those that repeat one: of "Haus, 48157 Coerde, Coerde" the last goes.

    Raises ValidationError if it is longer than a place may be.
    """
    kept: dict[str, str] = {}
    for part in ", ".join(filter(None, parts)).split(","):
        words = part.strip()
        known = {fold(POSTCODE.sub("", one)) for one in kept.values()} | kept.keys()
        if words and fold(words) not in known:
            kept[fold(words)] = words
    return str(LineField(max_length=200, required=False).clean(", ".join(kept.values())))


def when(cells: dict[str, Any], zone: ZoneInfo) -> DateSet:
    """The set of dates of the cells. Raises ValidationError for an end before the start and times that do not exist."""
    first, clock = cells["start_date"]
    clock = cells.get("start_time") or clock
    last, end = cells.get("end_date") or (None, None)
    end = cells.get("end_time") or end
    if cells.get("all_day") or clock is None:
        return _days(first, last or first, zone)
    start = local_moment(first, clock, zone)
    if end is None and (last is None or last == first):
        return DateSet.of(start, None, zone)  # nobody knows the end
    if end is not None and last is None and end < clock:
        last = first + timedelta(days=1)  # from ten in the evening until one
    return _moments(start, local_moment(last or first, end or LAST_MINUTE, zone), zone)


def _days(first: date, last: date, zone: ZoneInfo) -> DateSet:
    _refuse_span(last - first, allowed=timedelta(0))
    return DateSet(first, last + timedelta(days=1), zone)


def _moments(start: datetime, end: datetime, zone: ZoneInfo) -> DateSet:
    length = end.astimezone(UTC) - start.astimezone(UTC)
    if not length:
        return DateSet.of(start, None, zone)  # an end that is the beginning says that nobody knows it
    _refuse_span(length, allowed=timedelta(0))
    return DateSet.of(start, end, zone)


def _refuse_span(length: timedelta, *, allowed: timedelta) -> None:
    if length < allowed:
        raise ValidationError(_("Das Ende liegt vor dem Beginn."), code="ends_first")
    if length > LONGEST:
        raise ValidationError(_("Das Ende liegt mehr als ein Jahr nach dem Beginn."), code="too_long")


def means_last_days(events: Sequence[ForeignEvent]) -> bool:
    """Does the file name the last day of whole days, and not the day after it as RFC 5545 wants?

    A day that ends when it begins gives it away: by the norm it would be over before it began.
    """
    return any(event.dates.all_day and event.dates.ends == event.dates.starts for event in events)


def _record(event: ForeignEvent, zone: ZoneInfo, source: str, *, inclusive: bool) -> Record:
    text, organiser = without_organiser(event.description)
    cells = {
        "foreign_id": event.uid.removesuffix(f"@{source}"),
        "title": event.title,
        **_when_cells(event.dates, zone, inclusive=inclusive),
        "place": event.place,
        "organiser": organiser or event.organiser,
        "category": ", ".join(event.categories),
        "body": text,
        "link": event.url,
        "state": event.status,
    }
    return Record(event.line, cells, _series(event))


def _series(event: ForeignEvent) -> ValidationError | None:
    if not (event.dates.rules or event.replaces):
        return None
    return ValidationError(
        _("Das ist eine Veranstaltung, die sich wiederholt. Solche können wir noch nicht übernehmen."), code="series"
    )


def without_organiser(description: str) -> tuple[str, str]:
    """The text, and the organiser of its last line that begins with "Veranstalter: "; a line "Quelle: " goes too."""
    lines = description.split("\n")
    at = max((number for number, line in enumerate(lines) if ORGANISER_LINE.match(line)), default=None)
    if at is None:
        return description, ""
    organiser = ORGANISER_LINE.fullmatch(lines[at])[1].strip()  # type: ignore[index]  # it matched above
    kept = [line for number, line in enumerate(lines) if number != at and not SOURCE_LINE.match(line)]
    return "\n".join(kept).strip(), organiser


def _when_cells(dates: DateSet, zone: ZoneInfo, *, inclusive: bool) -> dict[str, str]:
    starts, ends = dates.starts, dates.ends
    if dates.all_day:
        last = ends if inclusive or ends is None else max(starts, ends - timedelta(days=1))
        return {"start_date": _day(starts), "start_time": "", "end_date": _day(last or starts), "end_time": ""}
    begin, end = _local(starts, dates.zone, zone), ends and _local(ends, dates.zone, zone)
    return {"start_date": _day(begin), "start_time": _clock(begin), "end_date": _day(end), "end_time": _clock(end)}


def _local(when: Any, theirs: ZoneInfo, ours: ZoneInfo) -> datetime:
    """On our clocks. A wall clock that spring leaves out means an hour later there (RFC 5545, 3.3.5)."""
    moment: datetime = when.replace(tzinfo=theirs)
    return moment.astimezone(UTC).astimezone(ours)
