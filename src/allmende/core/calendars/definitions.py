"""What a zone means, for programs that do not know its name: VTIMEZONE, RFC 5545, 3.6.5.

The library's own definitions end in 2037 and begin the summer an hour late.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(2101, 1, 1, tzinfo=UTC)  # changes that follow no rule are known until 2087
_YEARLY = 28  # years after which weekdays come back: what a rule gives all that time, it gives for ever
_SECONDS = range(24 * 60 * 60 + 1)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Clock(NamedTuple):
    """How clocks go at some moment; ``offset`` is added to UTC."""

    offset: timedelta
    name: str
    is_summer: bool


@cache  # there are some hundred zones
def definition(zone: str) -> bytes:
    """Return the component of a zone of the time zone database, right from 1970 on.

    Changes that come back every year are rules without an end; those that do not, such as the summer of Morocco, which
    makes way for Ramadan, are given one by one.
    """
    component = Timezone()
    component.add("TZID", zone)
    for (before, after), times in _changes(ZoneInfo(zone)).items():
        rule, yearly = _rule(times)
        if single := times[: len(times) - len(yearly)]:
            component.add_component(_part(before, after, single))
        if yearly:
            component.add_component(_part(before, after, yearly, rule))
    return bytes(component.to_ical())


def _part(before: Clock, after: Clock, times: list[datetime], rule: str = "") -> TimezoneStandard | TimezoneDaylight:
    part = TimezoneDaylight() if after.is_summer else TimezoneStandard()
    part.TZOFFSETFROM, part.TZOFFSETTO, part.DTSTART = before.offset, after.offset, times[0]
    part.add("TZNAME", after.name)
    if rule:
        part.add("RRULE", vRecur.from_ical(rule))
    elif times[1:]:
        part.add("RDATE", times[1:])
    return part


def _changes(zone: ZoneInfo) -> dict[tuple[Clock, Clock], list[datetime]]:
    """When clocks went from one to another: naive, on the clock before. The first is how they went at the beginning."""
    began = _clock(FIRST, zone)
    changes = {(began, began): [FIRST.astimezone(zone).replace(tzinfo=None)]}
    for moment in _moments(zone):
        before = _clock(moment - timedelta(seconds=1), zone)
        on_the_clock = (moment + before.offset).replace(tzinfo=None)
        changes.setdefault((before, _clock(moment, zone)), []).append(on_the_clock)
    return changes


def _moments(zone: ZoneInfo) -> Iterator[datetime]:
    days = ((day, _clock(day, zone)) for day in (FIRST + timedelta(n) for n in range((LAST - FIRST).days)))
    for (day, before), (_following, after) in pairwise(days):
        if before != after:
            yield day + timedelta(seconds=_second(day, before, zone))


def _second(day: datetime, before: Clock, zone: ZoneInfo) -> int:
    """The first second after ``day`` in which clocks go otherwise."""
    return bisect_left(_SECONDS, True, key=lambda second: _clock(day + timedelta(seconds=second), zone) != before)


def _clock(moment: datetime, zone: ZoneInfo) -> Clock:
    local = moment.astimezone(zone)
    return Clock(local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst()))


def _rule(times: list[datetime]) -> tuple[str, list[datetime]]:
    """The rule of every year that still holds at the end, and the times that it gives; '' and none without one."""
    last = times[-1]
    for nth in (-1, _nth(last)):
        yearly = _alike(times, nth)
        if len(yearly) >= _YEARLY and last.year == LAST.year - 1:
            return f"FREQ=YEARLY;BYMONTH={last.month};BYDAY={nth}{_DAYS[last.weekday()]}", yearly
    return "", []


def _alike(times: list[datetime], nth: int) -> list[datetime]:
    """Those at the end that are the same year after year."""
    last = times[-1]
    back = takewhile(lambda pair: _is_like(pair[1], last, pair[0], nth), enumerate(reversed(times)))
    return [time for _years, time in back][::-1]


def _is_like(time: datetime, last: datetime, years: int, nth: int) -> bool:
    """Is it the same time so many years earlier, on the ``nth`` such weekday of the month (-1: the last)?"""
    same = (time.year + years, time.month, time.weekday(), time.time())
    on_it = (time + timedelta(days=7)).month != time.month if nth == -1 else _nth(time) == nth
    return on_it and same == (last.year, last.month, last.weekday(), last.time())


def _nth(time: datetime) -> int:
    return (time.day - 1) // 7 + 1
