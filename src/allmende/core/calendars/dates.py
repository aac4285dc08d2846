"""How dates are stored: the lines of an RFC 5545 component that say when, on the clocks of their zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

import recurring_ical_events
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, Event

from allmende.core.fields import check_year, local_midnight

_RULES = ("RRULE", "RDATE", "EXDATE")
_TIME_LINE = re.compile(r"(DTSTART|DTEND)(?:;VALUE=DATE)?(?:;(?:X-)?TZID=([\w+/-]+))?:(.*)", re.ASCII)
_NUMBERS = r"[+-]?[1-9]\d{0,2}(?:,[+-]?[1-9]\d{0,2})*"
_DAY = r"(?:[+-]?[1-9]\d?)?(?:MO|TU|WE|TH|FR|SA|SU)"
_TIME = r"\d{8}(?:T\d{6}Z?)?"
# What a rule may say. An interval of nothing never ends, and hours and minutes make thousands of one day.
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,3}",
    "UNTIL": _TIME,
    "BYDAY": rf"{_DAY}(?:,{_DAY})*",
    "WKST": _DAY,
    **dict.fromkeys(("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"), _NUMBERS),
}
_DATES = re.compile(rf"(?:RDATE|EXDATE)(?:;(?:VALUE=DATE(?:-TIME)?|TZID=[\w+/-]+))*:{_TIME}(?:,{_TIME})*", re.ASCII)


class Occurrence(NamedTuple):
    """Once that it happens: aware moments in UTC, half open; ``ends`` is None where nobody knows the end."""

    starts: datetime
    ends: datetime | None


@dataclass(frozen=True)
class DateSet:
    """When something happens: a first time, and rules (RRULE, RDATE, EXDATE lines) for the others.

    ``starts`` and ``ends`` are naive on the clocks of ``zone``, or days; then ``ends`` is the day after the last
    (RFC 5545, 3.6.1). Without ``ends`` a moment has an unknown end, a day ends with itself. A wall clock that comes
    twice means the first, one that is left out the moment an hour later (3.3.5).
    """

    starts: datetime | date
    ends: datetime | date | None
    zone: ZoneInfo
    rules: tuple[str, ...] = ()

    @classmethod
    def of(cls, starts: datetime | date, ends: datetime | date | None, zone: ZoneInfo) -> Self:
        """Return the set of a single date, from aware moments or from days (``ends`` exclusive)."""
        return cls(_local(starts, zone), None if ends is None else _local(ends, zone), zone)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the set whose ``text`` this is. Raises ValidationError ``dates`` if it is none."""
        try:
            lines = text.splitlines()
            times = {match[1]: match for match in map(_TIME_LINE.fullmatch, lines) if match}
            starts, ends = times["DTSTART"], times.get("DTEND")
            rules = tuple(line for line in lines if line.startswith(_RULES))
            zone = ZoneInfo(starts[2] or "UTC")
            return cls(parse_time(starts[3]), parse_time(ends[3]) if ends else None, zone, rules)
        except (ValueError, KeyError, OSError) as error:
            raise ValidationError(_("Diese Termine können wir nicht lesen."), code="dates") from error

    def __post_init__(self) -> None:
        several = sum(rule.startswith("RRULE") for rule in self.rules) > 1  # RFC 5545, 3.8.5.3: should not
        if several or not all(_DATES.fullmatch(rule) or _is_rule(rule) for rule in self.rules):
            raise _bad_rule()

    @property
    def all_day(self) -> bool:
        return not isinstance(self.starts, datetime)

    @property
    def text(self) -> str:
        """The lines to store. ``X-TZID`` tells the zone of days, which RFC 5545 leaves open; it is not given out."""
        return "\n".join(self._lines(f"VALUE=DATE;X-TZID={self.zone.key}"))

    @property
    def lines(self) -> list[str]:
        """The lines as a component of a calendar has them, not folded."""
        return self._lines("VALUE=DATE")

    def _lines(self, day: str) -> list[str]:
        utc = self.zone.key == "UTC"
        parameter = day if self.all_day else "" if utc else f"TZID={self.zone.key}"
        times = {"DTSTART": self.starts} | ({} if self.ends is None else {"DTEND": self.ends})
        sign = "Z" if utc and not self.all_day else ""
        return [*(_line(name, parameter, when, sign) for name, when in times.items()), *self.rules]


def occurrences(text: str, start: datetime, end: datetime) -> list[Occurrence]:
    """Return what of the stored set falls into the half-open time from ``start`` to ``end`` (aware), in order.

    All in UTC. Whatever began before ``start`` and is not over counts; with an unknown end only what begins then.
    Raises ValidationError ``dates`` for a text that is no set, ``rule`` for a rule that we cannot follow.
    """
    dates = DateSet.parse(text)
    calendar = Calendar()
    calendar.add_component(Event.from_ical("\r\n".join(["BEGIN:VEVENT", "UID:1", *dates.lines, "END:VEVENT", ""])))
    # A day more on both sides: a day begins and ends with the clock of its zone, which the library does not know.
    try:
        found = recurring_ical_events.of(calendar).between(start - timedelta(days=1), end + timedelta(days=1))
    except ValueError as error:  # BYSETPOS=400
        raise _bad_rule() from error
    all_of_them = (_occurrence(event, dates) for event in found)
    return sorted(once for once in all_of_them if _falls_into(once, start, end))


def parse_time(value: str) -> datetime | date:
    """Return the day or the naive moment of an RFC 5545 value, its Z left aside. Raises ValueError."""
    match = re.fullmatch(r"(\d{8})(?:T(\d{6})Z?)?", value.strip(), re.ASCII)
    if not match:
        raise ValueError(value)
    day = date.fromisoformat(match[1])
    check_year(day)
    return datetime.combine(day, time.fromisoformat(match[2])) if match[2] else day


def _is_rule(line: str) -> bool:
    name, _colon, value = line.partition(":")
    parts = dict(part.partition("=")[::2] for part in value.split(";"))
    known = all(re.fullmatch(_PARTS.get(key, "(?!)"), said, re.ASCII) for key, said in parts.items())
    return name == "RRULE" and "FREQ" in parts and known


def _bad_rule() -> ValidationError:
    return ValidationError(_("Diese Wiederholung können wir nicht übernehmen."), code="rule")


def _local(when: datetime | date, zone: ZoneInfo) -> datetime | date:
    if not isinstance(when, datetime):
        return when
    return when.astimezone(zone).replace(tzinfo=None, microsecond=0, fold=0)


def _line(name: str, parameter: str, when: datetime | date, sign: str) -> str:
    value = f"{when:%Y%m%dT%H%M%S}{sign}" if isinstance(when, datetime) else f"{when:%Y%m%d}"
    return f"{name};{parameter}:{value}" if parameter else f"{name}:{value}"


def _occurrence(event: Event, dates: DateSet) -> Occurrence:
    starts, ends = event.start, event.end
    if not isinstance(starts, datetime):
        return Occurrence(_midnight(starts, dates), _midnight(max(ends, starts + timedelta(days=1)), dates))
    return Occurrence(
        starts.astimezone(UTC), ends.astimezone(UTC) if dates.ends and isinstance(ends, datetime) else None
    )


def _midnight(day: date, dates: DateSet) -> datetime:
    return local_midnight(day, dates.zone).astimezone(UTC)


def _falls_into(once: Occurrence, start: datetime, end: datetime) -> bool:
    return once.starts < end and (once.starts >= start or (once.ends is not None and once.ends > start))
