"""Imprint, privacy and the like: versions, gaps, who reads them, and that no region opens without."""

import re

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from allmende.core.models import LogEntry
from allmende.core.retention import retention
from allmende.regions.actions import add_region, draft_text, drop_draft, give_role, publish_text, update_region
from allmende.regions.models import Land, LegalText, Region, Role
from allmende.regions.queries import draft_of, missing_texts, text_in_force, text_states, versions_of
from allmende.regions.texts import LANDS, delivered_text

pytestmark = pytest.mark.django_db

Kind = LegalText.Kind
KINDS = list(Kind)


def publish(region, kind, body="# Ein Text\n\nGanz ohne Lücken.", by=None):
    text = draft_text(region, kind, body, by=by)
    publish_text(text, by=by)
    return text


def publish_compulsory(region):
    for kind in LegalText.COMPULSORY:
        publish(region, kind)


# Versions


def test_a_draft_is_not_in_force(region, admin):
    draft = draft_text(region, Kind.IMPRINT, "Entwurf", by=admin)

    assert (draft.version, text_in_force(region, Kind.IMPRINT), draft_of(region, Kind.IMPRINT)) == (1, None, draft)


def test_there_is_one_draft_and_writing_on_changes_it(region, admin, platform):
    first = draft_text(region, Kind.IMPRINT, "Entwurf", by=admin)
    second = draft_text(region, Kind.IMPRINT, "Weiter", by=platform)

    assert (second.pk, draft_of(region, Kind.IMPRINT).body, draft_of(region, Kind.IMPRINT).by) == (
        first.pk,
        "Weiter",
        platform,
    )


def test_the_newest_published_version_holds_and_the_older_ones_stay(region, admin):
    old = publish(region, Kind.IMPRINT, "Eins", by=admin)
    new = publish(region, Kind.IMPRINT, "Zwei", by=admin)

    assert text_in_force(region, Kind.IMPRINT) == new
    assert [(row.version, row.body) for row in versions_of(region, Kind.IMPRINT)] == [(2, "Zwei"), (1, "Eins")]
    assert old.version == 1


def test_publishing_is_logged(region, admin):
    text = publish(region, Kind.NETIQUETTE, "Freundlich", by=admin)

    line = LogEntry.objects.get(verb="text published")
    assert (line.actor, line.key, line.region_id, line.new) == (
        "Admin",
        str(text.pk),
        region.pk,
        {"kind": "netiquette", "version": 1},
    )


def test_a_text_with_gaps_is_refused_and_names_how_many(region, admin):
    draft = draft_text(region, Kind.IMPRINT, "Von «Name der Leitung», «Straße» und «Name der Leitung»", by=admin)

    with pytest.raises(ValidationError, match="noch 2 Lücken") as refused:
        publish_text(draft, by=admin)

    assert (refused.value.code, draft.gaps) == ("gaps", ["Name der Leitung", "Straße"])
    assert text_in_force(region, Kind.IMPRINT) is None


def test_an_empty_text_is_refused(region, admin):
    draft = draft_text(region, Kind.IMPRINT, "  \n", by=admin)

    with pytest.raises(ValidationError) as refused:
        publish_text(draft, by=admin)

    assert refused.value.code == "gaps"


def test_quotation_marks_turned_inwards_are_no_gap(region):
    assert LegalText(region=region, body="Wir sagen »Moin« und »Servus«, nie «»").gaps == []


def test_the_same_text_again_is_no_new_version(region, admin):
    publish(region, Kind.TERMS, "Gleich", by=admin)
    again = draft_text(region, Kind.TERMS, "Gleich", by=admin)

    with pytest.raises(ValidationError) as refused:
        publish_text(again, by=admin)

    assert refused.value.code == "same"


def test_what_was_written_on_meanwhile_is_not_published_unread(region, admin, platform):
    read = draft_text(region, Kind.TERMS, "Gelesen", by=admin)
    draft_text(region, Kind.TERMS, "Anders", by=platform)

    with pytest.raises(ValidationError) as refused:
        publish_text(read, by=admin)

    assert (refused.value.code, text_in_force(region, Kind.TERMS)) == ("changed", None)


def test_publishing_twice_is_refused(region, admin):
    text = publish(region, Kind.TERMS, "Einmal", by=admin)

    with pytest.raises(ValidationError):
        publish_text(LegalText.objects.get(pk=text.pk), by=admin)

    assert versions_of(region, Kind.TERMS).count() == 1


