from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from allmende.entries.cards import cards, picture_url
from allmende.entries.permissions import is_author
from allmende.entries.queries import entry_for
from allmende.modules.directory.actions import write_to_contact
from allmende.modules.directory.models import ContactPerson, Function
from allmende.modules.directory.permissions import can_read, can_write_to_person
from allmende.modules.directory.queries import functions_of, with_portraits
from allmende.modules.directory.views.letters import letter_page

FACES = 240


def face_url(person: Any, contact: ContactPerson, width: int) -> str:
    """The picture, if the person may see it; '' stands for the first letters of the name."""
    return picture_url(contact.picture or contact.portrait, width) if can_read(person, contact, "picture") else ""


def person_cards(request: Any, contacts: list[ContactPerson]) -> list[dict[str, Any]]:
    """The cards of the list, with what the reader may know of each. Two queries: what they do, and their pictures."""
    functions = functions_of(request.region, request.user, contacts)
    with_portraits(contacts)
    return [
        card
        | {
            "face_url": face_url(request.user, contact, FACES),
            "functions": functions.get(contact.pk, []),
            "interests": contact.interests,
            "languages": contact.languages if can_read(request.user, contact, "languages") else "",
        }
        for card, contact in zip(cards(contacts, request.region), contacts, strict=True)
    ]


def contact_rows(request: Any, functions: list[Function]) -> list[dict[str, Any]]:
    """Who may be asked at an organisation, for its page."""
    return [
        {
            "name": function.person.title,
            "function": function.title,
            "interests": function.person.interests,
            "face_url": face_url(request.user, function.person, FACES),
            "url": function.person.url,
        }
        for function in functions
    ]


def facts_of_person(request: Any, contact: ContactPerson) -> dict[str, Any]:
    """What the page of a contact person shows beside what every entry's page does."""
    reader = request.user
    shown = {name: getattr(contact, name) for name in ("phone", "mail", "languages") if can_read(reader, contact, name)}
    return {
        "shown": shown,
        "face_url": face_url(reader, contact, FACES),
        "functions": functions_of(request.region, reader, [contact]).get(contact.pk, []),
        "message_url": contact.page("message") if can_write_to_person(reader, contact) else "",
        "audiences": _audiences(contact) if is_author(reader, contact) else [],
    }


def _audiences(contact: ContactPerson) -> list[tuple[str, str, str]]:
    """(icon, field, who sees it) of what is filled in, for its person alone."""
    rows = [
        ("organisation", _("Aufgaben"), "functions", contact.functions.exists()),
        ("language", _("Sprachen"), "languages", contact.languages),
        ("picture", _("Bild"), "picture", contact.picture_id or contact.portrait_id),
        ("phone", _("Telefon"), "phone", contact.phone),
        ("mail", _("E-Mail-Adresse"), "mail", contact.mail),
    ]
    return [
        (icon, label, getattr(contact, f"get_{name}_for_display")()) for icon, label, name, filled in rows if filled
    ]


def message(request: Any, pk: int) -> HttpResponse:
    """Write to the person, signed in or as a guest."""
    contact = entry_for(request.region, request.user, ContactPerson, pk, key=request.GET.get("key", ""))
    if contact is None or contact.status != "public" or contact.user == request.user:
        raise Http404
    contact.region = request.region
    if not can_write_to_person(request.user, contact):
        return render(request, "correspondence/closed.html", status=403)
    return letter_page(request, contact, partial(write_to_contact, contact))
