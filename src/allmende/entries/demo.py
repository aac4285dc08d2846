"""What the demo loaders of all modules share; a module's ``demo.py`` has ``load(town)``, which adds its entries."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils import timezone

from allmende.accounts.models import Organisation, User
from allmende.core.files import picture_path, store_picture
from allmende.core.models import Picture
from allmende.entries import actions
from allmende.entries.models import Entry, Topic
from allmende.entries.queries import topics_of
from allmende.regions.models import District, Region
from allmende.regions.queries import districts

NOON = time(12)
FIRST_DAYS_AGO, STEP = 160, 2.5  # the first entry came in so long ago, each further one so much later
CARED_FOR_WITHIN = 80  # days; nobody has to be asked whether it is still right


@dataclass
class Town:
    """A town in the making. ``facts`` is what its file says; loaders put what they make into the two last fields."""

    region: Region
    people: dict[str, User]
    editor: User
    facts: dict[str, Any]
    pictures: Path
    addresses: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    district_order: list[str] = field(default_factory=list)  # the texts name districts by number
    tell: Callable[[str], None] = print
    organisations: dict[str, Organisation] = field(default_factory=dict)  # by slug
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by kind and slug
    encoded: dict[str, Picture] = field(default_factory=dict)

    def topic(self, slug: str | None) -> Topic | None:
        return next((topic for topic in topics_of(self.region) if topic.slug == slug), None)

    def topics(self, slugs: list[str]) -> list[Topic]:
        return [topic for slug in slugs if (topic := self.topic(slug))]

    def district(self, row: dict[str, Any]) -> District | None:
        number = row.get("district")
        slug = self.district_order[number] if number is not None and number < len(self.district_order) else ""
        return next((district for district in districts(self.region) if district.slug == slug), None)

    def place(self, row: dict[str, Any], *, private: bool = False, text: str = "") -> dict[str, Any]:
        """Values for the place: the row's address, or, if it has none, its district alone."""
        address = (row.get("street") or "", row.get("number") or "")
        if address not in self.addresses:
            return {"district": self.district(row), "exact": {"street": text, "private": False}}
        lat, lon = self.addresses[address]
        return {"exact": {"street": text or " ".join(address), "lat": lat, "lon": lon, "private": private}}

    def day(self, week: int, weekday: int) -> Any:
        """The date of a weekday (0 is Monday) so many weeks from this one, in the region's zone."""
        today = timezone.localdate(timezone=self.region.zone)
        return today - timedelta(days=today.weekday()) + timedelta(weeks=week, days=weekday)


def enter(  # an entry and its fate
    town: Town,
    model: type[Entry],
    slug: str,
    values: dict[str, Any],
    *,
    status: str,
    by: User | None = None,
    organisation: Organisation | None = None,
    waiting_days: int = 1,
) -> Entry:
    """Bring an entry as far as its status says; the public ones are spread over the past months."""
    author = by if organisation else by or town.editor
    entry = actions.create(model, values, region=town.region, by=author, organisation=organisation)
    if status == "public":
        actions.publish(entry, by=town.editor)
        days = max(3, FIRST_DAYS_AGO - STEP * len(town.entries))
        backdate(entry, days=days, confirmed_days=days % CARED_FOR_WITHIN)
    elif status == "waiting":
        actions.wait_for_check(entry)
        backdate(entry, days=waiting_days)
    town.entries[entry.kind, slug] = entry
    return entry


def backdate(entry: Entry, *, days: float, confirmed_days: float | None = None) -> None:
    """As if the entry had come in earlier: a town of one day's age would look like no town."""
    then = timezone.now() - timedelta(days=days)
    seen = timezone.now() - timedelta(days=days if confirmed_days is None else confirmed_days)
    changes: dict[str, Any] = {"created_at": then, "updated_at": then}
    if entry.published_at is not None:
        changes |= {"published_at": then, "confirmed_at": seen, "checked_at": then}
    Entry.objects.filter(pk=entry.pk).update(**changes)
    actions.relist([entry.pk])


def give_picture(town: Town, entry: Entry, row: dict[str, Any]) -> None:
    """The picture that the row names; a file is re-encoded once, however many entries show it."""
    name = row.get("picture")
    if not name or not (town.pictures / name).exists():
        return
    facts = {"alt": row.get("picture_alt") or "", "credit": row.get("picture_credit") or "", "rights_confirmed": True}
    picture = copied(town.encoded[name], **facts) if name in town.encoded else stored(town, name, **facts)
    entry.picture = picture
    Entry.objects.filter(pk=entry.pk).update(picture=picture)


def stored(town: Town, name: str, **facts: Any) -> Picture:
    with (town.pictures / name).open("rb") as file:
        picture = store_picture(File(file, name=name), region_id=town.region.pk, by=town.editor, **facts)
    town.encoded[name] = picture
    return picture


def copied(picture: Picture, **facts: Any) -> Picture:
    """A second row with its own words and its own copy of the files."""
    twin = Picture(
        region_id=picture.region_id,
        by=picture.by,
        widths=picture.widths,
        width=picture.width,
        height=picture.height,
        **facts,
    )
    shutil.copytree(picture_path(picture, 0).parent, picture_path(twin, 0).parent)
    twin.save()
    return twin


def local(town: Town, day: Any, clock: str | None) -> datetime:
    """A moment on the wall clock of the region; without a time, midnight."""
    return datetime.combine(day, time.fromisoformat(clock) if clock else time.min, town.region.zone)
