import re
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.accounts.actions import found_organisation
from allmende.core.models import LogEntry
from allmende.correspondence.actions import write_to_organisation
from allmende.entries.actions import edit, mark_checked, submit, wait_for_check
from allmende.entries.models import Entry, Status
from allmende.moderation.actions import flag
from allmende.modules.directory.actions import propose
from allmende.regions.actions import give_role
from allmende.regions.models import Region, Role

PAGES = {
    # page: who may open it
    "/amt/": {"editor", "moderator", "admin", "platform"},
    "/amt/pruefen/": {"editor", "admin", "platform"},
    "/amt/geaendert/": {"editor", "admin", "platform"},
    "/amt/nachrichten/": {"editor", "admin", "platform"},
    "/amt/protokoll/": {"editor", "admin", "platform"},
    "/amt/menschen/": {"admin", "platform"},
    "/amt/einstellungen/": {"admin", "platform"},
    "/amt/einstellungen/aussehen/": {"admin", "platform"},
    "/amt/einstellungen/aussehen/vorschau/": {"admin", "platform"},
    "/amt/einstellungen/bausteine/": {"admin", "platform"},
    "/amt/einstellungen/worte/": {"admin", "platform"},
    "/amt/einstellungen/themen/": {"admin", "platform"},
}
QUEUE, EDITED = 24, 26


@pytest.mark.parametrize("page", PAGES)
def test_each_page_of_the_desk_opens_for_those_who_may(request, sign_in, page):
    roles = ["alice", "editor", "moderator", "admin", "platform"]

    answers = {role: sign_in(request.getfixturevalue(role)).get(page).status_code for role in roles}

    assert answers == {role: 200 if role in PAGES[page] else 404 for role in roles}


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_is_led_to_the_sign_in(client, region, page):
    answer = client.get(page)

    assert (answer.status_code, answer.url) == (302, f"/anmelden/?next={page}")


def test_an_editor_of_one_region_is_a_stranger_in_another(sign_in, editor, other_region):
    assert sign_in(editor).get("/auenstedt/amt/").status_code == 404


def test_the_menu_shows_what_the_person_may_open(sign_in, moderator, admin):
    labels = {
        person.name: [
            (str(group["label"]), [str(item["label"]) for item in group["items"]])
            for group in sign_in(person).get("/amt/").context["desk_menu"]()
        ]
        for person in (moderator, admin)
    }

    assert labels["Moderator"] == [("Was wartet", ["Übersicht", "Meldungen"]), ("Wer dabei ist", ["Abwesenheit"])]
    assert labels["Admin"][1:] == [
        ("Wer dabei ist", ["Menschen", "Einladungen", "Konto für andere", "Abwesenheit"]),
        ("Wie es läuft", ["Einstellungen", "Importe", "E-Mails", "Protokoll"]),
    ]


@pytest.mark.parametrize(
    ("page", "marked"),
    [("", ["Übersicht"]), ("menschen/", ["Menschen"]), ("menschen/neu/", ["Konto für andere"]), ("oeffnen/", [])],
)
def test_the_menu_marks_the_nearest_page_alone(sign_in, region, admin, page, marked):
    Region.objects.filter(pk=region.pk).update(stage=Region.Stage.PREPARING)

    menu = sign_in(admin).get(f"/amt/{page}").context["desk_menu"]()

    assert [str(item["label"]) for group in menu for item in group["items"] if item["active"]] == marked


def test_the_overview_counts_what_waits(sign_in, region, editor, charlie, make_profile, make_event):
    wait_for_check(make_event("Fest", by=charlie, public=False))
    edit(make_profile("TSV"), {"summary": "Neu"}, by=None)
    make_event("Falsch")
    flag(Entry.objects.get(title="Falsch"), reason="wrong", text="", by=charlie)
    write_to_organisation(
        found_organisation("Chor", by=None), region=region, relay="", name="Chor", subject="Hallo", body="?", by=charlie
    )

    waiting = sign_in(editor).get("/amt/").context["waiting"]

    assert (waiting.entries, waiting.edited, waiting.flags, waiting.overdue, waiting.messages) == (1, 1, 1, 0, 1)