def test_a_dropped_draft_leaves_what_is_in_force(region, admin):
    text = publish(region, Kind.TERMS, "Eins", by=admin)
    drop_draft(draft_text(region, Kind.TERMS, "Zwei", by=admin), by=admin)
    drop_draft(text, by=admin)

    assert (draft_of(region, Kind.TERMS), text_in_force(region, Kind.TERMS)) == (None, text)


def test_editors_may_not_touch_texts(region, editor):
    with pytest.raises(PermissionDenied):
        draft_text(region, Kind.TERMS, "Nein", by=editor)

    with pytest.raises(PermissionDenied):
        publish_text(draft_text(region, Kind.TERMS, "Ja", by=None), by=editor)


def test_the_state_of_all_texts_is_one_query(region, admin, django_assert_num_queries):
    publish(region, Kind.IMPRINT)
    draft_text(region, Kind.PRIVACY, "Entwurf", by=admin)

    with django_assert_num_queries(1):
        states = {state.kind: (bool(state.in_force), bool(state.draft)) for state in text_states(region)}

    assert states == dict.fromkeys(KINDS, (False, False)) | {
        Kind.IMPRINT: (True, False),
        Kind.PRIVACY: (False, True),
    }


# Opening


@pytest.mark.parametrize("stage", [Region.Stage.OPEN, Region.Stage.READ_ONLY])
def test_no_region_opens_without_the_compulsory_texts(region, admin, stage):
    region.stage = Region.Stage.INVITED
    region.save()
    publish(region, Kind.PRIVACY)

    with pytest.raises(ValidationError, match=r"Es fehlt: Impressum, Erklärung zur Barrierefreiheit\.") as refused:
        update_region(region, {"stage": stage}, by=admin)

    assert refused.value.code == "texts"
    assert Region.objects.get(pk=region.pk).stage == Region.Stage.INVITED


def test_with_them_it_opens(region, admin):
    region.stage = Region.Stage.PREPARING
    region.save()
    publish_compulsory(region)

    update_region(region, {"stage": Region.Stage.OPEN}, by=admin)

    assert Region.objects.get(pk=region.pk).stage == Region.Stage.OPEN
    assert missing_texts(region) == []


def test_a_region_that_is_open_already_may_be_changed_and_closed(region, admin):
    update_region(region, {"name": "Lindach am See", "stage": Region.Stage.OPEN}, by=admin)
    update_region(region, {"stage": Region.Stage.READ_ONLY}, by=admin)

    assert missing_texts(region) == list(LegalText.COMPULSORY)
    assert Region.objects.get(pk=region.pk).stage == Region.Stage.READ_ONLY


# What comes along


@pytest.mark.parametrize("land", Land.values)
@pytest.mark.parametrize("kind", KINDS)
def test_every_land_has_every_text_with_gaps_that_are_marked(region, kind, land):
    region.land, region.postal_address = land, ""

    body = delivered_text(region, kind)

    assert re.findall(r"{{|}}|{%|None|\(\)", body) == []
    assert region.contact_mail in body
    assert bool(LegalText(body=body).gaps) == (kind not in {Kind.TERMS, Kind.NETIQUETTE})


def test_the_accessibility_statement_knows_the_law_of_the_land(region):
    assert "Bayerische Digitalverordnung" in delivered_text(region, Kind.ACCESSIBILITY)
    region.land = "DE-HH"
    assert "Öffentlichen Rechtsauskunft- und Vergleichsstelle" in delivered_text(region, Kind.ACCESSIBILITY)


def test_where_the_body_of_the_land_is_not_certain_the_town_is_asked(region):
    unknown = [land for land, law in LANDS.items() if "enforcement" not in law]
    region.land = unknown[0]

    assert (
        "Name der Stelle des Landes, die bei Beschwerden hilft oder schlichtet"
        in LegalText(body=delivered_text(region, Kind.ACCESSIBILITY)).gaps
    )


def test_what_the_region_has_said_already_is_no_gap(region):
    before = LegalText(body=delivered_text(region, Kind.IMPRINT)).gaps
    region.postal_address, region.contact_phone = "Hauptstraße 12\n95463 Lindach", "09208 12-0"

    after = LegalText(body=delivered_text(region, Kind.IMPRINT)).gaps

    assert sorted({*before} - {*after}) == ["Straße und Hausnummer, Postleitzahl und Ort", "Telefonnummer"]


def test_delivered_texts_are_german_whatever_the_reader_speaks(region):
    with translation.override("en"):
        assert delivered_text(region, Kind.NETIQUETTE).startswith("Hier schreiben")
        assert "Gemeinde Lindach" in delivered_text(region, Kind.IMPRINT)


