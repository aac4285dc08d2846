"""Where it really is, and where everybody sees it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.core.geo import distance
from allmende.core.models import LogEntry
from allmende.entries import actions
from allmende.entries.models import Entry, ExactPlace, Precision
from allmende.entries.queries import exact_place
from allmende.entries.tests.filling import shown
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.models import District, Street

pytestmark = pytest.mark.django_db

HOME = {"street": "Geheimweg 7", "lat": 49.98123, "lon": 11.60456, "private": True}
SQUARE = {"type": "Polygon", "coordinates": [[[11.5, 49.9], [11.7, 49.9], [11.7, 50.0], [11.5, 50.0], [11.5, 49.9]]]}


def point(entry) -> tuple:
    return Entry.objects.values_list("lat", "lon").get(pk=entry.pk)


def fresh(entry) -> OrganisationProfile:
    return OrganisationProfile.objects.select_related("region").get(pk=entry.pk)


def test_a_public_place_is_shown_as_it_is(make_profile):
    entry = fresh(make_profile(exact={**HOME, "private": False}))

    assert (entry.place_text, entry.lat, entry.lon, entry.precision) == (
        "Geheimweg 7",
        49.98123,
        11.60456,
        Precision.EXACT,
    )
    assert not ExactPlace.objects.exists()


def test_a_private_place_is_kept_apart_and_shown_near(make_profile):
    entry = fresh(make_profile(exact=HOME))

    away = distance((entry.lat, entry.lon), (HOME["lat"], HOME["lon"]))
    place = ExactPlace.objects.get()
    assert (entry.place_text, entry.precision) == ("", Precision.BLURRED)
    assert 45 <= away <= 201
    assert (place.street, place.lat, place.lon) == ("Geheimweg 7", 49.98123, 11.60456)


def test_the_blur_is_drawn_once_however_often_it_is_saved(make_profile):
    entry = make_profile(exact=HOME)
    first = point(entry)

    for number in range(5):
        actions.edit(fresh(entry), {"title": f"Titel {number}", "exact": HOME}, by=None)
        actions.edit(fresh(entry), {"title": f"Titel {number}"}, by=None)
        actions.edit(fresh(entry), {"exact": {**HOME, "street": f"Geheimweg {number}"}}, by=None)

    assert point(entry) == first


def test_the_blur_is_drawn_anew_when_the_place_moves(make_profile):
    entry = make_profile(exact=HOME)
    first = point(entry)

    actions.edit(fresh(entry), {"exact": {**HOME, "lat": 49.99}}, by=None)

    assert point(entry) != first
    assert distance(point(entry), (49.99, HOME["lon"])) <= 201


def test_from_public_to_private_the_exact_point_vanishes(make_profile):
    entry = make_profile(exact={**HOME, "private": False})

    actions.edit(fresh(entry), {"exact": HOME}, by=None)

    assert point(entry) != (HOME["lat"], HOME["lon"])
    assert (fresh(entry).place_text, fresh(entry).precision) == ("", Precision.BLURRED)


def test_from_private_to_public_the_hidden_row_vanishes(make_profile):
    entry = make_profile(exact=HOME)

    actions.edit(fresh(entry), {"exact": {**HOME, "private": False}}, by=None)

    assert point(entry) == (HOME["lat"], HOME["lon"])
    assert not ExactPlace.objects.exists()


def test_a_private_place_without_a_point_shows_nothing(make_profile):
    entry = fresh(make_profile(exact={"street": "Geheimweg 7", "private": True}))

    assert (entry.place_text, entry.lat, entry.cell, entry.precision) == ("", None, None, Precision.NONE)
    assert ExactPlace.objects.get().street == "Geheimweg 7"


def test_the_point_that_was_taken_away_is_gone(make_profile):
    entry = make_profile(exact=HOME)

    actions.edit(fresh(entry), {"exact": {"street": "", "private": True}}, by=None)

    assert (fresh(entry).lat, fresh(entry).cell, fresh(entry).precision) == (None, None, Precision.NONE)


def test_the_cell_is_that_of_the_point_that_everybody_sees(make_profile):
    from allmende.core.geo import cell

    entry = fresh(make_profile(exact=HOME))

    assert entry.cell == cell(entry.lat, entry.lon)
    assert entry.cell != cell(HOME["lat"], HOME["lon"])


def test_the_district_is_found_by_the_place_unless_it_was_said(region, make_profile):
    District.objects.filter(slug="altstadt").update(area=SQUARE)
    region.__dict__.pop("_districts", None)
    other = District.objects.get(slug="auendorf")

    found, said = make_profile("A", exact=HOME), make_profile("B", exact=HOME, district=other)

    assert (fresh(found).district.slug, fresh(said).district.slug) == ("altstadt", "auendorf")


@pytest.mark.parametrize(
    ("who", "knows"),
    [
        ("alice", True),
        ("bob", True),
        ("charlie", False),
        ("moderator", False),
        ("editor", True),
        ("admin", True),
        ("platform", True),
    ],
)
def test_who_knows_where_it_really_is(request, make_profile, tsv, who, knows):
    entry = fresh(make_profile("TSV", organisation=tsv, exact=HOME))

    assert (exact_place(request.getfixturevalue(who), entry) is not None) == knows


def test_a_guest_does_not_know(make_profile):
    from django.contrib.auth.models import AnonymousUser

    assert exact_place(AnonymousUser(), fresh(make_profile(exact=HOME))) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(lat=st.floats(47.2, 55.1), lon=st.floats(5.8, 15.1))
def test_anywhere_in_germany_the_blur_stays_within_200_metres(make_profile, lat, lon):
    entry = make_profile(exact={**HOME, "lat": lat, "lon": lon})

    assert 45 <= distance(point(entry), (lat, lon)) <= 201


def test_the_form_keeps_the_exact_place_for_its_people(sign_in, make_profile, tsv, alice):
    entry = make_profile("TSV", organisation=tsv, exact=HOME, private_address=True, body="Wir turnen.")
    first, browser = point(entry), sign_in(alice)
    page = browser.get(f"/verzeichnis/{entry.pk}/bearbeiten/")

    answer = browser.post(
        f"/verzeichnis/{entry.pk}/bearbeiten/", shown(page.context["form"], title="TSV neu", form_token="a")
    )

    place = ExactPlace.objects.get()
    assert answer.status_code == 302
    assert (fresh(entry).title, point(entry)) == ("TSV neu", first)
    assert (place.street, place.lat, place.lon) == ("Geheimweg 7", 49.98123, 11.60456)


def test_a_moderator_who_may_look_does_not_read_the_place(sign_in, make_profile, tsv, moderator):
    entry = make_profile("TSV", organisation=tsv, exact=HOME, private_address=True)

    page = sign_in(moderator).get(f"/verzeichnis/{entry.pk}/").content.decode()

    assert "Geheimweg" not in page
    assert "49.98123" not in page


def test_a_new_address_in_the_form_gets_the_point_of_the_towns_list(sign_in, region, make_profile, tsv, alice):
    from allmende.core.text import fold

    Street.objects.create(region=region, name="Neuweg", number="3", folded=fold("Neuweg 3"), lat=49.97, lon=11.61)
    entry, browser = make_profile("TSV", organisation=tsv, exact=HOME, private_address=True), sign_in(alice)
    page = browser.get(f"/verzeichnis/{entry.pk}/bearbeiten/")

    browser.post(f"/verzeichnis/{entry.pk}/bearbeiten/", shown(page.context["form"], street="Neuweg 3", form_token="a"))

    place = ExactPlace.objects.get()
    assert (place.street, place.lat, place.lon) == ("Neuweg 3", 49.97, 11.61)
    assert distance(point(entry), (49.97, 11.61)) <= 201


def test_the_log_of_an_edit_holds_no_private_place(make_profile, tsv, alice):
    entry = make_profile("TSV", organisation=tsv, exact=HOME)

    actions.edit(fresh(entry), {"title": "Neu", "exact": {**HOME, "street": "Geheimweg 8", "lat": 49.99}}, by=alice)

    rows = str(list(LogEntry.objects.values_list("old", "new", "reason")))
    assert ("Geheimweg" in rows, "49.98" in rows, "49.99" in rows) == (False, False, False)


@pytest.mark.parametrize(
    "bad", [{"lat": "91"}, {"lat": "nan"}, {"lon": "181"}, {"lat": "inf"}, {"lat": "x"}, {"lat": "1e400"}]
)
def test_a_point_that_is_none_is_refused(region, charlie, bad):
    from allmende.modules.directory.forms import ProfileForm

    form = ProfileForm({"lat": "49.98", "lon": "11.6", **bad}, region=region, person=charlie)

    assert set(bad) <= set(form.errors)
