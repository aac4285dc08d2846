import pytest

from allmende.core.log import record
from allmende.core.models import LogEntry
from allmende.entries.actions import edit
from allmende.regions.actions import give_role, switch_module, update_region
from allmende.regions.models import Role

LOG = 22


def lines(answer):
    return [(row["thing"], row["title"], row["verb"]) for row in answer.context["rows"]]


def test_the_log_says_who_did_what_with_what(sign_in, editor, alice, tsv, make_profile):
    profile = make_profile("TSV", organisation=tsv)
    edit(profile, {"title": "TSV 1921"}, by=alice)

    answer = sign_in(editor).get("/amt/protokoll/")

    assert lines(answer)[:3] == [
        ("Organisation", "TSV 1921", "geändert"),
        ("Organisation", "TSV 1921", "veröffentlicht"),
        ("Organisation", "TSV 1921", "angelegt"),
    ]
    assert answer.context["rows"][0]["line"].actor == "Alice"


def test_old_and_new_values_can_be_read(sign_in, admin, region):
    update_region(region, {"claim": "Wo alle sind", "listed": False}, by=admin)

    row = sign_in(admin).get("/amt/protokoll/").context["rows"][0]

    assert [(change.label, change.pieces) for change in row["changes"]] == [
        ("In der Übersicht der Regionen zeigen", [("gone", "ja"), ("new", "nein")]),
        ("Leitsatz", [("new", "Wo alle sind")]),
    ]


def test_people_stand_with_their_names(sign_in, admin, region, charlie):
    give_role(charlie, Role.Name.EDITOR, region=region, by=admin)

    row = sign_in(admin).get("/amt/protokoll/").context["rows"][0]

    assert [(change.label, change.pieces) for change in row["changes"]] == [
        ("Mensch", [("new", "Charlie")]),
        ("Aufgabe", [("new", "Redaktion")]),
    ]


def test_the_log_is_filtered_by_thing_person_and_verb(sign_in, region, admin, alice, make_profile, make_event):
    make_event("Fest")
    edit(make_profile("TSV"), {"title": "TSV 1921"}, by=None)
    switch_module(region, "events", on=False, position=20, options={}, by=admin)
    browser = sign_in(admin)

    assert lines(browser.get("/amt/protokoll/?thing=events.Event&verb=created")) == [
        ("Veranstaltung", "Fest", "angelegt")
    ]
    assert [verb for _thing, _title, verb in lines(browser.get("/amt/protokoll/?verb=edited"))] == ["geändert"]
    assert [verb for *_rest, verb in lines(browser.get(f"/amt/protokoll/?actor={admin.pk}"))] == [
        "Baustein „Veranstaltungen“ eingestellt"
    ]


def test_an_unknown_filter_is_told_and_shows_everything(sign_in, editor, make_profile):
    make_profile("TSV")

    answer = sign_in(editor).get("/amt/protokoll/?verb=nothing")

    assert answer.status_code == 400
    assert ("Organisation", "TSV", "angelegt") in lines(answer)


def test_another_region_s_log_is_not_shown(sign_in, editor, platform, other_region):
    update_region(other_region, {"claim": "Geheim"}, by=platform)

    assert "Einstellungen geändert" not in [verb for *_rest, verb in lines(sign_in(editor).get("/amt/protokoll/"))]


def test_what_belongs_to_no_region_is_for_the_platform_alone(sign_in, editor, platform):
    record("organisation founded", "x", by=None, new={"name": "Chor"})

    assert [verb for *_rest, verb in lines(sign_in(platform).get("/amt/protokoll/?platform=on"))][:1] == [
        "Organisation angelegt"
    ]
    assert "Organisation angelegt" not in [
        verb for *_rest, verb in lines(sign_in(editor).get("/amt/protokoll/?platform=on"))
    ]


def test_the_log_goes_on_by_key(sign_in, region, editor):
    LogEntry.objects.bulk_create(LogEntry(region_id=region.pk, verb="edited", model="", key=str(n)) for n in range(50))
    browser = sign_in(editor)

    first = browser.get("/amt/protokoll/?verb=edited")
    second = browser.get(first.context["next_url"])

    assert [row["line"].key for row in first.context["rows"]] == [str(n) for n in range(49, 9, -1)]
    assert [row["line"].key for row in second.context["rows"]] == [str(n) for n in range(9, -1, -1)]


@pytest.mark.parametrize("number", [1, 3])
def test_the_log_costs_the_same_for_1_and_3_rows(
    sign_in, editor, alice, tsv, make_profile, django_assert_num_queries, number
):
    for one in range(number):
        make_profile(f"Verein {one}")
    browser = sign_in(editor)

    with django_assert_num_queries(LOG):
        browser.get("/amt/protokoll/?verb=created")
