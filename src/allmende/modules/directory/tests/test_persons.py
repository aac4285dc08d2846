"""Contact persons: found by what they know about; each field is read by those for whom it is, in every channel."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from allmende.accounts.actions import remove_member
from allmende.accounts.models import User
from allmende.core.models import LogEntry, Picture
from allmende.entries import actions
from allmende.entries.models import Entry, Status, Topic
from allmende.modules.directory.actions import change_person, show_oneself
from allmende.modules.directory.models import Audience, ContactPerson
from allmende.regions.actions import switch_module
from allmende.regions.models import District, Region

pytestmark = pytest.mark.django_db

LIST, NEW = "/verzeichnis/menschen/", "/verzeichnis/menschen/neu/"
PHONE, MAIL = "0921 7654321", "rosi@geheim.example"
FORM = {
    "title": "Rosi",
    "summary": "Ich helfe beim ersten Hochbeet.",
    "interests": "Hochbeete, Kompost, Hochbeete",
    "visibility": "public",
    "functions_for": "everybody",
    "languages": "Deutsch, Türkisch",
    "languages_for": "everybody",
    "picture_for": "signed_in",
    "phone": PHONE,
    "phone_for": "nobody",
    "mail": MAIL,
    "mail_for": "nobody",
}


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (640, 640), "#1f5c4a").save(content, "JPEG")
    return SimpleUploadedFile("rosi.jpg", content.getvalue(), "image/jpeg")


def body(answer) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def opens(browser, address: str) -> bool:
    answer = browser.get(address)
    body(answer)  # read to its end, the file is closed
    return answer.status_code == 200


def titles(answer) -> list[str]:
    return [card["title"] for card in answer.context["cards"]]


def present(contact) -> ContactPerson:
    return ContactPerson.objects.get(pk=contact.pk)


@pytest.fixture
def rosi(make_person, charlie):
    return make_person("Rosi", charlie, interests=["Hochbeete", "Kompost"], phone=PHONE, mail=MAIL)


@pytest.fixture
def channels(region, rosi, tsv, make_profile):
    """Every address at which something of Rosi's may be read by others."""
    profile = make_profile("TSV Lindach", organisation=tsv)
    files = [f"{LIST}export.{ending}" for ending in ("csv", "xlsx", "json")]
    return [LIST, f"{LIST}?q=kompost", rosi.url, profile.url, "/", "/suche/?q=kompost", *files]


# One shows oneself


def test_somebody_shows_themselves_and_waits_for_the_check(sign_in, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, FORM)
    contact = ContactPerson.objects.get()
    browser.post(f"{contact.url}einreichen/", {"version": 1})

    assert answer.url == contact.page("preview")
    assert (contact.user, contact.organisation, contact.account, contact.title) == (charlie, None, charlie, "Rosi")
    assert contact.interests == ["Hochbeete", "Kompost"]
    assert present(contact).status == Status.WAITING


def test_a_region_may_check_afterwards(sign_in, region, charlie, make_person):
    switch_module(region, "directory", on=True, position=1, options={"check": "after"}, by=None)
    contact = make_person("Rosi", charlie, public=False)

    sign_in(charlie).post(f"{contact.url}einreichen/", {"version": 1})

    assert present(contact).status == Status.PUBLIC


def test_what_is_only_for_the_relay_is_so_without_a_choice(sign_in, charlie):
    form = sign_in(charlie).get(NEW).context["form"]

    assert [form[name].value() for name in ("phone_for", "mail_for", "picture_for")] == [
        Audience.NOBODY,
        Audience.NOBODY,
        Audience.SIGNED_IN,
    ]
    assert form["title"].value() == "Charlie"


def test_nobody_has_two_profiles_in_a_region(sign_in, rosi, charlie):
    answer = sign_in(charlie).post(NEW, FORM)

    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors() == [
        "Sie haben hier schon ein Profil. Sie finden es unter „Mein Bereich“."
    ]
    assert ContactPerson.objects.count() == 1


def test_the_database_refuses_a_second_one_as_well(region, rosi, charlie):
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPerson.objects.create(region=region, title="Zwei", account=charlie, account_region=region)


def test_in_another_region_one_may_have_another(rosi, charlie, other_region):
    there = show_oneself(
        {"title": "Rosi", "picture_for": Audience.NOBODY}, region=other_region, by=charlie, functions={}
    )

    assert there.region == other_region


