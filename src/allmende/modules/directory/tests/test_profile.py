import re
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from allmende.accounts.models import Organisation
from allmende.entries.actions import publish
from allmende.entries.models import Entry
from allmende.entries.tests.filling import shown
from allmende.modules.directory.forms import ProfileForm
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.permissions import takes_messages
from allmende.modules.directory.queries import organisations_without_profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def fill(region, charlie):
    def fill(**changes) -> ProfileForm:
        return ProfileForm(
            shown(ProfileForm(region=region, person=charlie), **{"title": "Lesekreis", **changes}),
            region=region,
            person=charlie,
        )

    return fill


def test_a_name_is_enough(fill, charlie):
    form = fill()
    saved = form.save(by=charlie) if form.is_valid() else None

    profile = OrganisationProfile.objects.get()
    assert (saved.pk, profile.title, profile.form, profile.join_policy) == (
        profile.pk,
        "Lesekreis",
        "association",
        "ask",
    )


def test_a_new_organisation_belongs_to_who_introduces_it(fill, charlie):
    form = fill()
    assert form.is_valid()
    form.save(by=charlie)

    assert [m.user.name for m in Organisation.objects.get().memberships.all()] == ["Charlie"]


def test_the_name_of_ones_organisation_stands_there_already(sign_in, tsv, alice, charlie):
    forms = [sign_in(person).get("/verzeichnis/neu/").context["form"] for person in (alice, charlie)]

    assert [form["title"].value() for form in forms] == [tsv.name, None]


def test_an_organisation_that_is_known_is_not_founded_again(region, tsv, alice):
    form = ProfileForm(shown(ProfileForm(region=region, person=alice), title="TSV"), region=region, person=alice)
    assert form.is_valid()
    form.save(by=alice)

    assert (Organisation.objects.count(), Entry.objects.get().organisation) == (1, tsv)


def test_an_organisation_has_one_profile_a_region(region, other_region, make_profile, tsv, alice):
    make_profile("TSV", organisation=tsv)

    assert [list(organisations_without_profile(town, alice)) for town in (region, other_region)] == [[], [tsv]]


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("tags", "Turnen, , Handball ,Turnen", ["Turnen", "Handball"]),
        ("tags", ",".join(f"t{number}" for number in range(20)), [f"t{number}" for number in range(12)]),
        ("links", "https://a.example/\n\n  b.example \n", ["https://a.example/", "https://b.example"]),
    ],
)
def test_lists_are_read_as_people_write_them(fill, charlie, field, typed, kept):
    form = fill(**{field: typed})
    assert form.is_valid()
    form.save(by=charlie)

    profile = OrganisationProfile.objects.get()
    assert {"tags": profile.tags, "links": profile.social_links}[field] == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("links", "\n".join(f"https://{number}.example/" for number in range(7))),
        ("links", "https://a.example/\njavascript:alert(1)"),
        ("links", "kein Link"),
        ("website", "http://"),
        ("website", "https://name:geheim@x.example/"),
        ("phone", "ruf an"),
        ("phone", "12"),
        ("relay_mail", "vorstand"),
        ("relay_mail", "a@b.example, c@d.example"),
        ("form", "xyz"),
        ("join_policy", "xyz"),
        ("main_topic", "999"),
        ("topics", ["999"]),
        ("topics", ["x"]),
        ("district", "999"),
        ("target_groups", ["niemand"]),
        ("visibility", "circle"),
        ("visibility", "xyz"),
        ("tags", "a" * 301),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(fill, field, typed):
    assert list(fill(**{field: typed}).errors) == [field]


def test_topics_and_districts_of_another_region_are_none(region, other_region, fill):
    from allmende.entries.actions import add_scheme
    from allmende.entries.models import Topic
    from allmende.regions.actions import set_districts

    add_scheme(
        other_region, slug="haupt", name="Themen", topics=[{"slug": "fremd", "name": "Fremd"}], is_main=True, by=None
    )
    (foreign,) = set_districts(other_region, [{"slug": "fremd", "name": "Fremd"}], by=None)

    form = fill(main_topic=str(Topic.objects.get(slug="fremd").pk), district=str(foreign.pk))

    assert sorted(form.errors) == ["district", "main_topic"]