def test_a_flag_past_its_day_counts_as_overdue(sign_in, moderator, charlie, make_event):
    new = flag(make_event("Falsch"), reason="wrong", text="", by=charlie)
    type(new).objects.filter(pk=new.pk).update(due_at=timezone.now() - timedelta(hours=1))

    assert sign_in(moderator).get("/amt/").context["waiting"].overdue == 1


def test_the_queue_shows_the_oldest_first_and_who_wrote_it(sign_in, editor, charlie, tsv, make_event):
    for title, days, organisation in (("Jung", 1, None), ("Alt", 3, tsv)):
        event = make_event(title, by=None if organisation else charlie, organisation=organisation, public=False)
        wait_for_check(event)
        Entry.objects.filter(pk=event.pk).update(created_at=timezone.now() - timedelta(days=days))

    rows = sign_in(editor).get("/amt/pruefen/").context["rows"]

    assert [(row["title"], row["origin"].name, row["origin"].member) for row in rows] == [
        ("Alt", "TSV Lindach", ""),
        ("Jung", "Charlie", ""),
    ]


def origins(page) -> list[tuple[str, str, str]]:
    rows = page.context["rows"]
    return [(row["title"], row["origin"].member, row["origin"].source) for row in rows]


def test_the_queue_says_who_entered_an_organisation_and_what_an_import_brought(
    sign_in, region, editor, alice, make_profile
):
    submit(make_profile("Chor", organisation=found_organisation("Chor", by=alice), public=False), by=alice)
    propose(region, "Bienenfreunde", by=None, source="altes-verzeichnis")

    page = sign_in(editor).get("/amt/pruefen/")

    assert origins(page) == [("Chor", "Alice", ""), ("Bienenfreunde", "", "altes-verzeichnis")]
    assert re.findall("eingetragen von [^<]+|aus dem Import [^<]+", page.content.decode()) == [
        "eingetragen von Alice",
        "aus dem Import „altes-verzeichnis“",
    ]


def test_an_organisation_leads_to_its_page_and_the_member_who_wrote_for_it_is_named(
    sign_in, editor, alice, tsv, make_event, make_profile
):
    profile = make_profile(organisation=tsv)
    submit(make_event("Fest", organisation=tsv, public=False), by=alice)

    page = sign_in(editor).get("/amt/geaendert/")

    assert origins(page) == [("Fest", "Alice", "")]
    assert f'von <a href="{profile.url}">TSV Lindach</a>' in page.content.decode()


def test_one_click_in_the_queue_releases_and_leads_back(sign_in, editor, charlie, make_event):
    event = make_event("Fest", by=charlie, public=False)
    wait_for_check(event)
    browser = sign_in(editor)
    step = next(s for s in browser.get("/amt/pruefen/").context["rows"][0]["steps"] if s["at_once"])

    answer = browser.post(step["url"], {"next": "/amt/pruefen/", "form_token": "a"})

    event.refresh_from_db()
    assert (answer.url, event.status) == ("/amt/pruefen/", Status.PUBLIC)


@pytest.mark.parametrize(("page", "step"), [("/amt/pruefen/", "freigeben"), ("/amt/geaendert/", "gesehen")])
def test_one_click_is_for_the_text_that_the_queue_showed(sign_in, editor, charlie, make_event, page, step):
    event = make_event("Fest", by=charlie, public=page == "/amt/geaendert/")
    edit(event, {"title": "Fest im Park"}, by=charlie)
    if not event.published_at:
        wait_for_check(event)
    browser = sign_in(editor)
    form = re.search(rf'action="([^"]+/{step}/)".*?name="version" value="(\d+)"', browser.get(page).content.decode())
    edit(event, {"title": "Fest im Moor"}, by=charlie)

    answer = browser.post(form[1], {"version": form[2], "next": page})

    found = Entry.objects.get(pk=event.pk)
    assert answer.status_code == 400
    assert (found.status, found.checked_at) == (event.status, None)


