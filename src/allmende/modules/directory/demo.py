"""The organisations of the demo towns and the people whom one may ask."""

import json
from pathlib import Path
from typing import Any

from django.core.files import File

from allmende.accounts.actions import add_member, found_organisation, make_account
from allmende.accounts.models import Membership, User
from allmende.entries.actions import publish, set_further_picture
from allmende.entries.demo import CARED_FOR_WITHIN, Town, backdate, enter, give_picture
from allmende.modules.directory.actions import show_oneself
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.actions import apply

DATA = Path(__file__).parent / "demo_data" / "organisations.json"
PEOPLE = Path(__file__).parent / "demo_data" / "people.json"
COPIED = [
    "summary", "legal_form", "goals", "cooperation", "how_to_join", "join_policy", "opening_hours", "accessible",
    "accessible_text", "phone", "website", "target_groups", "tags",
]  # fmt: skip

ABOUT = ["title", "summary", "body", "interests", "languages", "phone", "visibility"]
CHOSEN = ["functions_for", "phone_for", "mail_for"]

ASKING = [
    {
        "person": "buergerin", "organisation": "tsv-lindach-1921", "page": "portal:mine",
        "text": "Ich turne seit dem Frühjahr dienstags mit und möchte die Termine der Gruppe eintragen.",
    },
    {
        "person": "verein2", "organisation": "musikverein-lindach", "page": "portal:claims",
        "text": "Ich bin im Musikverein für die Öffentlichkeit zuständig. Rufen Sie gern unsere Vorsitzende an.",
    },
]  # fmt: skip


MEMBERS = {"sachbearbeitung": Membership.Role.MEMBER, "anbieter": Membership.Role.MODERATOR}
CLUB = "tsv-lindach-1921"  # has people in several roles


def load(town: Town) -> None:
    rows = json.loads(DATA.read_text()) if town.region.is_home else town.facts.get("organisations", [])
    for row in rows:
        owner = _owner(town, row)
        organisation = found_organisation(row["name"], by=owner)
        town.organisations[row["slug"]] = organisation
        entry = enter(
            town,
            OrganisationProfile,
            row["slug"],
            _values(town, row),
            status=row["status"],
            organisation=organisation,
            waiting_days=row.get("waiting_days") or 1,
        )
        if row.get("confirmed_days_ago"):
            backdate(entry, days=row["confirmed_days_ago"] + 30, confirmed_days=row["confirmed_days_ago"])
        give_picture(town, entry, row)
        _give_logo(town, entry, row.get("logo"))
    for key, role in MEMBERS.items() if town.region.is_home else ():
        add_member(town.organisations[CLUB], town.people[key], role=role, by=None)
    people = json.loads(PEOPLE.read_text()) if town.region.is_home else []
    for row in people:
        _add_person(town, row)
    town.tell(f"{len(rows)} Organisationen, {len(people)} Ansprechpersonen")
    for row in ASKING if town.region.is_home else []:
        ask(town, **row)


def ask(town: Town, *, person: str, organisation: str, text: str, page: str) -> None:
    """Somebody waits for a word: the organisation's people decide, or the editors where it has none."""
    held = town.organisations[organisation]
    claims = not held.memberships.exists()
    link = town.region.url(page)
    apply(held, town.people[person], region=town.region, text=text, claims=claims, link=link)


def _owner(town: Town, row: dict[str, Any]) -> User | None:
    """One of the demo's accounts, or somebody who has no button there and is only written to."""
    if row.get("owner_mail"):
        return make_account(row["owner_mail"], name=row["contact_person"]["name"], confirmed=True)
    return town.people.get(row.get("owner") or "")


def _give_logo(town: Town, entry: Any, name: str | None) -> None:
    if name and (town.pictures / name).exists():
        with (town.pictures / name).open("rb") as file:
            set_further_picture(
                entry,
                "logo",
                File(file, name=name),
                by=town.editor,
                alt=f"Logo von {entry.title}",
                rights_confirmed=True,
            )


def _add_person(town: Town, row: dict[str, Any]) -> None:
    """One of the demo's accounts, or somebody who has no button there and is only written to."""
    user = town.people[row["account"]] if "account" in row else _account(row)
    functions = {town.organisations[slug].pk: title for slug, title in row.get("functions", {}).items()}
    for slug in row.get("functions", {}):
        organisation = town.organisations[slug]  # a member alone would have nobody to ask
        role = Membership.Role.MEMBER if organisation.memberships.exists() else Membership.Role.OWNER
        add_member(organisation, user, role=role, by=None)
    values = {name: row[name] for name in [*ABOUT, *CHOSEN] if name in row} | {
        "mail": row.get("shown_mail", ""),
        "main_topic": town.topic(row["main_topic"]),
        "topics": town.topics(row["topics"]),
        "district": town.district(row),
    }
    audience = {"picture_for": "signed_in"}
    contact = show_oneself(audience | values, region=town.region, by=user, functions=functions)
    publish(contact, by=town.editor)
    backdate(contact, days=row["days_ago"], confirmed_days=row["days_ago"] % CARED_FOR_WITHIN)
    town.entries["person", row["slug"]] = contact


def _account(row: dict[str, Any]) -> User:
    return make_account(row["mail"], name=row["title"], confirmed=True)


def _values(town: Town, row: dict[str, Any]) -> dict[str, Any]:
    contact = row.get("contact_person") or {}
    return {
        **{name: row[name] for name in COPIED if row.get(name)},
        "title": row["name"],
        "form": row["kind"],
        "body": row.get("what") or "",
        "relay_mail": row.get("mail") or "",
        "social_links": [link["url"] for link in row.get("social") or []],
        "contact_name": contact.get("name", ""),
        "contact_function": contact.get("function", ""),
        "private_address": row["private_address"],
        "main_topic": town.topic(row["main_topic"]),
        "topics": town.topics(row["topics"]),
        **town.place(row, private=row["private_address"]),
    }
