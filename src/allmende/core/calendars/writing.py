"""Writes calendars that people subscribe to, event by event."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar

from allmende.core.calendars.dates import DateSet
from allmende.core.calendars.definitions import definition

PRODUCT = "-//Allmende//Allmende//DE"
_END = b"END:VCALENDAR\r\n"
_OCTETS = 75  # of a line


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
            yield definition(dates.zone.key)
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


def _component(event: CalendarEvent, dates: DateSet) -> bytes:
    """Line by line: by the objects of the library a town's events take ten times as long."""
    changed = f"{event.changed.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    texts = {"DESCRIPTION": event.description, "LOCATION": event.place}
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{changed}",
        f"LAST-MODIFIED:{changed}",
        *dates.lines,
        f"SUMMARY:{_text(event.title)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        *(f"{name}:{_text(value)}" for name, value in texts.items() if value),
        *([f"URL:{''.join(event.url.split())}"] if event.url else []),
        *([f"CATEGORIES:{','.join(map(_text, event.categories))}"] if event.categories else []),
        "END:VEVENT",
    ]
    return b"".join(map(_folded, lines))


def _text(value: str) -> str:
    """RFC 5545, 3.3.11."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """RFC 5545, 3.1. Neither a character nor an escape is torn apart, since not all programs join before they read."""
    rest, pieces, room = line.encode(), [], _OCTETS
    while len(rest) > room:
        cut = room
        while rest[cut] & 0b11000000 == 0b10000000:  # within a character
            cut -= 1
        cut -= (cut - len(rest[:cut].rstrip(b"\\"))) % 2  # between a backslash and what it escapes
        pieces.append(rest[:cut])
        rest, room = rest[cut:], _OCTETS - 1  # the space at the beginning is one
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"
