"""Points of a map: single ones, or groups where they stand close, made by the prefix of their cell."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from allmende.core.geo import group_key
from allmende.entries.models import Entry
from allmende.entries.queries.lists import next_spans

MOST = 5000
FINER = 2  # groups are tiles two zooms deeper: 64 pixels wide
SINGLE = 17  # from this zoom on every entry is a point of its own


def grouped_points(  # what a map asks
    entries: QuerySet[Entry],
    *,
    bbox: str,
    zoom: str,
    dated: bool,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[list[dict[str, Any]], bool]:
    """Points for the map and whether there are more than were taken (at most 5,000).

    An unreadable bbox is the whole region, an unreadable zoom shows single points.
    """
    if dated:
        entries = entries.filter(pk__in=next_spans(entries, start or timezone.now(), end).values("entry"))
    placed = _inside(entries.exclude(cell=None), bbox)
    rows = list(placed.order_by("cell", "pk")[: MOST + 1])
    groups: dict[Any, list[Entry]] = defaultdict(list)
    level = int(zoom) if zoom.isascii() and zoom.isdigit() and len(zoom) < 3 and int(zoom) < SINGLE else None
    for row in rows[:MOST]:
        groups[row.pk if level is None else group_key(row.cell or 0, level + FINER)].append(row)
    return [_point(group) for group in groups.values()], len(rows) > MOST


def _inside(entries: QuerySet[Entry], bbox: str) -> QuerySet[Entry]:
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        return entries
    return entries.filter(lat__gte=south, lat__lte=north, lon__gte=west, lon__lte=east)


def _point(group: list[Entry]) -> dict[str, Any]:
    first = group[0]
    if len(group) == 1:
        return {
            "id": str(first.pk),
            "lat": first.lat,
            "lon": first.lon,
            "title": first.title,
            "url": first.url,
            "icon": first.kind_model.icon,
            "kind": first.kind,
        }
    lats, lons = [row.lat or 0 for row in group], [row.lon or 0 for row in group]
    middle = {"lat": sum(lats) / len(lats), "lon": sum(lons) / len(lons)}
    return {
        "id": f"group-{first.pk}",
        **middle,
        "count": len(group),
        "bounds": [[min(lats), min(lons)], [max(lats), max(lons)]],
    }
