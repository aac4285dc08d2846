"""What changed, so that people can read it: names for fields and values, and the words that went and came."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from difflib import SequenceMatcher
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.accounts.models import Membership
from allmende.entries.models import Check
from allmende.regions.models import Role
from allmende.regions.words import DEFAULTS

LONGEST = 6000  # characters compared word by word; longer texts stand one after the other

# Fields whose name in the tables says nothing to people, and keys of the log that are no fields.
NAMES = {
    "status": gettext_lazy("Stand"),
    "state": gettext_lazy("Zustand"),
    "district_id": gettext_lazy("Teil des Ortes"),
    "picture_id": gettext_lazy("Bild"),
    "picture": gettext_lazy("Bild"),
    "logo": gettext_lazy("Logo"),
    "organisation_id": gettext_lazy("Organisation"),
    "user_id": gettext_lazy("Mensch"),
    "user": gettext_lazy("Mensch"),
    "owner": gettext_lazy("Hauptverantwortung"),
    "role": gettext_lazy("Aufgabe"),
    "target_groups": gettext_lazy("Zielgruppen"),
    "starts_at": gettext_lazy("Beginn"),
    "ends_at": gettext_lazy("Ende"),
    "published_at": gettext_lazy("Veröffentlicht am"),
    "confirmed_at": gettext_lazy("Bestätigt am"),
    "expires_at": gettext_lazy("Läuft ab am"),
    "topics": gettext_lazy("Themen"),
    "words": gettext_lazy("Worte"),
    "slug": gettext_lazy("Adresse"),
    "on": gettext_lazy("Eingeschaltet"),
    "position": gettext_lazy("Platz im Menü"),
    "options": gettext_lazy("Regeln"),
    "check": gettext_lazy("Geprüft wird"),
    "relay": gettext_lazy("E-Mail-Adresse"),
    "precision": gettext_lazy("Genauigkeit des Ortes"),
    "licence": gettext_lazy("Lizenz"),
    "source": gettext_lazy("Quelle"),
    "foreign_id": gettext_lazy("Kennung der Quelle"),
}
# Values of keys that are no fields.
VALUES = {"role": dict([*Role.Name.choices, *Membership.Role.choices]), "check": dict(Check.choices)}
WORDS = {key: label for key, (label, _delivered) in DEFAULTS.items()}  # of the place, inside "words"
# Told by others of the same change, or meant for machines.
LEFT_OUT = {"dates", "circle_id", "guest_id", "part_of_id", "kind", "region_id", "created_at", "about"}
PEOPLE = {"user", "user_id", "owner"}

Known = Mapping[tuple[str, int], str]


@dataclass(frozen=True)
class Change:
    """One field: its name, and pieces (kind, text) with the kinds "same", "gone" and "new"."""

    label: str
    pieces: list[tuple[str, str]]


def readable(
    model: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, *, zone: tzinfo, known: Known
) -> list[Change]:
    """The changes of log entries about a ``model`` such as "events.Event".

    ``known`` names the rows whose ids the log holds: (field, id) -> name, see ``ids_in``. Times are shown in ``zone``.
    """
    was, now = old or {}, new or {}
    names = [name for name in {**now, **was} if name not in LEFT_OUT and was.get(name) != now.get(name)]
    fields = {name: _field(model, name) for name in names}
    names.sort(key=lambda name: _place(name, fields[name]))  # PostgreSQL keeps no order of keys
    return [
        Change(
            _label(name, fields[name]),
            pieces(*(_shown(name, values.get(name), fields[name], zone, known) for values in (was, now))),
        )
        for name in names
        if was.get(name) or now.get(name) or isinstance(now.get(name), bool)
    ]


def ids_in(changes: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> set[tuple[str, int]]:
    """(field, id) of the people that changes (old, new) mention."""
    halves = [half for pair in changes for half in pair]
    found = {(name, _number(half.get(name))) for half in halves for name in PEOPLE}
    return {(name, number) for name, number in found if number}


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """What went and what came, word by word; a long text as a whole."""
    if not old or not new or len(old) + len(new) > LONGEST:
        return [(kind, text) for kind, text in (("gone", old), ("new", new)) if text]
    before, after = re.split(r"(\s+)", old), re.split(r"(\s+)", new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:  # two different texts read better one after the other
        return [("gone", old), ("new", new)]
    found: list[tuple[str, str]] = []
    for operation, i, j, k, end in matcher.get_opcodes():
        if operation == "equal":
            found.append(("same", "".join(before[i:j])))
            continue
        found += [
            (kind, text) for kind, text in (("gone", "".join(before[i:j])), ("new", "".join(after[k:end]))) if text
        ]
    return found


def changed_lines(old: str, new: str) -> list[list[tuple[str, str]]]:
    """Of two versions of a long text the lines that differ, each as pieces(), in the order of the text."""
    before, after = old.splitlines(), new.splitlines()
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [pieces("\n".join(before[i:j]), "\n".join(after[k:end])) for step, i, j, k, end in steps if step != "equal"]


def _place(name: str, field: "Field[Any, Any] | None") -> tuple[bool, int, str]:
    """Fields in the order of their model, then the rest."""
    return (field is None, field.creation_counter if field else 0, name)


def _field(model: str, name: str) -> "Field[Any, Any] | None":
    try:
        field = apps.get_model(model)._meta.get_field(name.removesuffix("_id"))
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return field if isinstance(field, Field) else None


def _label(name: str, field: "Field[Any, Any] | None") -> str:
    if name in NAMES:
        return str(NAMES[name])
    return capfirst(str(field.verbose_name)) if field else name.replace("_", " ")


def _shown(name: str, value: Any, field: "Field[Any, Any] | None", zone: tzinfo, known: Known) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if name in VALUES:
        return str(VALUES[name].get(value, value))
    if field and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if (name, _number(value)) in known:
        return known[name, _number(value)]
    return _plain(value, zone)


def _plain(value: Any, zone: tzinfo) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(one, zone) for one in value)
    if isinstance(value, dict):
        pairs = ((WORDS.get(key) or _label(key, None), _shown(key, one, None, zone, {})) for key, one in value.items())
        return ", ".join(f"{label}: {shown}" for label, shown in pairs)
    moment = parse_datetime(value) if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[T ]\d\d:", value) else None
    if moment and timezone.is_aware(moment):
        return formats.date_format(moment.astimezone(zone), "SHORT_DATETIME_FORMAT")
    return str(value)


def _number(value: Any) -> int:
    return (
        int(value) if isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit()) else 0
    )
