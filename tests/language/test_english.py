"""Who reads English meets no German of ours: every page that links lead to, forms with errors, and mails."""

import csv
import re
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from messages import messages
from reading import crawl, read

from allmende.accounts.actions import found_organisation
from allmende.accounts.models import User
from allmende.core.models import Mail
from allmende.correspondence.actions import write_to_organisation
from allmende.entries import actions
from allmende.entries.imports import run_imports
from allmende.entries.models import Entry, ImportRun
from allmende.moderation.actions import decide
from allmende.moderation.models import Flag
from allmende.regions.models import Land

ENGLISH = {"headers": {"accept-language": "en-GB,en;q=0.8"}}
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w*\}|<[^>]+>")
# How the language button calls the other language, and names of the Länder.
OUR_GERMAN = {"Deutsch", *Land.labels}


@cache
def german() -> tuple[frozenset[str], re.Pattern[str]]:
    """Our texts that differ in English: all of them whole, and a pattern for the long ones inside of others."""
    with translation.override("en"):
        texts = {m.text for m in messages() if m.plural or translation.gettext(m.text) != m.text}
    # In one text node markup ends a text, and placeholders hold anything.
    parts = {part.strip() for text in texts for part in PLACEHOLDER.split(text)}
    long = sorted((part for part in parts if len(part) > 11 and " " in part), key=len, reverse=True)
    return frozenset(texts), re.compile("|".join(re.escape(part) for part in long))


def german_in(texts: list[str]) -> list[str]:
    whole, part = german()
    found = (" ".join(text.split()) for text in texts)
    return [
        text
        for text in found
        if text not in OUR_GERMAN and (text in whole or part.search(text) or re.search("[äöüßÄÖÜ„]", text))
    ]


@pytest.mark.parametrize("name", [None, "alice", "editor", "admin"])
def test_no_page_in_english_holds_german(name, request, town, sign_in):
    client = sign_in(request.getfixturevalue(name) if name else None)

    pages = dict(crawl(client, "en"))

    assert {path: found for path, page in pages.items() if (found := german_in(page.texts))} == {}
    assert {page.language for page in pages.values()} == {"en"}
    assert len(pages) > 10


@pytest.mark.parametrize(
    "page", ["account_login", "account_signup", "account_request_login_code", "events:new", "directory:new"]
)
def test_errors_of_a_form_are_english(page, town, alice, sign_in):
    client = sign_in(alice if ":" in page else None)

    response = client.post(reverse(page), {}, **ENGLISH)

    assert german_in(read(response.text).texts) == []


@pytest.mark.parametrize("path", ["/gibt-es-nicht/", "/amt/", "/verzeichnis/0/"])
def test_pages_of_errors_are_english(path, town, client):
    response = client.get(path, follow=True, **ENGLISH)

    assert german_in(read(response.text).texts) == []


@pytest.mark.parametrize(
    "name", ["moderation:confirm", "correspondence:confirm", "correspondence:by_link", "portal:first_sign_in"]
)
def test_a_link_that_is_over_says_so_in_english(name, town, client):
    response = client.get(reverse(name, args=["over"]), **ENGLISH)

    assert german_in(read(response.text).texts) == []


def test_a_region_that_is_not_open_says_so_in_english(region, client):
    region.stage = region.Stage.PREPARING
    region.save()

    response = client.get("/", **ENGLISH)

    assert german_in(read(response.text).texts) == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("en", "en"), ("en-US,en;q=0.9,de;q=0.8", "en"), ("de-AT", "de"), ("fr", "de"), ("fr,en;q=0.5", "en"), ("", "de")],
)
def test_the_browser_says_which_language(accepted, language, region, client):
    response = client.get("/", headers={"accept-language": accepted})

    assert read(response.text).language == language


def test_the_language_button_says_it_better(region, client):
    client.post(reverse("regions:language"), {"language": "en", "next": "/"}, headers={"accept-language": "de"})

    response = client.get("/", headers={"accept-language": "de"})

    assert read(response.text).language == "en"
    assert german_in(read(response.text).texts) == []