# Pages


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_is_read_by_everybody_in_every_stage(client, region, kind):
    publish(region, kind, "# Überschrift\n\nWer das liest.")
    for stage in Region.Stage:
        region.stage = stage
        region.save()

        page = client.get(f"/{kind.value}/")

        assert (page.status_code, "Wer das liest." in page.text) == (200, True), stage
        assert "<h2>Überschrift</h2>" in page.text


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != Kind.RESPONSIBILITIES])
def test_a_text_that_is_missing_is_no_page_and_no_link(client, region, kind):
    draft_text(region, kind, "Nur ein Entwurf", by=None)

    assert client.get(f"/{kind.value}/").status_code == 404
    assert f'href="/{kind.value}/"' not in client.get("/").text


def test_every_page_ends_with_links_to_what_is_in_force_and_asks_nothing_for_them(client, region):
    with CaptureQueriesContext(connection) as before:
        client.get("/")
    for kind in KINDS:
        publish(region, kind)

    with CaptureQueriesContext(connection) as after:
        page = client.get("/").text

    assert [kind for kind in KINDS if f'<a href="/{kind.value}/">' in page] == KINDS
    assert len(after) == len(before)


def test_under_a_path_the_texts_of_a_closed_region_are_as_hidden_as_the_region(client, other_region, sign_in, admin):
    give_role(admin, Role.Name.REGION_ADMIN, region=other_region, by=None)
    publish(other_region, Kind.IMPRINT)
    other_region.stage = Region.Stage.INVITED
    other_region.save()

    assert client.get("/auenstedt/impressum/").status_code == 404
    assert sign_in(admin).get("/auenstedt/impressum/").status_code == 200


def test_older_versions_say_so_and_lead_to_the_present_one(client, region):
    with time_machine.travel("2026-01-05 12:00", tick=False):
        publish(region, Kind.TERMS, "Alte Regel")
    with time_machine.travel("2026-03-01 12:00", tick=False):
        publish(region, Kind.TERMS, "Neue Regel")

    old, present = client.get("/nutzungsbedingungen/1/").text, client.get("/nutzungsbedingungen/").text

    assert "Alte Regel" in old
    assert "Sie galt bis zum 01.03.2026." in old
    assert '<a href="/nutzungsbedingungen/">Zur Fassung, die jetzt gilt</a>' in old
    assert "Fassung 2, veröffentlicht am 01.03.2026" in present
    assert '<a href="/nutzungsbedingungen/1/">Fassung 1 vom 05.01.2026</a>' in present
    assert "frühere Fassung" not in present


@pytest.mark.parametrize("address", ["/impressum/2/", "/impressum/0/", "/zustaendigkeiten/1/", "/impressum/entwurf/"])
def test_a_version_that_nobody_published_does_not_exist(client, region, address):
    publish(region, Kind.IMPRINT)
    draft_text(region, Kind.IMPRINT, "Entwurf", by=None)

    assert client.get(address).status_code == 404


def test_people_s_html_stays_text(client, region):
    publish(region, Kind.IMPRINT, "<script>alert(1)</script> <b>fett</b>")

    page = client.get("/impressum/").text

    assert "<script>alert" not in page
    assert "&lt;b&gt;fett" in page


def test_the_privacy_page_shows_what_is_erased_and_when(client, region):
    publish(region, Kind.PRIVACY)

    page = client.get("/datenschutz/").text

    assert "<td>60 Tage nach dem Schreiben</td>" in page
    assert "<td>sofort nach dem Versand</td>" in page
    assert page.count("<tr><td>") == len(retention())


def test_the_page_of_responsibilities_is_there_by_itself(client, region):
    page = client.get("/zustaendigkeiten/").text

    assert "<td>Meldungen zu einem Eintrag</td><td>Moderation</td><td>3 Tage</td>" in page
    assert page.count("Das übernimmt zurzeit die Verwaltung der Region.") == 2


def test_it_names_tasks_and_nobody_and_says_who_steps_in(client, region, editor):
    publish(region, Kind.RESPONSIBILITIES, "Das Hauptamt kümmert sich.")

    page = client.get("/zustaendigkeiten/").text

    assert "Das Hauptamt kümmert sich." in page
    assert "Das übernimmt zurzeit die Redaktion." in page
    assert "Das übernimmt zurzeit die Verwaltung" not in page
    assert "Editor" not in page


def test_no_region_may_be_called_like_a_text(region):
    with pytest.raises(ValidationError):
        add_region("impressum", name="Impressum", land="DE-BY", contact_mail="a@b.example", by=None)
