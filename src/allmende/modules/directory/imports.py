"""How a row of a table becomes the profile of an organisation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from allmende.core.fields import LineField, MailField, PhoneField, UrlField
from allmende.entries.imports import Importer
from allmende.entries.imports.cells import ListCell, WordCell, YesNoCell
from allmende.entries.imports.columns import (
    ACCESS,
    ACCESS_TEXT,
    BODY,
    DISTRICT,
    FOREIGN_ID,
    GROUPS,
    LAT,
    LON,
    MAIN_TOPIC,
    PAGE,
    SUMMARY,
    TOPICS,
    Column,
    attribute,
    text_column,
    title_column,
    url_column,
)
from allmende.entries.imports.judging import exact_of
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.models import Region
from allmende.regions.queries import address_point

Form = OrganisationProfile.Form
Policy = OrganisationProfile.JoinPolicy
WHERE = ("street", "lat", "lon", "private_address")
LINKS, TAGS = 6, 12  # as many as the form takes

# What people call the forms of organisations, beside our own words for them.
FORMS = {
    **dict.fromkeys(("ev", "e v", "eingetragener verein", "club", "foerderverein"), Form.ASSOCIATION),
    **dict.fromkeys(("firma", "betrieb", "gmbh", "unternehmen"), Form.COMPANY),
    **dict.fromkeys(("amt", "behoerde", "einrichtung", "schule", "kita", "kindergarten"), Form.OFFICE),
    **dict.fromkeys(("initiative", "gruppe", "netzwerk"), Form.INITIATIVE),
    **dict.fromkeys(("beirat", "gremium"), Form.BOARD),
    **dict.fromkeys(("person", "privatperson"), Form.PERSON),
}

COLUMNS = (
    FOREIGN_ID,
    title_column(
        _("Name der Organisation"), _("Der Name fehlt."), "name", "organisation", "verein", "bezeichnung", "titel",
        example=_("Gartenfreunde Lindach e. V."),
    ),
    Column(
        "form", _("Art"), WordCell(Form.choices, empty=Form.ASSOCIATION, words=FORMS), ("typ", "type"), _("Verein"),
        attribute("form"),
    ),
    text_column("legal_form", _("Rechtsform"), most=80, example="e. V."),
    SUMMARY,
    BODY,
    text_column("goals", _("Unsere Ziele"), "ziele", most=3000, lines=True),
    text_column(
        "cooperation", _("Womit wir andere unterstützen und was wir suchen"), "angebote", most=3000, lines=True
    ),
    text_column("how_to_join", _("So machen Sie mit"), "mitmachen", most=3000, lines=True),
    Column(
        "join_policy", _("Neue Mitglieder"), WordCell(Policy.choices, empty=Policy.ASK), ("mitgliedschaft",),
        read=attribute("join_policy"),
    ),
    Column(
        "street", _("Straße und Hausnummer"), LineField(required=False, max_length=120),
        ("straße", "adresse", "anschrift", "address"), _("Hauptstraße 12"), attribute("place_text"),
    ),
    DISTRICT,
    # Who has a private address told nobody else; an export does not even say that it is one.
    Column("private_address", _("Das ist eine private Adresse"), YesNoCell(), ("privat", "private adresse"), _("nein")),
    LAT,
    LON,
    text_column("opening_hours", _("Öffnungszeiten"), "sprechzeiten", most=300),
    ACCESS,
    ACCESS_TEXT,
    Column(
        "relay_mail", _("E-Mail-Adresse für Nachrichten"), MailField(required=False),
        ("e-mail", "mail", "e-mail-adresse"), "kontakt@gartenfreunde.example",
    ),
    Column(
        "phone", _("Telefon"), PhoneField(required=False), ("telefonnummer", "tel", "rufnummer"),
        read=attribute("phone"),
    ),
    url_column("website", _("Internetseite"), "website", "homepage", "web", "url", "webseite", most=200),
    Column(
        "social_links", _("Soziale Medien"), ListCell(UrlField(), most=LINKS, pattern=r"[\s;]"), ("social media",),
        read=attribute("social_links"),
    ),
    text_column(
        "contact_name", _("Ansprechperson"), "ansprechpartner", "ansprechpartnerin", "kontakt", "vorsitz", most=120
    ),
    text_column("contact_function", _("Aufgabe der Ansprechperson"), "funktion", most=120),
    text_column("contact_interests", _("Themen der Ansprechperson"), most=200),
    MAIN_TOPIC,
    TOPICS,
    GROUPS,
    Column(
        "tags", _("Stichwörter"), ListCell(LineField(max_length=40), most=TAGS), ("tags", "schlagwörter"),
        read=attribute("tags"),
    ),
    PAGE,
)  # fmt: skip


class ProfileImporter(Importer):
    model = OrganisationProfile
    columns = COLUMNS
    names = "title"
    founds = True

    def values(self, cells: dict[str, Any], region: Region) -> dict[str, Any]:
        values = {name: cell for name, cell in cells.items() if name not in WHERE}
        where = {name: cells[name] for name in WHERE if name in cells}
        return {**values, "where": where | {"found": address_point(region, cells.get("street", ""))}}

    def fit(self, values: dict[str, Any], entry: Any) -> dict[str, Any]:
        fitting = {name: value for name, value in super().fit(values, entry).items() if name != "where"}
        exact = exact_with(values["where"], entry)
        return fitting if exact is None else {**fitting, "exact": exact, "private_address": exact["private"]}


IMPORTERS = [ProfileImporter()]


def exact_with(where: dict[str, Any], entry: Any) -> dict[str, Any] | None:
    """Where it is, by what the row says and, where it says nothing, by what is known; None if the row adds nothing."""
    told: dict[str, Any] = {name: where[name] for name in ("street", "lat", "lon") if name in where}
    private = where.get("private_address")
    if private is None and all(value == shown(entry, name) for name, value in told.items()):
        return None  # what everybody sees, as our own export gives it: a private address stays what it is
    known = exact_of(entry) if entry else {"street": "", "lat": None, "lon": None, "private": False}
    street = str(told.get("street", known["street"]))
    lat, lon = point_of(told, known, street, where["found"])
    return {"street": street, "lat": lat, "lon": lon, "private": known["private"] if private is None else private}


def shown(entry: Any, name: str) -> Any:
    if entry is None:
        return "" if name == "street" else None
    return entry.place_text if name == "street" else getattr(entry, name)


def point_of(told: dict[str, Any], known: dict[str, Any], street: str, found: Any) -> Any:
    """The point of the row; else, of the same street, the one that is set; else the one of the region's list."""
    if told.get("lat") is not None and told.get("lon") is not None:
        return told["lat"], told["lon"]
    if street == known["street"] and known["lat"] is not None:
        return known["lat"], known["lon"]
    return found
