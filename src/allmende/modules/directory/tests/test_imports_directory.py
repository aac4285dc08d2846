"""How rows become profiles: words, addresses, private ones above all, and names that resemble known ones."""

import pytest

from allmende.accounts.models import Organisation
from allmende.core.text import fold
from allmende.entries.imports import actions, go_on
from allmende.entries.imports.queries import counts_of
from allmende.entries.models import Entry, ExactPlace, ImportRun, Precision, Status
from allmende.modules.directory.actions import propose
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.models import Street

ROW = {
    "Name der Organisation": "Gartenfreunde",
    "Art": "e. V.",
    "Rechtsform": "eingetragener Verein",
    "Kurz gesagt": "Wir graben",
    "Beschreibung": "Viel",
    "Straße und Hausnummer": "Am Bach 3",
    "Ortsteil": "Auendorf",
    "Barrierefrei?": "teilweise",
    "E-Mail-Adresse für Nachrichten": "Post@Garten.example",
    "Telefon": "09999 12",
    "Internetseite": "www.garten.example",
    "Soziale Medien": "https://social.example/a https://social.example/b",
    "Ansprechperson": "Erika Muster",
    "Neue Mitglieder": "Alle können mitmachen",
    "Wichtigstes Thema": "Kultur",
    "Weitere Themen": "Sport",
    "Für wen?": "Familien; Kinder",
    "Stichwörter": "Garten, Natur",
}


def counts(run):
    assert run.state == ImportRun.State.DONE, run.message
    return tuple(counts_of(run).values())


def table(*rows):
    return "\n".join([";".join(ROW), *(";".join(f'"{cell}"' for cell in row.values()) for row in rows)])


@pytest.fixture
def streets(region):
    district = region.districts.get(slug="auendorf")
    Street.objects.create(
        region=region, name="Am Bach", number="3", folded=fold("Am Bach 3"), lat=49.981, lon=11.61, district=district
    )
    Street.objects.create(region=region, name="Am Markt", number="1", folded=fold("Am Markt 1"), lat=49.97, lon=11.6)


def test_a_whole_profile(bring_in, streets):
    assert counts(bring_in("organisation", table(ROW))) == (1, 0, 0, 0)

    profile = OrganisationProfile.objects.get()
    assert (profile.title, profile.form, profile.legal_form) == ("Gartenfreunde", "association", "eingetragener Verein")
    assert (profile.place_text, profile.lat, profile.lon, profile.precision) == ("Am Bach 3", 49.981, 11.61, "exact")
    assert (profile.district.slug, profile.accessible, profile.join_policy) == ("auendorf", "partly", "open")
    assert (profile.relay_mail, profile.phone) == ("post@garten.example", "09999 12")
    assert profile.website == "https://www.garten.example"
    assert profile.social_links == ["https://social.example/a", "https://social.example/b"]
    assert (profile.tags, profile.target_groups) == (["Garten", "Natur"], ["families", "children"])
    assert [(row.topic.slug, row.main) for row in profile.topic_rows.order_by("-main")] == [
        ("kultur", True),
        ("sport", False),
    ]


def test_a_second_run_changes_nothing(bring_in, streets):
    bring_in("organisation", table(ROW))

    assert counts(bring_in("organisation", table(ROW))) == (0, 0, 1, 0)


def test_one_topic_more_leaves_the_main_one(bring_in):
    bring_in("organisation", table(ROW))

    run = bring_in("organisation", "Name;Themen\nGartenfreunde;\n")

    assert counts(run) == (0, 1, 0, 0)
    assert [(row.topic.slug, row.main) for row in Entry.objects.get().topic_rows.all()] == [("kultur", True)]


def test_topics_come_back_by_undo(bring_in):
    bring_in("organisation", table(ROW))
    run = bring_in("organisation", "Name;Themen\nGartenfreunde;\n")

    actions.begin_undo(run, by=None)
    go_on(run)

    rows = Entry.objects.get().topic_rows.order_by("-main")
    assert [(row.topic.slug, row.main) for row in rows] == [("kultur", True), ("sport", False)]


@pytest.mark.parametrize("heading", ["Verein", "Organisation", "NAME", "Name des Vereins", "name_der_organisation"])
def test_headings_of_people(bring_in, heading):
    run = bring_in("organisation", f"{heading};E-Mail\nChor;chor@verein.example\n")

    assert run.columns.get(heading) == ("title" if heading != "Name des Vereins" else None)


# Addresses


def test_a_private_address_is_hidden_and_blurred(bring_in, streets):
    bring_in("organisation", "Name;Straße;privat\nChor;Am Bach 3;ja\n")

    profile = OrganisationProfile.objects.get()
    assert (profile.place_text, profile.precision, profile.private_address) == ("", Precision.BLURRED, True)
    assert (profile.lat, profile.lon) != (49.981, 11.61)
    assert ExactPlace.objects.values_list("street", "lat", "lon").get() == ("Am Bach 3", 49.981, 11.61)


def test_a_private_address_stays_private_and_where_it_is_drawn(bring_in, streets):
    bring_in("organisation", "Name;Straße;privat\nChor;Am Bach 3;ja\n")
    drawn = OrganisationProfile.objects.values_list("lat", "lon").get()

    run = bring_in("organisation", "Name;Straße\nChor;Am Bach 3\n")

    assert counts(run) == (0, 0, 1, 0)
    assert OrganisationProfile.objects.values_list("lat", "lon", "place_text").get() == (*drawn, "")


