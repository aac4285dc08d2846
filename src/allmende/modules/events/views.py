from calendar import Calendar
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.core.once import form_token, once, sign_in_required
from allmende.entries.actions import MovedMeanwhile
from allmende.entries.models import Entry
from allmende.entries.pages import Kind
from allmende.entries.queries import browsable_entries, card_topic, filtered, profile_of, visible_entries
from allmende.entries.views.browse import frame
from allmende.modules.events.actions import cancel, reinstate
from allmende.modules.events.models import Event
from allmende.modules.events.permissions import can_cancel
from allmende.modules.events.queries import Date, dates_between, with_card_topics

MOST_OF_A_DAY = 6  # in a month; the others stand in the list of that day


def facts_of_page(request: Any, event: Event) -> dict[str, Any]:
    profile = profile_of(request.region, request.user, event)
    event.organiser_url = profile.url if profile else ""
    may = can_cancel(request.user, event)
    return {"can_cancel": may, "form_token": form_token() if may else ""}


@require_safe
def month(request: Any, kind: Kind) -> HttpResponse:
    """A month on one page under the filters of the list; ``monat`` is 2026-11, else the present month."""
    form = kind.filters(request.GET, region=request.region)
    valid = form.is_valid()
    first = _month(request.GET.get("monat", ""), timezone.localdate(timezone=request.region.zone))
    weeks = list(Calendar().monthdatescalendar(first.year, first.month))
    entries = filtered(browsable_entries(request.region, request.user, kind.slug), form.criteria())
    days = _by_day(entries, weeks, request.region.zone)
    facts = {
        "month_title": formats.date_format(first, "YEAR_MONTH_FORMAT"),
        "month": first.month,
        "weeks": _weeks(request, kind, weeks, days),
        "has_items": bool(days),
        "previous_url": _link(request, first - timedelta(days=1)),
        "next_url": _link(request, first + timedelta(days=32)),
        "today_url": _link(request, timezone.localdate(timezone=request.region.zone)),
        "view": "month",
    }
    return render(request, "events/month.html", frame(request, kind, form) | facts, status=200 if valid else 400)


def _month(text: str, today: date) -> date:
    """The first day of the month; an unreadable one, or one before 1900 or after 2199, is the present month."""
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  # a month has no zone
    except ValueError:
        return today.replace(day=1)
    return first if 1900 < first.year < 2200 else today.replace(day=1)  # the years of core.fields


def _link(request: Any, day: date) -> str:
    query = request.GET.copy()
    query["monat"] = f"{day:%Y-%m}"
    return f"?{query.urlencode()}"


def _by_day(entries: Any, weeks: list[list[date]], zone: Any) -> dict[date, list[Date]]:
    first, last = weeks[0][0], weeks[-1][-1]
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    days: dict[date, list[Date]] = {}
    for found in dates_between(entries, start, end):
        begins, until = found.starts_at.astimezone(zone), found.until.astimezone(zone)
        ends = (until - timedelta(microseconds=1)).date() if until > begins else begins.date()
        day = max(begins.date(), first)
        while day <= min(ends, last):
            days.setdefault(day, []).append(found)
            day += timedelta(days=1)
    return days


def _weeks(request: Any, kind: Kind, weeks: list[list[date]], days: dict[date, list[Date]]) -> list[list[Any]]:
    """What each day shows; the entries of all of them are read at once."""
    shown = {found.entry for dates in days.values() for found in dates[:MOST_OF_A_DAY]}
    entries = with_card_topics(shown)
    return [[_cell(request, kind, day, days.get(day, []), entries) for day in week] for week in weeks]


def _cell(request: Any, kind: Kind, day: date, dates: list[Date], entries: dict[int, Entry]) -> dict[str, Any]:
    zone = request.region.zone
    first = [found for found in dates[:MOST_OF_A_DAY] if found.entry in entries]
    return {
        "date": day,
        "is_today": day == timezone.localdate(timezone=zone),
        "items": [_item(request, entries[found.entry], found.starts_at.astimezone(zone), day) for found in first],
        "more": max(len(dates) - MOST_OF_A_DAY, 0),
        "more_url": f"{kind.url('list')}?{_on(request, day)}",
    }


def _on(request: Any, day: date) -> str:
    """The filters of the page, for the list of one day."""
    query = request.GET.copy()
    for name in ("monat", "next", "page"):
        query.pop(name, None)
    query["from"] = query["to"] = day.isoformat()
    return str(query.urlencode())


def _item(request: Any, entry: Entry, begins: datetime, day: date) -> dict[str, Any]:
    """The time stands on the first day only, and not where it is midnight: that means all day."""
    clock = f"{begins:%H:%M}" if day == begins.date() and begins.time() != time.min else ""
    topic = card_topic(entry, request.region)
    return {
        "title": entry.title,
        "url": entry.url,
        "time": clock,
        "tone": topic.color if topic else 0,
        "is_cancelled": entry.state == Event.CANCELLED,
    }


@require_POST
@sign_in_required
def cancellation(request: Any, pk: int) -> HttpResponse:
    """Call off, or on again."""
    event = visible_entries(request.region, request.user, Event).select_related("region").filter(pk=pk).first()
    if event is None or not can_cancel(request.user, event):
        raise Http404
    try:
        _refuse_other_state(request, event)
        return once(request, lambda: _turned(request, event))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(event.url)


def _refuse_other_state(request: Any, event: Event) -> None:
    """The button means what the page said: somebody else's cancellation is not taken back by a late click."""
    if request.POST.get("state", event.state) != event.state:
        raise MovedMeanwhile


def _turned(request: Any, event: Event) -> str:
    if event.is_cancelled:
        reinstate(event, by=request.user)
        messages.success(request, _("Die Veranstaltung findet wieder statt."))
    else:
        cancel(event, by=request.user)
        messages.success(request, _("Abgesagt. Die Veranstaltung bleibt sichtbar und trägt den Hinweis „Abgesagt“."))
    return str(event.url)