def test_nobody_writes_about_themselves_in_the_name_of_an_organisation(sign_in, alice, tsv):
    browser = sign_in(alice)
    browser.post(NEW, FORM | {"acting_as": str(tsv.pk)})

    assert list(ContactPerson.objects.values_list("user", "organisation")) == [(alice.pk, None)]


@pytest.mark.parametrize("name", ["www.werbung.example", "rosi@werbung.example", ""])
def test_a_name_is_a_name(sign_in, charlie, name):
    answer = sign_in(charlie).post(NEW, FORM | {"title": name})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["title"])


# Who reads what


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.NOBODY, {"guest": False, "bob": False, "moderator": False, "editor": False, "charlie": False}),
        (Audience.SIGNED_IN, {"guest": False, "bob": True, "moderator": True, "editor": True, "charlie": True}),
        (Audience.EVERYBODY, {"guest": True, "bob": True, "moderator": True, "editor": True, "charlie": True}),
    ],
)
@pytest.mark.parametrize(("field", "text"), [("phone", PHONE), ("mail", MAIL), ("languages", "Türkisch")])
def test_a_field_is_read_by_those_for_whom_it_is(
    sign_in, rosi, bob, moderator, editor, charlie, audience, readers, field, text
):
    change_person(rosi, {"languages": "Türkisch", f"{field}_for": audience}, by=charlie)
    people = {"guest": None, "bob": bob, "moderator": moderator, "editor": editor, "charlie": charlie}

    found = {name: text in body(sign_in(person).get(rosi.url)) for name, person in people.items()}

    assert found == readers


def test_what_nobody_may_read_stands_in_no_channel(sign_in, rosi, channels, bob, moderator, admin):
    for person in (None, bob, moderator, admin):
        browser = sign_in(person)
        found = {page: [word for word in (PHONE, MAIL) if word in body(browser.get(page))] for page in channels}
        assert {page: words for page, words in found.items() if words} == {}


def test_even_what_everybody_may_read_is_in_no_table(client, rosi, charlie):
    change_person(rosi, {"phone_for": Audience.EVERYBODY, "mail_for": Audience.EVERYBODY}, by=charlie)

    for ending in ("csv", "json"):
        table = body(client.get(f"{LIST}export.{ending}"))
        assert ("Rosi" in table, PHONE in table, MAIL in table) == (True, False, False)


def test_editors_mend_words_but_do_not_see_what_is_not_theirs(sign_in, rosi, editor, charlie):
    browser = sign_in(editor)
    page = browser.get(rosi.page("edit"))
    answer = browser.post(rosi.page("edit"), {"title": "Rosi F.", "visibility": "public", "interests": "Kompost"})

    contact = present(rosi)
    assert [word for word in (PHONE, MAIL) if word in body(page)] == []
    assert {"phone", "mail", "picture_file"} & set(page.context["form"].fields) == set()
    assert answer.status_code == 302
    assert (contact.title, contact.phone, contact.mail, contact.interests) == ("Rosi F.", PHONE, MAIL, ["Kompost"])


def test_the_log_tells_that_a_number_changed_but_not_which(rosi, charlie, sign_in, admin):
    change_person(rosi, {"phone": "0921 99999", "mail": "", "title": "Rosi F."}, by=charlie)

    line = LogEntry.objects.get(verb="edited")
    page = body(sign_in(admin).get("/amt/protokoll/"))
    assert (line.old, line.new) == (
        {"title": "Rosi", "phone": "…", "mail": "…"},
        {"title": "Rosi F.", "phone": "…", "mail": ""},
    )
    assert [word for word in ("99999", PHONE, MAIL) if word in page] == []


def test_the_preview_is_what_a_guest_will_see(sign_in, rosi, charlie):
    change_person(rosi, {"phone_for": Audience.SIGNED_IN, "mail_for": Audience.EVERYBODY}, by=charlie)

    page = body(sign_in(charlie).get(rosi.page("preview")))

    assert (PHONE in page, MAIL in page) == (False, True)


def test_who_sees_what_is_told_to_the_person_alone(sign_in, rosi, charlie, editor):
    own, others = (sign_in(person).get(rosi.url).context["audiences"] for person in (charlie, editor))

    assert [(label, who) for _icon, label, who in own] == [("Telefon", "Niemand"), ("E-Mail-Adresse", "Niemand")]
    assert others == []


# The picture


