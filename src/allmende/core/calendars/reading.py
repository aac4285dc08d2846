"""Reads foreign calendars: every event on its own, so that a broken one does not cost the others."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from icalendar import vDuration
from icalendar.parser import Contentline, split_on_unescaped_comma, unescape_backslash

from allmende.core.calendars.dates import DateSet, parse_time
from allmende.core.calendars.zones import zone_of
from allmende.core.text import clean, encoding_of

MAX_BYTES = 20 * 1024 * 1024
_UTC = ZoneInfo("UTC")
_RULES = ("RRULE", "RDATE", "EXDATE")


@dataclass(frozen=True)
class ForeignEvent:
    """An event of a foreign file, cleaned but otherwise as it stands there.

    ``dates`` has start and end on the clocks of their zone. An end that is the start is unknown (None); of days the
    end is given raw: by RFC 5545 it is the day after the last, some files mean the last.
    ``replaces`` is the RECURRENCE-ID of a changed date of a series: (uid, replaces) is the identity.
    """

    line: int  # of BEGIN:VEVENT in the file, from 1
    uid: str
    title: str
    dates: DateSet
    place: str = ""
    description: str = ""
    url: str = ""
    organiser: str = ""
    categories: tuple[str, ...] = ()
    status: str = ""  # CONFIRMED, CANCELLED, TENTATIVE or ""
    replaces: str = ""


class Problem(NamedTuple):
    """What cannot be read, where it begins, and what it is called (if that can be read)."""

    line: int
    title: str
    error: ValidationError


@dataclass
class ForeignCalendar:
    """What could be read of a file, and what not."""

    events: list[ForeignEvent] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Block(NamedTuple):
    name: str
    line: int
    lines: list[str]
    whole: bool


class _Property(NamedTuple):
    params: Any
    value: str  # escaped


_Properties = dict[str, list[_Property]]


def read_calendar(data: bytes, zone: ZoneInfo) -> ForeignCalendar:
    """Return the events of an ICS file; ``zone`` is that of times which name none.

    Raises ValidationError ``calendar_too_big`` or ``calendar_type``; whatever is wrong with one event is a problem
    beside the others. A file that breaks off gives what is whole.
    """
    blocks = list(_blocks(_text(data)))
    defined = {_tzid(block): "\n".join(block.lines) for block in blocks if block.name == "VTIMEZONE"}
    calendar = ForeignCalendar()
    for block in blocks:
        if block.name == "VEVENT":
            _read(block, zone, defined, calendar)
    return calendar


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ValidationError(
            _("Dieser Kalender ist zu groß: Höchstens %(limit)d MB sind möglich. Bitte teilen Sie ihn auf."),
            code="calendar_too_big",
            params={"limit": MAX_BYTES // 1024**2},
        )
    text = data.decode(encoding_of(io.BytesIO(data)), errors="replace")
    if not re.match(r"\s*BEGIN:VCALENDAR\s", text, re.IGNORECASE):
        raise ValidationError(
            _("Diese Datei ist kein Kalender. Ein Kalender endet auf .ics und beginnt mit BEGIN:VCALENDAR."),
            code="calendar_type",
        )
    return text


def _blocks(text: str) -> Iterator[_Block]:
    """Give the outer VEVENT and VTIMEZONE blocks, without the alarms within."""
    opened: _Block | None = None
    inner = ""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        word = line.strip().upper()
        if word in {"BEGIN:VEVENT", "BEGIN:VTIMEZONE", "END:VCALENDAR"}:
            if opened:
                yield opened  # the last one never ended
            opened, inner = (None if word.startswith("END") else _Block(word[6:], number, [], whole=False)), ""
        elif opened and word == f"END:{opened.name}":
            yield opened._replace(whole=True)
            opened = None
        elif opened and word.startswith("BEGIN:") and not inner and opened.name == "VEVENT":
            inner = word[6:]
        elif word == f"END:{inner}":
            inner = ""
        elif opened and not inner:
            opened.lines.append(line.rstrip("\n"))
    if opened:
        yield opened


def _tzid(block: _Block) -> str:
    return _one(_properties(block), "TZID")


def _read(block: _Block, zone: ZoneInfo, defined: dict[str, str], calendar: ForeignCalendar) -> None:
    title = ""
    try:
        properties = _properties(block)
        title = _line(properties, "SUMMARY")
        _refuse_broken_off(block)
        calendar.events.append(_event(block.line, title, properties, _dates(properties, zone, defined)))
    except ValidationError as error:
        calendar.problems.append(Problem(block.line, title, error))


def _refuse_broken_off(block: _Block) -> None:
    if not block.whole:
        raise _refusal(
            _("Die Datei bricht mitten in dieser Veranstaltung ab. Bitte laden Sie sie noch einmal herunter."),
            "broken_off",
        )


def _properties(block: _Block) -> _Properties:
    """Return the properties by name; a line that is none is left out, as other programs do."""
    properties: _Properties = {}
    for line in _unfolded(block.lines):
        try:
            name, params, value = Contentline(line).raw_parts()
        except ValueError:
            continue
        properties.setdefault(name.upper(), []).append(_Property(params, value))
    return properties


def _unfolded(lines: list[str]) -> Iterator[str]:
    parts: list[str] = []
    for line in lines:
        if not line.startswith((" ", "\t")) and parts:
            yield "".join(parts)
            parts = []
        parts.append(line[1:] if parts else line)
    yield "".join(parts)


def _event(line: int, title: str, properties: _Properties, dates: DateSet) -> ForeignEvent:
    return ForeignEvent(
        line=line,
        uid=_line(properties, "UID"),
        title=title,
        dates=dates,
        place=_line(properties, "LOCATION"),
        description=clean(unescape_backslash(_one(properties, "DESCRIPTION")), lines=True),
        url=_web(_line(properties, "URL")),
        organiser=clean(str(_first(properties, "ORGANIZER").params.get("CN", "")), lines=False),
        categories=tuple(_categories(properties)),
        status=_line(properties, "STATUS").upper(),
        replaces=_line(properties, "RECURRENCE-ID"),
    )


def _first(properties: _Properties, name: str) -> _Property:
    return properties.get(name, [_Property({}, "")])[0]


def _one(properties: _Properties, name: str) -> str:
    return _first(properties, name).value


def _line(properties: _Properties, name: str) -> str:
    return clean(unescape_backslash(_one(properties, name)), lines=False)


def _web(address: str) -> str:
    return address if address.lower().startswith(("https://", "http://")) else ""


def _categories(properties: _Properties) -> Iterator[str]:
    for each in properties.get("CATEGORIES", []):
        cleaned = (clean(name, lines=False) for name in split_on_unescaped_comma(each.value))
        yield from (name for name in cleaned if name)


def _dates(properties: _Properties, own: ZoneInfo, defined: dict[str, str]) -> DateSet:
    starts, zone = _when(properties, "DTSTART", own, defined)
    if starts is None:
        raise _refusal(_("Der Beginn fehlt."), "no_start")
    ends = _end(properties, starts, zone, own, defined)
    if ends is not None and ends < starts:
        raise _refusal(_("Das Ende liegt vor dem Beginn."), "ends_first")
    unknown = ends == starts and isinstance(starts, datetime)
    return DateSet(starts, None if unknown else ends, zone, tuple(_rules(properties, own, defined, starts.year)))


def _end(
    properties: _Properties, starts: datetime | date, zone: ZoneInfo, own: ZoneInfo, defined: dict[str, str]
) -> datetime | date | None:
    ends, other = _when(properties, "DTEND", own, defined)
    if ends is None:
        return _after(starts, _one(properties, "DURATION"))
    if isinstance(ends, datetime) and other != zone and isinstance(starts, datetime):
        ends = ends.replace(tzinfo=other).astimezone(zone).replace(tzinfo=None)
    return _of_one_kind(ends, starts)


def _of_one_kind(ends: datetime | date, starts: datetime | date) -> datetime | date | None:
    """A day that ends at a moment, or the reverse, is against RFC 5545: the start counts."""
    if isinstance(starts, datetime) == isinstance(ends, datetime):
        return ends
    return None if isinstance(starts, datetime) else datetime.combine(ends, time.min).date()


def _after(starts: datetime | date, duration: str) -> datetime | date | None:
    try:
        length = vDuration.from_ical(duration) if duration else timedelta(0)
        return starts + length if length else None
    except (ValueError, OverflowError) as error:
        raise _refusal(_("Die Dauer „%(value)s“ können wir nicht lesen."), "duration", value=duration[:50]) from error


def _when(
    properties: _Properties, name: str, own: ZoneInfo, defined: dict[str, str]
) -> tuple[datetime | date | None, ZoneInfo]:
    params, value = _first(properties, name)
    if not value:
        return None, own
    try:
        when = parse_time(value)
    except ValueError as error:
        raise _refusal(_("„%(value)s“ ist kein Datum, das wir lesen können."), "no_date", value=value[:50]) from error
    if value.strip().endswith("Z"):
        return when, _UTC
    named = str(params.get("TZID", "")) if isinstance(when, datetime) else ""
    return when, zone_of(named, own, defined, when.year) if named else own


def _rules(properties: _Properties, own: ZoneInfo, defined: dict[str, str], year: int) -> Iterator[str]:
    for name in _RULES:
        for params, value in properties.get(name, []):
            known = {"VALUE": params.get("VALUE"), "TZID": _zone_key(params, own, defined, year)}
            told = "".join(f";{key}={param}" for key, param in known.items() if param)
            yield f"{name}{told}:{value.strip().upper()}"


def _zone_key(params: Any, own: ZoneInfo, defined: dict[str, str], year: int) -> str | None:
    return zone_of(str(params["TZID"]), own, defined, year).key if "TZID" in params else None


def _refusal(message: Any, code: str, **params: str) -> ValidationError:
    return ValidationError(message, code=code, params=params)
