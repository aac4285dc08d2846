"""Builds the demo's two towns from the files of this folder and from what the modules bring along."""

import json
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files import File
from django.utils import timezone

from allmende.accounts.models import User
from allmende.core.files import store_picture
from allmende.core.geo import centroid
from allmende.core.modules import has_part, modules
from allmende.core.text import fold
from allmende.entries.actions import add_scheme, ask_whether_current
from allmende.entries.demo import Town
from allmende.portal.demo_town import climate, lost_mails, recognition, talk, texts
from allmende.portal.demo_town.accounts import PASSWORD
from allmende.regions.actions import add_region, admit, give_role, invite, prepare_account, set_districts
from allmende.regions.models import PreparedAccount, Region, Role, Street

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
ROLES = {name.value: name for name in Role.Name}
# The texts count the districts from the market square outwards; the map has them in another order.
DISTRICTS = ["altstadt", "lindenau", "weiherfeld", "bergsiedlung", "auendorf"]
GUEST_OF_AUENSTEDT = "buergerin"
NOT_ASKED_YET = "buergerin"  # wrote before there was a netiquette: she is asked to agree to it
CODE = "AUEN-2345"

Tell = Callable[[str], None]


def load(origin: str, tell: Tell) -> None:
    """Everything, in the caller's transaction. ``origin`` is where the demo answers, such as http://127.0.0.1:8000."""
    facts = read("town.json")
    region = found_region(facts, origin)
    people = add_people(region, facts["accounts"])
    town = furnish(region, facts, people, tell)
    climate.load(town)
    talk.load(town)
    recognition.load(town)
    ask_whether_current()
    lost_mails.load(region)
    texts.load(region, (person for key, person in people.items() if key != NOT_ASKED_YET))
    add_prepared_account(region, people)
    add_auenstedt(people, tell)


def read(name: str) -> Any:
    """The content of a JSON file of the town; an empty dict if there is none."""
    path = HERE / name
    return json.loads(path.read_text()) if path.exists() else {}


def found_region(facts: dict[str, Any], origin: str = "") -> Region:
    scheme, _slashes, host = origin.partition("://")
    geo = read(f"geo/{facts['slug']}.json")
    region = add_region(
        facts["slug"], name=facts["name"], land=facts["land"], contact_mail=facts["contact_mail"], by=None, host=host,
        scheme=scheme or "http", claim=facts["claim"], about=facts["about"], contact_phone=facts["phone"],
        postal_address=facts["postal_address"], mail_signature=facts["mail_signature"], stage=facts["stage"],
        official_key=facts["official_key"], brand=facts["colors"]["primary"], accent=facts["colors"]["accent"],
        words=facts["words"], lat=geo["centre"]["lat"], lon=geo["centre"]["lon"], border=geo["border"],
        has_basemap=bool(origin),
    )  # fmt: skip
    rows = [_district(row, position) for position, row in enumerate(geo.get("districts", []))]
    set_districts(region, rows, by=None)
    return region


def _district(row: dict[str, Any], position: int) -> dict[str, Any]:
    lat, lon = centroid(row["polygon"])
    return {
        "slug": row["slug"],
        "name": row["name"],
        "area": row["polygon"],
        "lat": lat,
        "lon": lon,
        "position": position,
    }


def add_people(region: Region, accounts: list[dict[str, Any]]) -> dict[str, User]:
    """The demo's accounts by their key, each with the role that exists by now; one password for all, hashed once."""
    password = make_password(PASSWORD)
    people = {row["key"]: _person(row, password) for row in accounts}
    for row in accounts:
        if role := ROLES.get(row["role"]):
            give_role(people[row["key"]], role, region=None if role == Role.Name.PLATFORM_ADMIN else region, by=None)
    return people


def _person(row: dict[str, Any], password: str) -> User:
    name = f"{row['first_name']} {row['last_name']}"
    user = User.objects.create_user(row["mail"], name=name, first_name=row["first_name"], last_name=row["last_name"])
    User.objects.filter(pk=user.pk).update(password=password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def furnish(region: Region, facts: dict[str, Any], people: dict[str, User], tell: Tell) -> Town:
    """Topics, streets, look, and the entries of every module that has a ``demo.py``."""
    add_topics(region, facts)
    editor = people["redaktion" if region.is_home else "support"]  # Auenstedt has no editors yet
    town = Town(region, people, editor, facts, PICTURES, tell=tell)
    if region.is_home:
        add_streets(town)
    decorate(town)
    for module in modules():
        if has_part(module, "demo"):
            import_module(f"{module.name}.demo").load(town)
    return town


def add_topics(region: Region, facts: dict[str, Any]) -> None:
    rows = [row for row in read("topics.json") if row["slug"] in facts.get("topics", [row["slug"]])]
    topics = [
        {
            "slug": row["slug"], "name": row["name_de"], "name_en": row["name_en"], "icon": row["icon"],
            "color": row["color"], "description": row["description_de"],
        }
        for row in rows
    ]  # fmt: skip
    add_scheme(region, slug="themen", name="Themen", topics=topics, is_main=True, by=None)


def add_streets(town: Town) -> None:
    known = {district.slug: district for district in town.region.districts.all()}
    houses = read("geo/addresses.json")
    rows = [
        Street(
            region=town.region, name=row.get("street") or row["name"], number=row.get("number", ""), lat=row["lat"],
            lon=row["lon"], district=known.get(row["district"]),
        )
        for row in [*read("geo/streets.json"), *houses]
    ]  # fmt: skip
    for street in rows:
        street.folded = fold(str(street))
    Street.objects.bulk_create(rows)
    town.addresses = {(row["street"], row["number"]): (row["lat"], row["lon"]) for row in houses}
    town.district_order = DISTRICTS


def decorate(town: Town) -> None:
    """Logo and picture of the region."""
    region, facts = town.region, town.facts
    for name, keep_alpha in (("logo", True), ("picture", False)):
        path = town.pictures / (facts[name] or "none")
        if path.exists():
            with path.open("rb") as file:
                credit = facts.get("picture_credit") or ""
                picture = store_picture(
                    File(file, name=path.name), alt=facts[f"{name}_alt"] or "", credit=credit, rights_confirmed=True,
                    region_id=region.pk, keep_alpha=keep_alpha,
                )  # fmt: skip
            setattr(region, name, picture)
    region.save(update_fields=["logo", "picture"])


def add_prepared_account(region: Region, people: dict[str, User]) -> None:
    """Somebody has called; her link waits in the postbox of the demo."""
    made = prepare_account(
        region, name="Hedwig Amann", mail="hedwig.amann@post.example", consent=PreparedAccount.Consent.PHONE,
        organisation_name="Nähtreff am Weiher", by=people["redaktion"],
    )  # fmt: skip
    PreparedAccount.objects.filter(pk=made.pk).update(made_at=timezone.now() - timedelta(days=3))


def add_auenstedt(people: dict[str, User], tell: Tell) -> None:
    """The second town: invited only, and one of the demo's people is."""
    facts = read("auenstedt.json")
    region = found_region(facts)
    furnish(region, facts, people, tell)
    texts.load(region)
    admit(people[GUEST_OF_AUENSTEDT], to=region, by=people["support"])
    year = timezone.now() + timedelta(days=365)
    invite(region, label="Brief an alle Vereine", by=None, founds=True, uses_allowed=500, expires_at=year, code=CODE)
