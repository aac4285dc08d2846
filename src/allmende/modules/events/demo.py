"""The calendar of the demo towns; its dates are weeks before and after the day on which the demo is made."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from allmende.accounts.models import Organisation
from allmende.core.calendars import DateSet
from allmende.entries.actions import change_state
from allmende.entries.demo import Town, enter, give_picture, local
from allmende.modules.events.dates import dated
from allmende.modules.events.models import Event

DATA = Path(__file__).parent / "demo_data" / "events.json"
COPIED = [
    "summary",
    "info_for_participants",
    "accessible",
    "accessible_text",
    "free_of_charge",
    "price_text",
    "online_url",
    "target_groups",
]


def load(town: Town) -> None:
    rows = json.loads(DATA.read_text()) if town.region.is_home else town.facts.get("events", [])
    for row in rows:
        organisation = town.organisations.get(row["organiser"])
        entry = enter(
            town,
            Event,
            row["slug"],
            _values(town, row, organisation),
            status=row["status"],
            organisation=organisation,
            by=town.people.get(row.get("entered_by", "")),
        )
        if row["cancelled"]:
            change_state(entry, state=Event.CANCELLED, by=town.editor, note=row["cancelled_note"] or "")
        give_picture(town, entry, row)
    town.tell(f"{len(rows)} Veranstaltungen")


def _values(town: Town, row: dict[str, Any], organisation: Organisation | None) -> dict[str, Any]:
    first = town.day(row["week_offset"], row["weekday"])
    return {
        **{name: row[name] for name in COPIED if row.get(name) is not None},
        "title": row["title"],
        "body": row["description"] or "",
        "organiser": organisation.name if organisation else "",
        **dated(_dates(town, row, first)),
        "main_topic": town.topic(row["main_topic"]),
        "topics": town.topics(row["topics"]),
        **town.place(row, text=row["place"] or ""),
    }


def _dates(town: Town, row: dict[str, Any], first: date) -> DateSet:
    last = first + timedelta(days=row["days"] - 1)
    if row["all_day"]:
        return DateSet(first, last + timedelta(days=1), town.region.zone)
    return DateSet.of(
        local(town, first, row["start"]), local(town, last, row["end"]) if row["end"] else None, town.region.zone
    )
