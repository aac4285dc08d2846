"""What a card shows, ready for the template: lists render hundreds of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.entries.models import Entry
from allmende.entries.queries import card_topic
from allmende.regions.models import Region
from allmende.regions.words import words_of


def cards(entries: Iterable[Entry], region: Region) -> list[dict[str, Any]]:
    """One dict a card (the names stand in docs/developers/look.md); needs queries.with_card_parts()."""
    whole_town = words_of(region)["whole_town"]
    return [card(entry, region, whole_town) for entry in entries]


def card(entry: Entry, region: Region, whole_town: Any = "") -> dict[str, Any]:
    topic = card_topic(entry, region)
    return {
        "id": str(entry.pk),
        "url": entry.url,
        "kind": entry.kind,
        "kind_label": entry._meta.verbose_name,
        "icon": entry.icon,
        "title": entry.title,
        "summary": entry.summary,
        "picture_url": picture_url(entry.picture, 480),
        "picture_alt": entry.picture.alt if entry.picture else "",
        "district": entry.district.name if entry.district else whole_town,
        "place": entry.place_text,
        "when": when_text(entry, region),
        "when_iso": entry.starts_at.astimezone(region.zone).isoformat() if entry.starts_at else "",
        "day": entry.starts_at.astimezone(region.zone) if entry.starts_at else None,
        "badges": entry.badges(),
        "confirmed": entry.confirmed_at if entry.grows_old else None,
        "topic_name": str(topic) if topic else "",
        "topic_color": topic.color if topic else 0,
        "organisation": entry.organiser_name(),
        "lat": entry.lat,
        "lon": entry.lon,
    }


def picture_url(picture: Any, width: int) -> str:
    """The narrowest rendition that is at least so wide; '' without a picture."""
    if picture is None:
        return ""
    widths = sorted(picture.widths)
    fitting = next((w for w in widths if w >= width), widths[-1])
    return reverse("entries:picture", args=[picture.token, fitting])


def when_text(entry: Entry, region: Region) -> str:
    """The date as people say it, in the region's zone: "Sa., 28.11.2026, 19:30 bis 21:30 Uhr"."""
    if entry.starts_at is None:
        return ""
    start = entry.starts_at.astimezone(region.zone)
    end = entry.ends_at.astimezone(region.zone) if entry.ends_at else None
    if getattr(entry, "all_day", False):
        return _days(start, end)
    if end is None:
        return _("%(day)s, %(time)s Uhr") % {"day": _day(start), "time": _time(start)}
    if end.date() == start.date():
        return _("%(day)s, %(time)s bis %(end)s Uhr") % {"day": _day(start), "time": _time(start), "end": _time(end)}
    facts = {"day": _day(start), "time": _time(start), "last": _day(end), "end": _time(end)}
    return _("%(day)s, %(time)s Uhr bis %(last)s, %(end)s Uhr") % facts


def _days(start: datetime, end: datetime | None) -> str:
    last = (end - timedelta(seconds=1)) if end else start
    if last.date() <= start.date():
        return _("%(day)s, ganztägig") % {"day": _day(start)}
    return _("%(day)s bis %(last)s") % {"day": _day(start), "last": _day(last)}


def _day(moment: datetime) -> str:
    return formats.date_format(moment, "WEEKDAY_DATE_FORMAT")


def _time(moment: datetime) -> str:
    return formats.time_format(moment, "TIME_FORMAT")
