"""The desk of legal texts: gaps filled, draft looked through, published; and the opening of a region."""

import pytest
from django.urls import reverse

from allmende.portal.differences import changed_lines
from allmende.regions.actions import draft_text, publish_text
from allmende.regions.models import LegalText, Region
from allmende.regions.queries import draft_of, text_in_force

pytestmark = pytest.mark.django_db

Kind = LegalText.Kind
EDIT, PREVIEW = "/amt/einstellungen/texte/impressum/", "/amt/einstellungen/texte/impressum/ansehen/"


def field_of(page, gap):
    form = page.context["form"]
    return next(name for name, found in form.gaps.items() if found == gap)


def stamp_of(page):
    return page.context["form"]["seen"].value()


def publish(region, kind, body="Ein Text"):
    publish_text(draft_text(region, kind, body, by=None), by=None)


# Writing


def test_a_new_text_begins_with_the_delivered_one_and_asks_for_each_gap(sign_in, admin, region):
    page = sign_in(admin).get(EDIT)

    assert "Angaben nach § 5 des Digitale-Dienste-Gesetzes" in page.text
    assert [page.context["form"].fields[name].label for name in page.context["form"].gaps][:2] == [
        '<span lang="de">Straße und Hausnummer, Postleitzahl und Ort</span>',
        '<span lang="de">Telefonnummer</span>',
    ]


def test_what_is_filled_in_takes_the_place_of_the_gap(sign_in, admin, region):
    browser = sign_in(admin)
    body = "Tel. «Telefonnummer», Leitung: «Name», noch einmal «Telefonnummer»"
    page = browser.post(EDIT, {"body": body, "seen": "falsch"})  # shows the fields of this text

    answer = browser.post(EDIT, {"body": body, "seen": stamp_of(page), field_of(page, "Telefonnummer"): "09208 120"})

    assert (answer.status_code, answer["Location"]) == (302, PREVIEW)
    assert draft_of(region, Kind.IMPRINT).body == "Tel. 09208 120, Leitung: «Name», noch einmal 09208 120"


def test_going_on_shows_the_draft_and_the_delivered_text_is_one_click_away(sign_in, admin, region):
    draft_text(region, Kind.IMPRINT, "Unser eigener Text", by=admin)

    assert "Unser eigener Text" in sign_in(admin).get(EDIT).text
    afresh = sign_in(admin).get(EDIT, {"vorlage": "1"}).text
    assert ("Unser eigener Text" in afresh, "Digitale-Dienste-Gesetzes" in afresh) == (False, True)


def test_whoever_writes_upon_an_older_draft_learns_it_and_loses_nothing(sign_in, admin, platform, region):
    page = sign_in(admin).get(EDIT)
    draft_text(region, Kind.IMPRINT, "Von jemand anderem", by=platform)

    refused = sign_in(admin).post(EDIT, {"body": "Meiner", "seen": stamp_of(page)})

    assert refused.status_code == 400
    assert "Jemand hat den Entwurf inzwischen geändert." in refused.text
    assert ">\nMeiner</textarea>" in refused.text
    assert draft_of(region, Kind.IMPRINT).body == "Von jemand anderem"
    assert sign_in(admin).post(EDIT, {"body": "Meiner", "seen": stamp_of(refused)}).status_code == 302
    assert draft_of(region, Kind.IMPRINT).body == "Meiner"


@pytest.mark.parametrize("body", ["", "   ", "x" * 60_001])
def test_an_empty_or_endless_text_is_refused(sign_in, admin, region, body):
    answer = sign_in(admin).post(EDIT, {"body": body, "seen": ""})

    assert (answer.status_code, draft_of(region, Kind.IMPRINT)) == (400, None)


def test_a_kind_that_nobody_knows_does_not_exist(sign_in, admin, region):
    for address in ("agb", "agb/ansehen"):
        assert sign_in(admin).get(f"/amt/einstellungen/texte/{address}/").status_code == 404


# Looking through, publishing


def test_a_draft_with_gaps_shows_them_and_no_button(sign_in, admin, region):
    draft_text(region, Kind.IMPRINT, "Leitung: «Name der Leitung»", by=admin)

    page = sign_in(admin).get(PREVIEW).text

    assert "<mark>«Name der Leitung»</mark>" in page
    assert "Noch eine Lücke" in page
    assert 'value="publish"' not in page


def test_nor_does_sending_publish_it(sign_in, admin, region):
    draft_text(region, Kind.IMPRINT, "Leitung: «Name der Leitung»", by=admin)
    page = sign_in(admin).get(PREVIEW)

    answer = sign_in(admin).post(PREVIEW, {"do": "publish", "seen": page.context["stamp"]})

    assert answer.status_code == 400
    assert "Der Text hat noch eine Lücke." in answer.text
    assert text_in_force(region, Kind.IMPRINT) is None


