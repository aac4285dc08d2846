"""Writes calendars that people subscribe to, event by event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from icalendar import Calendar, Event, Timezone

from allmende.core.calendars.dates import DateSet

PRODUCT = "-//Allmende//Allmende//DE"
_END = b"END:VCALENDAR\r\n"


@dataclass(frozen=True)
class CalendarEvent:
    """An event as we give it out; ``dates`` is the text of a DateSet, ``changed`` an aware moment."""

    uid: str
    title: str
    dates: str
    changed: datetime
    description: str = ""
    place: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    cancelled: bool = False


def write_calendar(name: str, events: Iterable[CalendarEvent]) -> Iterator[bytes]:
    """Give the calendar in pieces (RFC 5545, lines folded), each zone defined before it is first used.

    DTSTAMP is the moment of the last change, so that nothing changes where nothing has changed.
    """
    yield _head(name)
    zones = {"UTC"}
    for event in events:
        dates = DateSet.parse(event.dates)
        if not dates.all_day and dates.zone.key not in zones:
            zones.add(dates.zone.key)
            yield _definition(dates.zone.key)
        yield _component(event, dates)
    yield _END


def _head(name: str) -> bytes:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", name)  # RFC 7986
    calendar.add("X-WR-CALNAME", name)  # what programs read in fact
    return bytes(calendar.to_ical()).removesuffix(_END)


@lru_cache
def _definition(zone: str) -> bytes:
    return bytes(Timezone.from_tzid(zone).to_ical())


def _component(source: CalendarEvent, dates: DateSet) -> bytes:
    event = Event.from_ical(f"BEGIN:VEVENT\r\n{dates.component}\r\nEND:VEVENT\r\n")
    event.add("UID", source.uid)
    event.add("DTSTAMP", source.changed.astimezone(UTC))
    event.add("LAST-MODIFIED", source.changed.astimezone(UTC))
    event.add("SUMMARY", source.title)
    event.add("STATUS", "CANCELLED" if source.cancelled else "CONFIRMED")
    for name, value in (("DESCRIPTION", source.description), ("LOCATION", source.place), ("URL", source.url)):
        if value:
            event.add(name, value)
    if source.categories:
        event.add("CATEGORIES", list(source.categories))
    return bytes(event.to_ical())
