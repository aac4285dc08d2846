"""Walks to pages that no link leads to: those behind a form or a mailed link, and those for what went wrong."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import reverse
from playwright.sync_api import Page, Route
from visitors import FORM, Visitors
from walks import follow, go, letter_to, new_mail, new_name

from allmende.core.errors import server_error
from allmende.entries.kinds import kinds, url_name

ORGANISATION = "post@musikverein-lindach.example"
TOO_MUCH = 2 * 1024 * 1024 + 1  # characters


# Entries

# A new kind may ask for more than a title; a day is owed where there is one.
FILL_OWED = """form => {
  const plausible = {date: '2027-06-19', time: '15:00', email: 'leben@post.example', url: 'https://leben.example', number: 1};
  const owed = form.querySelectorAll('input[required]:not([type=radio],[type=checkbox]), textarea[required]');
  const moment = [form.querySelector('[type=date]'), form.querySelector('[type=time]')].filter(Boolean);
  for (const field of [...owed, ...moment]) field.value ||= plausible[field.type] ?? 'Ein Leben';
  for (const list of form.querySelectorAll('select[required]')) list.value ||= [...list.options].at(-1).value;
}"""


def life_of_an_entry(town: Visitors, kind: str) -> None:
    """From the empty form through every step to the archive."""
    author, editor = town.page("buergerin"), town.page("redaktion")
    go(author, reverse(url_name(kind, "new")))
    town.send_empty(author)
    author.locator(FORM).evaluate(FILL_OWED)
    town.send(author, title=new_name("Ein Leben"))
    entry = author.url.removesuffix("vorschau/")

    def take(page: Page, step: str, **values: str) -> None:
        town.open(page, f"{entry}{step}/")
        if "note" in values:
            town.send_empty(page)
        town.send(page, **values)

    end = "entfernen" if kinds()[kind].personal else "loeschen"
    town.open(author, entry, f"{entry}bearbeiten/", f"{entry}{end}/")
    take(author, "einreichen")
    town.open(editor, entry)
    take(editor, "zurueckgeben", note="Bitte noch etwas mehr.")
    take(author, "einreichen")
    take(editor, "freigeben")
    go(author, f"{entry}bearbeiten/")
    town.send(author, summary="Von Anfang bis Ende.")
    take(editor, "gesehen")
    if kind == "event":
        town.press(author, "Absagen")
    take(editor, "verbergen", note="Nur zur Probe.")
    town.open(author, entry)
    take(editor, "zeigen")
    take(author, "archivieren")
    town.open(author, f"{entry}wiederherstellen/")


# Letters and flags


def a_letter(town: Visitors) -> None:
    """A guest writes, confirms, and the organisation answers by the link in its mail."""
    guest, club, mail, subject = town.page(), town.page(), new_mail("kai.ott"), new_name("Noten")
    go(guest, "/verzeichnis/?q=Musikverein")
    follow(guest, "Musikverein Lindach", exact=True)
    follow(guest, "Nachricht schreiben")
    town.send(guest, name="Kai Ott", mail=mail, subject=subject, body="Leihen Sie mir ein Heft?")
    link = letter_to(guest, mail, "Bitte bestätigen").link
    town.open(guest, link)
    town.press(guest, "Nachricht jetzt absenden")
    town.open(guest, link, status=410)
    town.open(club, letter_to(club, ORGANISATION, subject).link)
    town.send_empty(club)
    town.send(club, body="Ja, gern.")


def a_letter_to_somebody_without_an_address(town: Visitors) -> None:
    """The demo has one: Frau Wirth is reached by the editors."""
    editor = town.page("redaktion")
    town.open(town.page("buergerin"), "/konto/nachrichten/")  # linked where there are many
    go(editor, "/amt/nachrichten/")
    follow(editor, "Lesen")
    town.look(editor)
    town.send_empty(editor)  # the address is asked for first
    town.send_empty(editor, form=f"{FORM} >> nth=1")


def a_flag(town: Visitors) -> None:
    guest, moderator, mail, text = town.page(), town.page("moderation"), new_mail("ute.zorn"), new_name("Werbung")
    go(guest, "/verzeichnis/?q=TSV")
    follow(guest, "TSV Lindach 1921", exact=True)
    follow(guest, "Diesen Eintrag melden")
    guest.get_by_label("Werbung").check()
    town.send(guest, text=text, name="Ute Zorn", mail=mail)
    link = letter_to(guest, mail, "Bitte bestätigen").link
    town.open(guest, link)
    town.press(guest, "Meldung jetzt absenden")
    town.open(guest, link, status=410)
    go(moderator, "/amt/meldungen/")
    follow(moderator, "Entscheiden", within=moderator.locator(".queue__row").filter(has_text=text))
    flag = moderator.url
    town.send_empty(moderator)
    moderator.get_by_label("Eintrag bleibt").check()
    town.send(moderator, decision="Das ist keine Werbung.")
    town.open(moderator, flag)


def a_barrier(town: Visitors) -> None:
    guest, admin, mail, text = town.page(), town.page("region"), new_mail("rolf.lang"), new_name("Die Karte")
    go(guest, "/barriere-melden/?seite=/verzeichnis/karte/")
    town.send(guest, text=text, mail=mail)
    town.open(guest, letter_to(guest, mail, "Bitte bestätigen").link)
    town.press(guest, "Meldung jetzt absenden")
    go(admin, "/amt/barrieren/")
    follow(admin, text)
    town.send_empty(admin)
    town.send(admin, answer="Neben der Karte steht jetzt eine Liste.")
    town.open(admin, "/amt/barrieren/")


# Who belongs to an organisation


def who_belongs(town: Visitors) -> None:
    """Somebody asks and waits; in the demo others wait already, for the club and for the editors."""
    coordinator, club, editor = (town.page(who) for who in ("agentur", "verein", "redaktion"))
    go(coordinator, "/verzeichnis/?q=TSV")
    follow(coordinator, "TSV Lindach 1921", exact=True)
    profile = coordinator.url
    go(coordinator, f"{profile}dabei/")
    town.send(coordinator, text="Ich helfe bei den Terminen.")
    town.open(coordinator, f"{profile}dabei/", "/konto/")
    town.press(coordinator, "Zurückziehen")
    go(club, f"{profile}mitglieder/")
    town.press(club, "Ablehnen", 400)
    town.send_empty(club, form=f"{FORM}:has([name^=mail-])")
    town.press(club, "Link anlegen")
    town.press(club, "Zurückziehen")
    go(editor, "/amt/uebernahmen/")
    town.press(editor, "Ablehnen", 400)


# What went wrong


def mistakes(town: Visitors) -> None:
    guest, club = town.page(), town.page("verein")
    town.open(guest, "/?q=%00", status=400)
    town.open(guest, "/gibt-es-nicht/", status=404)
    go(club, "/veranstaltungen/neu/")
    club.locator('[name="body"]').evaluate("(field, much) => { field.value = 'x'.repeat(much); }", TOO_MUCH)
    town.send(club, 413)
    go(club, "/veranstaltungen/neu/")
    club.context.clear_cookies(name="csrftoken")
    town.send(club, 403, title="Lange offen")


def what_no_walk_can_bring_about(town: Visitors) -> None:
    """The server has to break for these, or lack its town: drawn here, shown in the browser."""
    guest, request = town.page(), RequestFactory().get("/")
    request.user, request.region, request.id = AnonymousUser(), None, "TEST-TEST"
    for path, answer in {"/kaputt/": server_error(request), "/leer/": render(request, "regions/none.html")}.items():
        guest.route(f"**{path}", partial(show, answer))
        town.open(guest, path)


def show(answer: HttpResponse, route: Route) -> None:
    route.fulfill(content_type=answer.headers["Content-Type"], body=answer.content)


WALKS: dict[str, Callable[[Visitors], None]] = {
    **{f"life of one {kind}": partial(life_of_an_entry, kind=kind) for kind in kinds()},
    "a letter": a_letter,
    "a letter to somebody without an address": a_letter_to_somebody_without_an_address,
    "a flag": a_flag,
    "a barrier": a_barrier,
    "who belongs": who_belongs,
    "mistakes": mistakes,
    "what no walk can bring about": what_no_walk_can_bring_about,
}