@pytest.mark.parametrize(
    ("audience", "opened_by"),
    [
        (Audience.NOBODY, ["charlie"]),
        (Audience.SIGNED_IN, ["bob", "charlie", "editor"]),
        (Audience.EVERYBODY, ["guest", "bob", "charlie", "editor"]),
    ],
)
def test_the_picture_opens_for_those_for_whom_it_is(sign_in, charlie, bob, editor, audience, opened_by):
    browser = sign_in(charlie)
    browser.post(NEW, FORM | {"picture_for": audience, "picture_file": picture(), "picture_rights": "on"})
    contact = ContactPerson.objects.get()
    actions.publish(contact, by=None)
    token = Picture.objects.get().token
    people = {"guest": None, "bob": bob, "charlie": charlie, "editor": editor}

    found = [name for name, who in people.items() if opens(sign_in(who), f"/bilder/{token}/480.webp")]
    shown = [
        name for name, who in people.items() if token in body(sign_in(who).get(LIST)) + body(sign_in(who).get("/"))
    ]

    assert found == opened_by
    assert shown == ([] if audience == Audience.NOBODY else opened_by)
    assert (contact.picture is not None) == (audience == Audience.EVERYBODY)


def test_a_picture_is_taken_back_together_with_the_choice(sign_in, charlie):
    browser = sign_in(charlie)
    chosen = FORM | {"picture_for": "everybody"}
    browser.post(NEW, chosen | {"picture_file": picture(), "picture_rights": "on"})
    contact = ContactPerson.objects.get()
    actions.publish(contact, by=None)
    address = f"/bilder/{contact.picture.token}/480.webp"

    browser.post(contact.page("edit"), FORM | {"picture_for": "nobody", "version": 1})

    changed = present(contact)
    assert (changed.picture, changed.portrait) == (None, contact.picture)
    assert opens(sign_in(None), address) is False


def test_a_picture_needs_the_word_of_its_person(sign_in, charlie):
    answer = sign_in(charlie).post(NEW, FORM | {"picture_file": picture()})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["picture_rights"])


def test_a_picture_can_be_removed(sign_in, charlie):
    browser = sign_in(charlie)
    browser.post(NEW, FORM | {"picture_file": picture(), "picture_rights": "on"})
    contact = ContactPerson.objects.get()

    browser.post(contact.page("edit"), FORM | {"picture_file-clear": "on", "version": 1})

    assert (present(contact).picture, present(contact).portrait) == (None, None)


# Found


def test_people_are_found_by_interest_topic_district_and_organisation(
    client, make_person, alice, bob, tsv, make_profile
):
    make_profile("TSV Lindach", organisation=tsv)
    sport, altstadt = Topic.objects.get(slug="sport"), District.objects.get(slug="altstadt")
    make_person("Anna", alice, organisation=tsv, interests=["Rückengymnastik"], main_topic=sport)
    make_person("Boris", bob, interests=["Hochbeete"], district=altstadt)

    found = {
        query: titles(client.get(f"{LIST}?{query}"))
        for query in ("q=hochbeete", "q=rueckengym", "topic=sport", "district=altstadt", f"organisation={tsv.pk}")
    }

    assert list(found.values()) == [["Boris"], ["Anna"], ["Anna"], ["Boris"], ["Anna"]]
    assert titles(client.get(LIST)) == ["Anna", "Boris"]


@pytest.mark.parametrize("query", ["organisation=987654", "organisation=x", "organisation=1%00", "topic=nichts"])
def test_a_filter_that_means_nothing_is_told(client, region, query):
    assert client.get(f"{LIST}?{query}").status_code == 400


def test_the_directory_leads_to_them(client, region):
    assert f'href="{LIST}"' in body(client.get("/verzeichnis/"))


# What they do where


def test_the_organisation_shows_its_contact_persons(client, make_person, alice, tsv, make_profile):
    contact, profile = make_person("Anna", alice, organisation=tsv), make_profile("TSV Lindach", organisation=tsv)

    shown = client.get(profile.url).context["contacts"]

    assert [(row["name"], row["function"], row["url"]) for row in shown] == [("Anna", "Trainerin", contact.url)]
    assert [(one.title, one.name) for one in client.get(contact.url).context["functions"]] == [
        ("Trainerin", "TSV Lindach")
    ]