def test_the_queue_goes_on_behind_an_entry_that_was_released_meanwhile(sign_in, editor, charlie, make_event):
    for number in range(21):
        event = make_event(f"Fest {number:02}", by=charlie, public=False)
        wait_for_check(event)
        Entry.objects.filter(pk=event.pk).update(created_at=timezone.now() - timedelta(days=30 - number))
    browser = sign_in(editor)
    first = browser.get("/amt/pruefen/").context
    last = first["rows"][-1]["entry"]
    Entry.objects.filter(pk=last.pk).update(status=Status.ARCHIVED)

    second = browser.get(first["next_url"]).context

    assert [row["title"] for row in second["rows"]] == ["Fest 20"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_costs_the_same_for_1_and_3_rows(
    sign_in, editor, charlie, make_event, make_profile, django_assert_num_queries, number
):
    for one in range(number):
        wait_for_check(make_event(f"Fest {one}", by=charlie, public=False))
        wait_for_check(make_profile(f"Verein {one}", public=False))
    browser = sign_in(editor)

    with django_assert_num_queries(QUEUE):
        browser.get("/amt/pruefen/")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_later_edits_costs_the_same_for_1_and_3_rows(
    sign_in, editor, alice, tsv, make_event, make_profile, django_assert_num_queries, number
):
    make_profile("TSV", organisation=tsv)
    for one in range(number):
        edit(make_event(f"Fest {one}", organisation=tsv), {"title": f"Feier {one}"}, by=alice)
    browser = sign_in(editor)

    with django_assert_num_queries(EDITED):
        browser.get("/amt/geaendert/")


def test_a_later_edit_shows_old_and_new_words(sign_in, editor, alice, tsv, make_profile):
    profile = make_profile("TSV", organisation=tsv, summary="Wir turnen am Montag.")
    edit(profile, {"summary": "Wir turnen am Dienstag."}, by=alice)

    row = sign_in(editor).get("/amt/geaendert/").context["rows"][0]

    assert [(change.label, change.pieces) for change in row["changes"]] == [
        ("Kurz gesagt", [("same", "Wir turnen am "), ("gone", "Montag."), ("new", "Dienstag.")])
    ]


def test_only_what_changed_since_the_last_check_is_shown(sign_in, editor, alice, tsv, make_profile):
    profile = make_profile("TSV", organisation=tsv, summary="Eins.")
    profile = edit(profile, {"summary": "Zwei."}, by=alice)
    mark_checked(profile, by=editor)
    edit(profile, {"title": "TSV 1921"}, by=alice)

    row = sign_in(editor).get("/amt/geaendert/").context["rows"][0]

    assert [change.label for change in row["changes"]] == ["Titel"]


def test_messages_to_an_organisation_without_address_wait_for_the_editors(sign_in, region, editor, charlie):
    chor = found_organisation("Chor", by=None)
    write_to_organisation(chor, region=region, relay="", name="Chor", subject="Hallo", body="?", by=charlie)
    write_to_organisation(
        chor, region=region, relay="chor@lindach.example", name="Chor", subject="Direkt", body="?", by=charlie
    )

    rows = sign_in(editor).get("/amt/nachrichten/").context["rows"]

    assert [(row["thread"].subject, row["to"], row["by"], row["unread"]) for row in rows] == [
        ("Hallo", "Chor", "Charlie", True)
    ]


def test_the_header_counts_for_staff_alone(sign_in, editor, charlie, make_event):
    wait_for_check(make_event("Fest", by=charlie, public=False))

    assert sign_in(editor).get("/").context["desk_count"]() == 1
    assert "desk_count" not in sign_in(charlie).get("/").context


def test_who_gets_a_role_sees_the_desk(sign_in, region, charlie):
    browser = sign_in(charlie)
    assert browser.get("/amt/").status_code == 404

    give_role(charlie, Role.Name.EDITOR, region=region, by=None)

    assert browser.get("/amt/").status_code == 200


def test_nothing_of_the_desk_writes_on_reading(sign_in, admin, make_profile):
    make_profile()
    before = LogEntry.objects.count()
    browser = sign_in(admin)

    for page in PAGES:
        browser.get(page)

    assert LogEntry.objects.count() == before