def test_an_import_is_english_from_the_template_to_the_end(town, editor, sign_in):
    client, texts = sign_in(editor), []

    def ask(path: str, data: dict | None = None) -> str:
        token = re.search(r'name="form_token" value="([^"]+)"', texts[-1]) if texts else None
        given = {**(data or {}), **({"form_token": token[1]} if token else {})}
        response = client.get(path, **ENGLISH) if data is None else client.post(path, given, follow=True, **ENGLISH)
        texts.append(response.text)
        return response.redirect_chain[-1][0] if data is not None and response.redirect_chain else path

    example = client.get(reverse("interfaces:import_template", args=["event", "csv"]), **ENGLISH).content.decode(
        "utf-8-sig"
    )
    file = SimpleUploadedFile("list.csv", f"{example}{example.splitlines()[1].replace('2026', '20x6')}\n".encode())
    ask(reverse("interfaces:import_new", args=["event"]))
    page = ask(
        reverse("interfaces:import_new", args=["event"]), {"file": file, "source": "list", "organisers": "propose"}
    )
    run = ImportRun.objects.get()
    ask(page, {f"column_{number}": column for number, column in enumerate(columns_of(run, example))})
    ask(reverse("interfaces:import_names", args=[run.pk]), {"name_0": "new"})
    ask(reverse("interfaces:import_start", args=[run.pk]), {})
    run_imports()
    page = ask(reverse("interfaces:import_run", args=[run.pk]))
    ask(reverse("interfaces:import_undo", args=[run.pk]))
    ask(reverse("interfaces:import_undo", args=[run.pk]), {})
    run_imports()
    ask(page)

    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    # The example of the template names places.
    texts = [html.replace("Bürgersaal", "Hall").replace("Hauptstraße", "Street") for html in texts]
    assert [found for html in texts if (found := german_in(read(html).texts))] == []


def columns_of(run: ImportRun, table: str) -> list[str]:
    """The columns that were recognised, in the order of the table."""
    return [run.columns.get(heading, "") for heading in next(csv.reader([table.splitlines()[0]], delimiter=";"))]


def test_mails_come_in_the_language_of_their_reader(town, alice, editor, make_profile):
    User.objects.update(language="en")
    alice.refresh_from_db()
    editor.refresh_from_db()
    entry = make_profile("Club", organisation=found_organisation("Club", by=alice), public=False)
    Mail.objects.all().delete()

    actions.submit(entry, by=alice)
    for step in ("return_to_author", "submit", "release", "hide", "show_again", "archive"):
        entry.refresh_from_db()
        note = {} if step == "submit" else {"note": "Note"}
        getattr(actions, step)(entry, by=alice if step == "submit" else editor, **note)
    decide(Flag.objects.get(), outcome=Flag.State.values[-1], decision="Note", by=editor)
    letter = {"region": town, "relay": "club@lindach.example", "name": "Club", "subject": "Subject", "body": "Body"}
    write_to_organisation(entry.organisation, **letter, about=f"entry:{entry.pk}", by=editor)

    mails = [mail for mail in Mail.objects.all() if mail.to.partition("@")[0] in {"alice", "bob", "editor"}]
    assert len(mails) > 6
    assert {
        mail.subject: found for mail in mails if (found := german_in([mail.subject, *mail.body.split("\n\n")]))
    } == {}


def test_mails_to_a_guest_come_in_the_language_of_the_page(town, client):
    profile = Entry.objects.get(title="Kino")
    letter = {"name": "Eve", "mail": "eve@lindach.example", "subject": "Subject", "body": "Body", "text": "Text"}
    Mail.objects.all().delete()

    for name in ("moderation:flag", "directory:message"):
        page = client.get(reverse(name, args=[profile.pk]), **ENGLISH)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        client.post(reverse(name, args=[profile.pk]), {**hidden, **letter, "reason": Flag.Reason.values[0]}, **ENGLISH)

    mails = Mail.objects.filter(to="eve@lindach.example")
    assert len(mails) == 2
    assert {
        mail.subject: found for mail in mails if (found := german_in([mail.subject, *mail.body.split("\n\n")]))
    } == {}


def test_a_code_to_sign_in_comes_in_the_language_of_the_page(town, client):
    client.post(reverse("account_request_login_code"), {"email": "alice@lindach.example"}, **ENGLISH)

    [mail] = Mail.objects.filter(to="alice@lindach.example")
    assert mail.subject == "Your code to sign in to Lindach"
    assert german_in(mail.body.split("\n\n")) == []
