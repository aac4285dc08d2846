"""What the generic pages need to know of a kind."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Person
from allmende.core.modules import ModuleConfig
from allmende.entries.cards import cards
from allmende.entries.forms import EntryFilter, EntryForm
from allmende.entries.kinds import module_for, url_name
from allmende.entries.models import Entry, Status
from allmende.entries.permissions import (
    can_archive,
    can_confirm,
    can_delete,
    can_edit,
    can_hide,
    can_release,
    can_restore,
    can_show_again,
    can_submit,
    can_withdraw,
    is_author,
)
from allmende.regions.models import Region
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import Face, switchboard


@dataclass(frozen=True)
class Kind:
    """``facts(request, entry)`` adds to what the kind's own page shows, ``cards(request, entries)`` makes the cards of
    its list. A module's further kind has a title and a summary of its own; the first one has those of the module.
    """

    model: type[Entry]
    form: type[EntryForm]
    filters: type[EntryFilter] = EntryFilter
    facts: Callable[[Any, Any], dict[str, Any]] | None = None
    cards: Callable[[Any, list[Any]], list[dict[str, Any]]] | None = None
    title: Any = ""
    summary: Any = ""

    @property
    def slug(self) -> str:
        return self.model.kind_slug

    @property
    def module(self) -> ModuleConfig:
        return module_for(self.slug)

    @property
    def word(self) -> str:
        """What a file of its list is called."""
        return f"{self.module.prefix}-{self.slug}" if self.title else self.module.prefix

    def face(self, region: Region) -> Face:
        """How the region calls the kind: as its module, unless it has a name of its own."""
        face = switchboard(region).face(self.module)
        return replace(face, title=self.title, summary=self.summary) if self.title else face

    def parent(self, region: Region) -> tuple[Any, str]:
        """(title, address) of the module's list, to which the page of a further kind leads back; else nothing."""
        if not self.title:
            return "", ""
        return switchboard(region).face(self.module).title, reverse(f"{self.module.slug}:list")

    def cards_of(self, request: Any, entries: list[Any]) -> list[dict[str, Any]]:
        return self.cards(request, entries) if self.cards else cards(entries, request.region)

    def url(self, page: str, *args: Any) -> str:
        return reverse(url_name(self.slug, page), args=args)

    def template(self, page: str) -> list[str]:
        """A module may have its own page; else that of all kinds serves."""
        app = self.model._meta.app_label
        return [f"{app}/{self.slug}_{page}.html", f"entries/{page}.html"]


# What can be done with an entry: address, permission, label, icon, tone, and whether a reason is asked or owed.
STEPS = {
    "einreichen": ("submit", _("Jetzt veröffentlichen"), "check", "primary", ""),
    "freigeben": ("release", _("Freigeben"), "check", "primary", "asked"),
    "zurueckgeben": ("return_to_author", _("Zurückgeben"), "undo", "secondary", "owed"),
    "gesehen": ("mark_checked", _("Als geprüft abhaken"), "check", "secondary", ""),
    "bestaetigen": ("confirm", _("Stimmt noch"), "check-circle", "primary", ""),
    "verbergen": ("hide", _("Verbergen"), "eye-off", "danger", "owed"),
    "zeigen": ("show_again", _("Wieder zeigen"), "eye", "secondary", "asked"),
    "archivieren": ("archive", _("Archivieren"), "archive", "quiet", "asked"),
    "wiederherstellen": ("restore", _("Wieder veröffentlichen"), "undo", "secondary", ""),
    "loeschen": ("delete_draft", _("Entwurf löschen"), "trash", "danger", ""),
    "entfernen": ("withdraw", _("Ganz löschen"), "trash", "danger", ""),
}


def possible_steps(person: Person, entry: Entry) -> list[str]:
    """The steps that the person may take now, as they stand in the address."""
    checks = can_edit_content(person, entry.region, entry.district_id)
    allowed = {
        "einreichen": can_submit(person, entry),
        "freigeben": can_release(person, entry),
        "zurueckgeben": can_release(person, entry),
        "gesehen": checks and entry.status == Status.PUBLIC and entry.checked_at is None,
        "bestaetigen": entry.is_stale and can_confirm(person, entry),
        "verbergen": can_hide(person, entry),
        "zeigen": can_show_again(person, entry),
        "archivieren": can_archive(person, entry),
        "wiederherstellen": can_restore(person, entry),
        "loeschen": can_delete(person, entry),
        "entfernen": can_withdraw(person, entry),
    }
    return [step for step, may in allowed.items() if may]


def page_actions(person: Person, entry: Entry) -> list[dict[str, Any]]:
    """Links above the entry for those who may do something with it."""
    links = []
    if can_edit(person, entry):
        links.append({"label": _("Bearbeiten"), "url": entry.page("edit"), "icon": "edit", "tone": "secondary"})
    if entry.status == Status.DRAFT and is_author(person, entry):
        links.append(
            {"label": _("So sehen es andere"), "url": entry.page("preview"), "icon": "eye", "tone": "secondary"}
        )
    for step in possible_steps(person, entry):
        _action, label, icon, tone, _reason = STEPS[step]
        links.append({"label": label, "url": step_url(entry, step), "icon": icon, "tone": tone})
    return [{**link, "method": "get"} for link in links]


def step_url(entry: Entry, step: str) -> str:
    return reverse(url_name(entry.kind, "step"), args=[entry.pk, step])
