"""The contract: what every kind of every module keeps, in every channel. A new module is looked at by itself."""

import re

import pytest
from contract.samples import (
    GUEST,
    SECRETS,
    body,
    fresh,
    guest_pages,
    kind_of,
    module_pages,
    own_lists,
    own_pages,
)
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from allmende.accounts.models import User
from allmende.core.modules import has_part, modules
from allmende.entries import actions
from allmende.entries.cards import cards
from allmende.entries.forms import EntryFilter, EntryForm
from allmende.entries.kinds import kinds, module_for
from allmende.entries.models import Entry, Status
from allmende.entries.queries import browsable_entries, page_of
from allmende.regions.actions import switch_module
from allmende.regions.queries import switchboard

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("kind", list(kinds()))]

TITLE = "Zwetschgenfest der Quittenfreunde"
MOST_QUERIES = 12  # of a guest's page, issue and design 11


def pages_that_show(browser, kind: str, text: str = TITLE) -> list[str]:
    """The pages with many entries on which the text stands; each of them answers."""
    found = []
    for page in guest_pages(kind):
        answer = browser.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        if text in body(answer):
            found.append(page)
    return found


def search_page(text: str = TITLE) -> str:
    return f"/suche/?q={text.split(maxsplit=1)[0]}"


# What a kind is


def test_a_kind_lies_one_level_below_the_entry(kind):
    model = kinds()[kind]

    assert model.__bases__ == (Entry,)
    assert [child for child in apps.get_models() if issubclass(child, model) and child is not model] == []


def test_a_kind_says_what_it_is(kind):
    model, pages = kinds()[kind], kind_of(kind)

    assert model.kind_slug == kind == kind.lower()
    assert (pages.slug, issubclass(pages.form, EntryForm), issubclass(pages.filters, EntryFilter)) == (kind, True, True)
    assert str(model._meta.verbose_name)[0].isupper()
    assert str(model._meta.verbose_name_plural) != f"{model._meta.verbose_name}s"


def test_a_module_says_what_it_is(kind):
    module = module_for(kind)

    texts = {}
    for language in ("de", "en"):
        with override(language):
            texts[language] = [str(module.title), str(module.summary)]
    assert [len(text) > 3 for text in texts["de"]] == [True, True]
    assert texts["de"][1] != texts["en"][1]
    assert module.prefix != ""
    assert [other.prefix for other in modules()].count(module.prefix) == 1


def test_a_module_brings_demo_import_and_tests(kind):
    module = module_for(kind)

    assert [part for part in ("demo", "imports", "tests") if not has_part(module, part)] == []


def test_a_kind_can_be_imported_unless_people_write_about_themselves(kind):
    from allmende.entries.imports.importers import Importer

    importers = {importer.kind: importer for importer in importers_of(module_for(kind))}

    if kinds()[kind].personal:
        assert kind not in importers
        return
    assert isinstance(importers[kind], Importer)
    assert "title" in {column.name for column in importers[kind].columns}


def importers_of(module):
    from importlib import import_module

    return import_module(f"{module.name}.imports").IMPORTERS


# Where it stands


def test_a_public_entry_stands_in_every_channel(kind, client, make_entry):
    entry = make_entry(kind, TITLE)
    own = own_lists(kind)

    shown = pages_that_show(client, kind)

    assert [page for page in own if page not in shown] == []
    assert "/" in shown
    assert TITLE in body(client.get(search_page()))
    assert TITLE in body(client.get(entry.url))


def test_its_page_and_its_card_say_the_same(kind, region, client, make_entry):
    entry = make_entry(kind, TITLE)
    (card,) = cards(page_of(browsable_entries(region, GUEST, kind), order="newest").rows, region)

    page = client.get(card["url"])

    assert page.status_code == 200
    assert (card["title"], card["kind"], card["icon"]) == (TITLE, kind, type(entry).icon)
    assert page.context["card"]["title"] == TITLE


def test_the_map_has_its_point(kind, client, make_entry):
    entry = make_entry(kind, TITLE)
    if not kinds()[kind].has_place:
        assert client.get(f"{kind_of(kind).url('list')}karte/punkte.json").status_code == 404
        return

    points = client.get(kind_of(kind).url("points")).json()["points"]

    assert [(point["id"], point["kind"], point["lat"], point["lon"], point["url"]) for point in points] == [
        (str(entry.pk), kind, entry.lat, entry.lon, entry.url)
    ]


def test_a_dated_kind_has_a_calendar(kind, client, make_entry):
    if not kinds()[kind].has_dates:
        return
    entry = make_entry(kind, TITLE)

    feed, one = (body(client.get(page)) for page in (kind_of(kind).url("feed"), entry.page("ics")))

    assert [text.count("BEGIN:VEVENT") for text in (feed, one)] == [1, 1]
    assert [text.startswith("BEGIN:VCALENDAR") and text.endswith("END:VCALENDAR\r\n") for text in (feed, one)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_what_is_exported_can_be_imported_again(kind, ending, client, make_entry, tmp_path, capsys):
    if kinds()[kind].personal:
        return
    make_entry(kind, TITLE, private=False)
    file = tmp_path / f"export.{ending}"
    file.write_bytes(b"".join(client.get(kind_of(kind).url("export", ending)).streaming_content))

    call_command("import", kind, str(file), "--region", "lindach", "--dry-run")

    counts = dict(re.findall(r"(created|changed|unchanged|refused) (\d+)", capsys.readouterr().out.splitlines()[-1]))
    assert sum(int(number) for number in counts.values()) == 1
    assert counts["refused"] == "0"


# Where it does not


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WAITING, Status.HIDDEN, Status.ARCHIVED])
def test_what_is_not_public_stands_nowhere(kind, status, client, sign_in, make_entry, charlie, editor, alice):
    entry = make_entry(kind, TITLE, public=status in {Status.HIDDEN, Status.ARCHIVED})
    steps = {
        Status.WAITING: lambda: actions.wait_for_check(entry),
        Status.HIDDEN: lambda: actions.hide(entry, by=editor, note="x"),
        Status.ARCHIVED: lambda: actions.archive(entry, by=alice),
    }
    steps.get(status, lambda: None)()

    found = {name: pages_that_show(sign_in(person), kind) for name, person in (("guest", None), ("charlie", charlie))}

    assert fresh(entry).status == status
    assert found == {"guest": [], "charlie": []}
    assert TITLE not in body(sign_in(None).get(search_page()))
    assert {sign_in(None).get(page).status_code for page in own_pages(entry)} <= {404, 302, 405}
    assert {sign_in(charlie).get(page).status_code for page in own_pages(entry)} <= {404, 405}


