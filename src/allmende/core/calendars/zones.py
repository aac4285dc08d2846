"""Which zone a calendar means: RFC 5545 lets everybody name zones as they like, and everybody does."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_OFFSET = re.compile(r"^TZOFFSETTO:([+-])(\d\d)(\d\d)", re.MULTILINE | re.IGNORECASE)
_IN_NAME = re.compile(r"\(?(?:UTC|GMT)([+-])(\d\d):?(\d\d)")


def zone_of(name: str, own: ZoneInfo, defined: Mapping[str, str], year: int) -> ZoneInfo:
    """Return the zone that a TZID means: by the name of the time zone database, by Windows, behind the prefix of a
    vendor; else our own zone, if the offsets that the file defines (or the name tells) are those of our own.

    ``defined`` has the lines of each VTIMEZONE. Raises ValidationError ``zone``.
    """
    name = name.strip().strip('"')
    parts = name.strip("/").split("/")
    for guess in (name, WINDOWS_TO_OLSON.get(name, ""), "/".join(parts[-2:]), "/".join(parts[-3:])):
        zone = _known(guess)
        if zone:
            return zone
    offsets = _offsets(_OFFSET, defined.get(name, "")) or _offsets(_IN_NAME, name)
    if offsets and offsets <= _own_offsets(own, year):
        return own
    raise ValidationError(
        _("Die Zeitzone „%(zone)s“ kennen wir nicht. Bitte nehmen Sie zum Beispiel Europe/Berlin."),
        code="zone",
        params={"zone": name[:100]},
    )


def _known(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _offsets(pattern: re.Pattern[str], text: str) -> set[timedelta]:
    found = (match.groups() for match in pattern.finditer(text))
    return {timedelta(hours=int(f"{sign}{hours}"), minutes=int(f"{sign}{minutes}")) for sign, hours, minutes in found}


def _own_offsets(own: ZoneInfo, year: int) -> set[timedelta | None]:
    return {datetime(year, month, 1, tzinfo=own).utcoffset() for month in (1, 7)}
