"""Calendars (RFC 5545): how dates are stored, what foreign files hold, what we give out."""

from allmende.core.calendars.dates import DateSet, Occurrence, occurrences
from allmende.core.calendars.reading import ForeignCalendar, ForeignEvent, Problem, read_calendar
from allmende.core.calendars.writing import CalendarEvent, write_calendar

__all__ = [
    "CalendarEvent",
    "DateSet",
    "ForeignCalendar",
    "ForeignEvent",
    "Occurrence",
    "Problem",
    "occurrences",
    "read_calendar",
    "write_calendar",
]