def test_a_private_address_that_moves_stays_private(bring_in, streets):
    bring_in("organisation", "Name;Straße;privat\nChor;Am Bach 3;ja\n")

    bring_in("organisation", "Name;Straße\nChor;Am Markt 1\n")

    assert OrganisationProfile.objects.get().place_text == ""
    assert ExactPlace.objects.values_list("street", "lat").get() == ("Am Markt 1", 49.97)


def test_an_address_may_become_public(bring_in, streets):
    bring_in("organisation", "Name;Straße;privat\nChor;Am Bach 3;ja\n")

    bring_in("organisation", "Name;Straße;privat\nChor;Am Bach 3;nein\n")

    profile = OrganisationProfile.objects.get()
    assert (profile.place_text, profile.lat, profile.private_address) == ("Am Bach 3", 49.981, False)
    assert ExactPlace.objects.count() == 0


def test_undo_hides_an_address_again(bring_in, streets):
    bring_in("organisation", "Name;Straße;privat\nChor;Am Bach 3;ja\n")
    run = bring_in("organisation", "Name;Straße;privat\nChor;Am Markt 1;nein\n")

    actions.begin_undo(run, by=None)
    go_on(run)

    assert OrganisationProfile.objects.values_list("place_text", "private_address").get() == ("", True)
    assert ExactPlace.objects.values_list("street", "lat", "lon").get() == ("Am Bach 3", 49.981, 11.61)


def test_a_point_of_the_file_counts_before_that_of_the_list(bring_in, streets):
    bring_in("organisation", "Name;Straße;lat;lon\nChor;Am Bach 3;49,99;11,62\n")

    assert OrganisationProfile.objects.values_list("place_text", "lat", "lon").get() == ("Am Bach 3", 49.99, 11.62)


def test_a_point_that_somebody_set_stays_as_long_as_the_street_does(bring_in, streets):
    bring_in("organisation", "Name;Straße\nChor;Am Bach 3\n")
    Entry.objects.update(lat=49.9811, lon=11.6111)

    assert counts(bring_in("organisation", "Name;Straße\nChor;Am Bach 3\n")) == (0, 0, 1, 0)


def test_an_unknown_street_is_kept_without_a_point(bring_in, streets):
    bring_in("organisation", "Name;Straße\nChor;Irgendwo 7\n")

    profile = OrganisationProfile.objects.get()
    assert (profile.place_text, profile.lat, profile.precision) == ("Irgendwo 7", None, "")


@pytest.mark.parametrize("cells", ["91;0", "49.9;181", "viel;wenig"])
def test_points_outside_of_the_world_are_refused(bring_in, cells):
    assert counts(bring_in("organisation", f"Name;lat;lon\nGut;;\nChor;{cells}\n")) == (1, 0, 0, 1)


# Names


def test_a_name_with_a_legal_form_is_the_same(bring_in, make_profile):
    make_profile("Chor Harmonie Lindach")

    run = bring_in("organisation", "Name;Kurz gesagt\nChor Harmonie Lindach e. V.;Wir singen\n")

    assert counts(run) == (0, 1, 0, 0)
    assert OrganisationProfile.objects.values_list("title", "summary").get() == ("Chor Harmonie Lindach", "Wir singen")


def test_a_name_that_resembles_one_is_new_if_nobody_is_asked(bring_in, make_profile):
    make_profile("Chor Harmonie Lindach")

    run = bring_in("organisation", "Name\nChor Harmonie\n")

    assert counts(run) == (1, 0, 0, 0)
    assert run.names["Chor Harmonie"]["do"] == "doubt"


@pytest.mark.parametrize(
    ("answer", "expected"), [("link", (0, 1, 0, 0)), ("new", (1, 0, 0, 0)), ("text", (0, 0, 0, 1))]
)
def test_a_name_that_resembles_one_is_what_a_person_says(bring_in, make_profile, editor, answer, expected):
    profile = make_profile("Chor Harmonie Lindach")
    decision = {"do": answer, "organisation": profile.organisation_id} if answer == "link" else {"do": answer}

    def decide(run):
        actions.answer(run, {"Chor Harmonie": decision}, by=editor)
        go_on(run)

    run = bring_in("organisation", "Name;Kurz gesagt\nChor Harmonie;Neu\n", by=editor, before_run=decide)

    assert counts(run) == expected


def test_two_lines_for_one_organisation_are_one_too_many(bring_in, make_profile, editor):
    profile = make_profile("Chor Harmonie Lindach")

    def decide(run):
        decision = {"do": "link", "organisation": profile.organisation_id}
        actions.answer(run, {"Chor Harmonie": decision}, by=editor)
        go_on(run)

    content = "Name\nChor Harmonie Lindach\nChor Harmonie\n"
    run = bring_in("organisation", content, by=editor, before_run=decide)

    assert counts(run) == (0, 0, 1, 1)


# Proposals


def test_a_proposal_waits_town_wide_without_mail(region, mailoutbox):
    organisation = propose(region, "Chor", by=None, source="events")

    profile = OrganisationProfile.objects.get()
    assert (profile.organisation, profile.title, profile.status) == (organisation, "Chor", Status.WAITING)
    assert (profile.district, profile.relay_mail, profile.user, profile.source) == (None, "", None, "events")
    assert organisation.memberships.count() == 0


def test_a_known_name_is_not_proposed_again(region):
    first = propose(region, "Chor", by=None, source="events")

    assert propose(region, "CHOR", by=None, source="elsewhere") == first
    assert Organisation.objects.count() == 1


def test_each_region_has_its_own_proposals(region, other_region):
    propose(region, "Chor", by=None, source="events")
    propose(other_region, "Chor", by=None, source="events")

    assert Organisation.objects.count() == 2