@pytest.mark.parametrize(
    ("audience", "counts"),
    [(Audience.NOBODY, [0, 0]), (Audience.SIGNED_IN, [0, 1]), (Audience.EVERYBODY, [1, 1])],
)
def test_a_function_is_read_by_those_for_whom_it_is(
    sign_in, make_person, alice, charlie, tsv, make_profile, audience, counts
):
    contact = make_person("Anna", alice, organisation=tsv, functions_for=audience)
    profile = make_profile("TSV Lindach", organisation=tsv)
    found = []

    for reader in (None, charlie):
        browser = sign_in(reader)
        card = browser.get(LIST).context["cards"][0]
        at_both = (browser.get(contact.url).context["functions"], browser.get(profile.url).context["contacts"])
        found.append({len(card["functions"]), *map(len, at_both)})

    assert found == [{number} for number in counts]
    # Nor can it be found out by filtering.
    answer = sign_in(charlie).get(f"{LIST}?organisation={tsv.pk}")
    assert answer.status_code == (200 if audience == Audience.EVERYBODY else 400)


def test_who_leaves_the_organisation_no_longer_stands_there(client, make_person, bob, tsv, make_profile):
    contact, profile = make_person("Boris", bob, organisation=tsv), make_profile("TSV Lindach", organisation=tsv)

    remove_member(tsv.memberships.get(user=bob), by=User.objects.get(pk=bob.pk))

    assert client.get(profile.url).context["contacts"] == []
    assert client.get(contact.url).context["functions"] == []
    assert client.get(f"{LIST}?organisation={tsv.pk}").status_code == 400


def test_an_organisation_that_is_not_public_is_not_named(client, make_person, alice, tsv, make_profile):
    contact = make_person("Anna", alice, organisation=tsv)
    make_profile("TSV Geheim", organisation=tsv, public=False)

    assert client.get(contact.url).context["functions"] == []


def test_a_profile_that_is_not_public_stands_at_no_organisation(client, make_person, alice, tsv, make_profile):
    contact, profile = make_person("Anna", alice, organisation=tsv), make_profile("TSV Lindach", organisation=tsv)

    actions.archive(contact, by=alice)

    assert client.get(profile.url).context["contacts"] == []


def test_one_has_a_function_only_where_one_belongs(region, charlie, tsv):
    with pytest.raises(ValidationError):
        show_oneself(
            {"title": "Rosi", "picture_for": Audience.NOBODY}, region=region, by=charlie, functions={tsv.pk: "Chef"}
        )


def test_the_form_offers_the_own_organisations(sign_in, alice, tsv):
    browser = sign_in(alice)
    form = browser.get(NEW).context["form"]
    browser.post(NEW, FORM | {f"function_{tsv.pk}": "Vorsitzende"})

    later = browser.get(ContactPerson.objects.get().page("edit")).context["form"]
    assert form.functions == {f"function_{tsv.pk}": tsv.pk}
    assert [part.is_open for part in later.parts if part.part.icon == "people"] == [True]
    assert list(ContactPerson.objects.get().functions.values_list("organisation", "title")) == [(tsv.pk, "Vorsitzende")]


# And gone


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WAITING, Status.PUBLIC, Status.HIDDEN, Status.ARCHIVED])
def test_its_person_deletes_it_at_any_time(sign_in, make_person, charlie, editor, status):
    contact = make_person("Rosi", charlie, public=status not in {Status.DRAFT, Status.WAITING})
    steps = {
        Status.WAITING: lambda: actions.wait_for_check(contact),
        Status.HIDDEN: lambda: actions.hide(contact, by=editor, note="x"),
        Status.ARCHIVED: lambda: actions.archive(contact, by=charlie),
    }
    steps.get(status, lambda: None)()

    answer = sign_in(charlie).post(f"{contact.url}entfernen/", {"version": 1})

    assert answer.url == LIST
    assert (ContactPerson.objects.count(), Entry.objects.count()) == (0, 0)


def test_also_where_people_only_read(sign_in, rosi, region, charlie):
    Region.objects.filter(pk=region.pk).update(stage=Region.Stage.READ_ONLY)

    sign_in(charlie).post(f"{rosi.url}entfernen/", {"version": rosi.version})

    assert ContactPerson.objects.count() == 0


def test_nobody_else_deletes_it(rosi, admin, alice):
    for person in (admin, alice):
        with pytest.raises(PermissionDenied):
            actions.withdraw(rosi, by=person)


def test_it_leaves_with_the_account(rosi, charlie):
    charlie.delete()

    assert (ContactPerson.objects.count(), Entry.objects.count()) == (0, 0)


def test_my_area_invites_until_there_is_a_profile(sign_in, charlie, make_person):
    browser = sign_in(charlie)
    before = browser.get("/konto/").context["suggestions"]
    make_person("Rosi", charlie, public=False)

    after = browser.get("/konto/").context["suggestions"]

    assert [(str(one.title), one.url) for one in before] == [("Als Ansprechperson zeigen?", NEW)]
    assert after == []
