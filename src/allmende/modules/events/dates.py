"""When an event happens: the RFC 5545 set is stored, everything that lists read is made from it."""

from datetime import UTC, datetime
from typing import Any

from allmende.core.calendars import DateSet, occurrences

# A day wider than the years that forms take: midnight of the first one is the day before in UTC.
FIRST, LAST = datetime(1899, 12, 31, tzinfo=UTC), datetime(2201, 1, 2, tzinfo=UTC)


def dated(dates: DateSet) -> dict[str, Any]:
    """The values that entries.actions.create() and edit() take: dates, all_day, spans (UTC, half-open)."""
    spans = [(once.starts, once.ends) for once in occurrences(dates.text, FIRST, LAST)]
    return {"dates": dates.text, "all_day": dates.all_day, "spans": spans}