def test_a_whole_draft_is_published_with_one_button(sign_in, admin, region):
    draft_text(region, Kind.IMPRINT, "Alles da", by=admin)
    page = sign_in(admin).get(PREVIEW)

    sign_in(admin).post(PREVIEW, {"do": "publish", "seen": page.context["stamp"]})

    assert text_in_force(Region.objects.get(), Kind.IMPRINT).body == "Alles da"
    assert "gilt seit" in sign_in(admin).get("/amt/einstellungen/texte/").text


def test_what_changed_after_the_look_is_not_published(sign_in, admin, platform, region):
    draft_text(region, Kind.IMPRINT, "Gelesen", by=admin)
    page = sign_in(admin).get(PREVIEW)
    draft_text(region, Kind.IMPRINT, "Nicht gelesen", by=platform)

    answer = sign_in(admin).post(PREVIEW, {"do": "publish", "seen": page.context["stamp"]})

    assert (answer.status_code, "Nicht gelesen" in answer.text) == (400, True)
    assert text_in_force(Region.objects.get(), Kind.IMPRINT) is None


def test_a_draft_can_be_dropped(sign_in, admin, region):
    draft_text(region, Kind.IMPRINT, "Doch nicht", by=admin)

    sign_in(admin).post(PREVIEW, {"do": "drop"})

    assert draft_of(region, Kind.IMPRINT) is None
    assert sign_in(admin).get(PREVIEW)["Location"] == EDIT


def test_the_difference_to_what_is_in_force_is_shown(sign_in, admin, region):
    publish(region, Kind.IMPRINT, "Erste Zeile\nTelefon 1\nLetzte Zeile")
    draft_text(region, Kind.IMPRINT, "Erste Zeile\nTelefon 2\nLetzte Zeile", by=admin)

    page = sign_in(admin).get(PREVIEW)

    assert page.context["changes"] == [[("same", "Telefon "), ("gone", "1"), ("new", "2")]]
    assert '<ins class="diff">2</ins>' in page.text


def test_only_lines_that_differ_are_told():
    assert changed_lines("a\nb\nc", "a\nc\nd") == [[("gone", "b")], [("new", "d")]]
    assert changed_lines("a", "a") == []


# Opening


@pytest.fixture
def closed(region):
    region.stage = Region.Stage.PREPARING
    region.save()
    return region


def test_the_overview_tells_the_admin_what_is_missing_before_opening(sign_in, admin, closed):
    publish(closed, Kind.PRIVACY)

    page = sign_in(admin).get("/amt/").text

    assert f'<a href="{EDIT}">Impressum</a>' in page
    assert "Datenschutz</a></li>" not in page.partition('id="launch"')[2].partition("</section>")[0]
    assert "Jetzt öffnen" not in page


def test_editors_see_no_card_and_an_open_region_has_none(sign_in, editor, admin, closed):
    assert 'id="launch"' not in sign_in(editor).get("/amt/").text
    Region.objects.update(stage=Region.Stage.OPEN)
    assert 'id="launch"' not in sign_in(admin).get("/amt/").text
    assert sign_in(admin).get("/amt/oeffnen/")["Location"] == "/amt/"


def test_opening_too_early_is_refused_with_what_is_missing(sign_in, admin, closed):
    answer = sign_in(admin).post("/amt/oeffnen/")

    assert answer.status_code == 400
    assert "Es fehlt: Impressum, Datenschutz, Erklärung zur Barrierefreiheit." in answer.text
    assert Region.objects.get().stage == Region.Stage.PREPARING


def test_the_small_circle_comes_before_any_text(sign_in, admin, closed):
    browser = sign_in(admin)
    assert "Eingeladene kommen noch nicht herein" in browser.get("/amt/einladungen/").text

    answer = browser.post("/amt/oeffnen/", {"do": "invited"})

    assert answer["Location"] == "/amt/einladungen/"
    closed.refresh_from_db()
    assert closed.stage == Region.Stage.INVITED
    assert "Eingeladene kommen noch nicht herein" not in browser.get("/amt/einladungen/").text


def test_one_button_opens(sign_in, admin, closed, client):
    for kind in LegalText.COMPULSORY:
        publish(closed, kind)
    assert "Jetzt öffnen" in sign_in(admin).get("/amt/").text
    assert "Jetzt öffnen" in sign_in(admin).get("/amt/oeffnen/").text

    answer = sign_in(admin).post("/amt/oeffnen/")

    assert (answer["Location"], Region.objects.get().stage) == ("/", Region.Stage.OPEN)
    assert sign_in(None).get("/").status_code == 200


def test_the_settings_refuse_as_well_and_keep_what_was_typed(sign_in, admin, closed):
    sent = {
        "stage": "open", "name": "Lindach am See", "contact_mail": "rathaus@lindach.example", "land": "DE-BY",
    }  # fmt: skip

    answer = sign_in(admin).post(reverse("portal:settings"), sent)

    assert answer.status_code == 400
    assert "Noch kann die Region nicht öffnen." in answer.text
    assert "Lindach am See" in answer.text
    assert Region.objects.get().name == "Lindach"