def test_another_region_shows_nothing_of_it(kind, sign_in, other_region, make_entry, alice, editor):
    entry = make_entry(kind, TITLE)

    for person in (None, alice, editor):
        browser = sign_in(person)
        lists = [page for page in guest_pages(kind) if TITLE in body(browser.get(f"/auenstedt{page}"))]
        statuses = {browser.get(f"/auenstedt{page}").status_code for page in own_pages(entry)}
        assert lists == []
        assert statuses <= ({404, 405, 302} if person is None else {404, 405})


def test_switched_off_its_module_is_nowhere_and_switched_on_it_is_back(kind, sign_in, make_entry, region, alice, admin):
    entry, module = make_entry(kind, TITLE), module_for(kind)
    before = pages_that_show(sign_in(None), kind)
    others = [page for page in guest_pages(kind) if not page.startswith(f"/{module.prefix}/")]

    switch_module(region, module.slug, on=False, position=1, options={}, by=None)
    pages = {
        page: sign_in(person).get(page).status_code
        for person in (None, alice, admin)
        for page in module_pages(module.slug, entry)
    }
    shown = [
        page
        for page in others
        if TITLE in body(sign_in(None).get(page)) or f"/{module.prefix}/" in body(sign_in(None).get(page))
    ]
    searched = TITLE in body(sign_in(None).get(search_page()))
    mine = TITLE in body(sign_in(alice).get("/konto/"))
    nav = [item["url"] for item in sign_in(None).get("/suche/").context["nav"]]
    listed = fresh(entry).listed
    switch_module(region, module.slug, on=True, position=1, options={}, by=None)

    assert {page: status for page, status in pages.items() if status != 404} == {}
    assert (shown, searched, mine, listed) == ([], False, False, False)
    assert f"/{module.prefix}/" not in nav
    assert (pages_that_show(sign_in(None), kind), fresh(entry).listed) == (before, True)


def test_switching_one_off_leaves_the_others_on(kind, region):
    module = module_for(kind)

    switch_module(region, module.slug, on=False, position=1, options={}, by=None)

    assert switchboard(region).kinds() == [other for other in kinds() if module_for(other) is not module]


def test_nobody_reads_where_it_really_is(kind, sign_in, make_entry, charlie, moderator):
    entry = make_entry(kind, TITLE)

    for person in (None, charlie, moderator):
        browser = sign_in(person)
        pages = [*guest_pages(kind), *own_pages(entry), search_page()]
        found = {page: [secret for secret in SECRETS if secret in body(browser.get(page))] for page in pages}
        assert {page: secrets for page, secrets in found.items() if secrets} == {}


def test_its_own_people_read_it(kind, sign_in, make_entry, alice):
    entry = make_entry(kind, TITLE)
    from allmende.entries.queries import exact_place

    assert exact_place(User.objects.get(pk=alice.pk), entry).street == "Geheimweg 77a"
    assert (entry.lat, entry.lon) != (49.981237, 11.604563)


# How much it asks


def count(browser, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(page)
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert answer.status_code == 200, (page, answer.status_code)
    return len(captured)


def lists_of(kind: str) -> list[str]:
    return [*guest_pages(kind), search_page("Fest"), f"{kind_of(kind).url('list')}?q=fest&accessible=partly"]


@pytest.mark.parametrize("who", ["guest", "charlie", "alice", "editor"])
def test_lists_of_three_ask_as_much_as_lists_of_one(kind, who, request, sign_in, make_entry):
    browser = sign_in(None if who == "guest" else request.getfixturevalue(who))
    make_entry(kind, "Fest 1")
    one = {page: count(browser, page) for page in lists_of(kind)}

    make_entry(kind, "Fest 2")
    make_entry(kind, "Fest 3")
    three = {page: count(browser, page) for page in lists_of(kind)}

    assert three == one
    if who == "guest":
        assert {page: asked for page, asked in one.items() if asked > MOST_QUERIES} == {}


@pytest.mark.parametrize("who", ["guest", "charlie", "alice", "editor"])
def test_pages_of_one_entry_ask_no_more_when_there_are_others(kind, who, request, sign_in, make_entry):
    browser = sign_in(None if who == "guest" else request.getfixturevalue(who))
    entry = make_entry(kind, "Fest 1")
    make_entry(kind, "Fest 2")
    pages = [page for page in own_pages(entry) if browser.get(page).status_code == 200]
    two = {page: count(browser, page) for page in pages}

    make_entry(kind, "Fest 3")
    make_entry(kind, "Fest 4")

    assert entry.url in pages
    assert {page: count(browser, page) for page in pages} == two
    if who == "guest":
        assert {page: asked for page, asked in two.items() if asked > MOST_QUERIES} == {}
