"""Calendars to subscribe to (RFC 5545): one of every filter, and a file of each entry."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from allmende.core.calendars import CalendarEvent, write_calendar
from allmende.entries.exports import Export
from allmende.entries.models import Entry
from allmende.entries.pages import Kind
from allmende.entries.queries import in_lots, mark_of, mark_of_one
from allmende.entries.views.export import chosen
from allmende.entries.views.known import WHOLE, unless_known
from allmende.entries.views.read import found, is_elsewhere
from allmende.regions.models import Region
from allmende.regions.portals import in_town


@require_safe
def feed(request: Any, kind: Kind) -> HttpResponseBase:
    """What the list's filters show, past dates too: whoever subscribes keeps what was."""
    region, entries = request.region, chosen(request, kind)

    def whole() -> HttpResponseBase:
        lots = in_lots(region, entries, kind.model, topics=False)
        return _calendar(
            f"{region.site.name}: {kind.module.title}", _events(kind, region, lots), f"{kind.module.prefix}.ics"
        )

    return unless_known(request, mark_of(region, entries), whole, limit=WHOLE)


@require_safe
def one(request: Any, kind: Kind, pk: int) -> HttpResponseBase:
    entry = found(request, kind, pk)
    if is_elsewhere(request, entry):
        return redirect(in_town(request))

    def whole() -> HttpResponseBase:
        return _calendar(entry.title, list(_events(kind, request.region, [[entry]])), f"{kind.slug}-{pk}.ics")

    return unless_known(request, mark_of_one(entry), whole, public=entry.listed)


def _events(kind: Kind, region: Region, lots: Iterable[list[Entry]]) -> Iterator[CalendarEvent]:
    # Read now: the answer is streamed when the request is over.
    pages, host = Export(kind.slug, region), urlsplit(region.root()[0]).hostname
    return (
        CalendarEvent(uid=f"{entry.pk}@{host}", url=pages.page(entry), changed=entry.updated_at, **fields)
        for lot in lots
        for entry in lot
        for fields in entry.as_ical()
    )


def _calendar(name: str, events: Iterable[CalendarEvent], file: str) -> HttpResponseBase:
    headers = {"Content-Disposition": f'inline; filename="{file}"'}
    content = write_calendar(name, events)
    return StreamingHttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