def test_hints_say_what_is_missing_and_stop_when_nothing_is(make_profile):
    bare = make_profile("TSV")
    whole = make_profile(
        "Chor",
        summary="Wir singen.",
        how_to_join="Kommen Sie.",
        contact_name="Dora",
        relay_mail="chor@dorf.example",
        opening_hours="Mo 19 Uhr",
        accessible="no",
    )

    assert len(bare.hints()) == 7
    assert [str(hint) for hint in whole.hints()] == ["Ein Bild macht neugierig."]


def test_the_address_for_letters_stands_nowhere(client, make_profile):
    profile = make_profile("Chor", relay_mail="chor@dorf.example")
    pages = [
        "/",
        "/verzeichnis/",
        "/verzeichnis/karte/",
        "/verzeichnis/karte/punkte.json",
        f"/verzeichnis/{profile.pk}/",
        f"/verzeichnis/{profile.pk}/nachricht/",
        "/suche/?q=chor",
    ]

    texts = [client.get(page).content.decode() for page in pages]
    texts += [
        b"".join(client.get(f"/verzeichnis/export.{ending}").streaming_content).decode(errors="replace")
        for ending in ("csv", "json")
    ]

    assert ["chor@dorf.example" in text for text in texts] == [False] * len(texts)


def test_links_of_people_lead_out_without_a_word_for_search_engines(client, make_profile):
    profile = make_profile("Chor", social_links=["https://foto.example/chor"], website="https://chor.example/")

    page = client.get(f"/verzeichnis/{profile.pk}/").content.decode()

    assert 'href="https://foto.example/chor" rel="noopener nofollow"' in page


def test_the_next_dates_of_an_organisation_stand_on_its_page(client, make_profile, make_event, tsv):
    profile = make_profile("TSV", organisation=tsv)
    make_event("Turnfest", organisation=tsv)
    make_event("Vorbei", organisation=tsv, days=-5)
    make_event("Entwurf", organisation=tsv, public=False)
    make_event("Anderes")

    answer = client.get(f"/verzeichnis/{profile.pk}/")

    assert [card["title"] for card in answer.context["coming"]] == ["Turnfest"]


@pytest.mark.django_db(transaction=True)
def test_two_members_who_introduce_their_organisation_at_once_make_one_profile(region, tsv, alice, beth):
    forms = [
        ProfileForm(shown(ProfileForm(region=region, person=who), title="TSV"), region=region, person=who)
        for who in (alice, beth)
    ]
    assert [form.is_valid() for form in forms] == [True, True]
    start, refused = Barrier(2), []

    def save(form, by) -> None:
        start.wait()
        try:
            form.save(by=by)
        except ValidationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=save, args=pair) for pair in zip(forms, (alice, beth), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["profile"]
    assert OrganisationProfile.objects.count() == 1


def buttons_to_write(page) -> list[str]:
    return re.findall(
        r'<(a|button) [^>]*(?:href="\S+nachricht/"|disabled)>.{0,200}?Nachricht schreiben', page, re.DOTALL
    )


def test_the_preview_shows_the_button_that_others_will_have(sign_in, make_profile, tsv, alice):
    draft, browser = make_profile(organisation=tsv, public=False), sign_in(alice)
    pages = [browser.get(url).content.decode() for url in (draft.url, draft.page("preview"))]
    publish(draft, by=None)

    seen = sign_in(None).get(draft.url).content.decode()

    assert [buttons_to_write(page) for page in (*pages, seen)] == [[], ["button", "button"], ["a", "a"]]


def test_where_people_only_read_there_will_be_no_button(region, make_profile, tsv):
    draft = make_profile(organisation=tsv, public=False)
    before = takes_messages(draft)
    draft.region.stage = "read_only"

    assert (before, takes_messages(draft)) == (True, False)
