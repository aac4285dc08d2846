"""Who sees an entry, in every channel alike."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from PIL import Image

from allmende.accounts.actions import join_circle, new_circle
from allmende.entries import actions
from allmende.entries.models import Entry, Facet, Visibility
from allmende.modules.events.models import Event

pytestmark = pytest.mark.django_db

TITLE = "Probenabend im Keller"
PLACE = {"lat": 49.98, "lon": 11.6}


@pytest.fixture
def people(alice, bob, charlie, moderator, editor):
    """alice and bob are in the organisation, charlie is nobody's."""
    return {"guest": None, "charlie": charlie, "bob": bob, "alice": alice, "moderator": moderator, "editor": editor}


@pytest.fixture
def event(make_event, tsv):
    return make_event(
        TITLE, organisation=tsv, target_groups=["seniors"], exact={"street": "Keller", **PLACE, "private": False}
    )


def see(event, visibility: str, **more) -> Event:
    return actions.edit(
        Event.objects.select_related("region").get(pk=event.pk), {"visibility": visibility, **more}, by=None
    )


def status_of(browser, address: str) -> int:
    """A picture is streamed: read it to its end, so that its file is closed."""
    answer = browser.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def picture() -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (800, 600), "#1f5c4a").save(content, "JPEG")
    return SimpleUploadedFile("bild.jpg", content.getvalue(), "image/jpeg")


def lists_that_show(browser) -> list[str]:
    """The channels in which the title stands."""
    channels = {
        "list": "/veranstaltungen/",
        "filtered list": "/veranstaltungen/?target_group=seniors&q=probenabend",
        "map": "/veranstaltungen/karte/",
        "points": "/veranstaltungen/karte/punkte.json",
        "month": "/veranstaltungen/kalender/?monat={month}",
        "feed": "/veranstaltungen/kalender.ics",
        "csv": "/veranstaltungen/export.csv",
        "json": "/veranstaltungen/export.json",
        "home": "/",
        "search": "/suche/?q=probenabend",
    }
    month = f"{Event.objects.get().starts_at:%Y-%m}"
    return [name for name, path in channels.items() if TITLE in text_of(browser.get(path.format(month=month)))]


EVERYWHERE = ["list", "filtered list", "map", "points", "month", "feed", "csv", "json", "home", "search"]


def text_of(answer) -> str:
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        (Visibility.PUBLIC, ["guest", "charlie", "bob", "alice", "moderator", "editor"]),
        (Visibility.SIGNED_IN, ["charlie", "bob", "alice", "moderator", "editor"]),
        (Visibility.CIRCLE, ["charlie"]),
        (Visibility.LINK, []),
    ],
)
def test_lists_show_an_entry_to_those_for_whom_it_is(sign_in, people, event, charlie, visibility, seen_by):
    choir = new_circle("Chor")
    join_circle(choir, user=charlie)
    see(event, visibility, **({"circle": choir} if visibility == Visibility.CIRCLE else {}))

    found = {name: lists_that_show(sign_in(person)) for name, person in people.items()}

    assert found == {name: EVERYWHERE if name in seen_by else [] for name in people}


@pytest.mark.parametrize(
    ("visibility", "opened_by"),
    [
        (Visibility.PUBLIC, ["guest", "charlie", "bob", "alice", "moderator", "editor"]),
        (Visibility.SIGNED_IN, ["charlie", "bob", "alice", "moderator", "editor"]),
        (Visibility.CIRCLE, ["charlie", "bob", "alice", "moderator", "editor"]),
        (Visibility.LINK, ["bob", "alice", "moderator", "editor"]),
    ],
)
def test_its_page_its_date_and_its_flag_open_alike(sign_in, people, event, charlie, visibility, opened_by):
    choir = new_circle("Chor")
    join_circle(choir, user=charlie)
    see(event, visibility, **({"circle": choir} if visibility == Visibility.CIRCLE else {}))
    pages = [f"/veranstaltungen/{event.pk}/", f"/veranstaltungen/{event.pk}/termin.ics", f"/melden/{event.pk}/"]

    found = {name: [sign_in(person).get(page).status_code for page in pages] for name, person in people.items()}

    assert found == {name: [200] * 3 if name in opened_by else [404] * 3 for name in people}


@pytest.mark.parametrize("visibility", Visibility.values)
def test_its_picture_opens_with_it(sign_in, people, event, charlie, visibility):
    choir = new_circle("Chor")
    join_circle(choir, user=charlie)
    actions.set_picture(event, picture(), by=None, alt="Bild")
    shown = see(event, visibility, **({"circle": choir} if visibility == Visibility.CIRCLE else {}))
    address = f"/bilder/{shown.picture.token}/{shown.picture.widths[0]}.webp"

    found = {name: status_of(sign_in(person), address) for name, person in people.items()}

    # The address cannot be guessed: who has it has seen the page, of an entry with a link as well.
    closed = {Visibility.SIGNED_IN: ["guest"], Visibility.CIRCLE: ["guest"]}.get(visibility, [])
    assert found == {name: 404 if name in closed else 200 for name in people}


@pytest.mark.parametrize(
    ("visibility", "caching"),
    [("public", "public, max-age=86400"), ("signed_in", "private, no-store"), ("link", "private, no-store")],
)
def test_only_pictures_for_all_stay_in_shared_caches(sign_in, event, alice, visibility, caching):
    actions.set_picture(event, picture(), by=None, alt="Bild")
    shown = see(event, visibility)

    answer = sign_in(alice).get(f"/bilder/{shown.picture.token}/{shown.picture.widths[0]}.webp")
    b"".join(answer.streaming_content)

    assert answer.headers["Cache-Control"] == caching


def test_a_picture_of_a_draft_is_its_authors_alone(sign_in, people, make_event, tsv):
    draft = make_event(TITLE, organisation=tsv, public=False)
    actions.set_picture(draft, picture(), by=None, alt="Bild")
    shown = Event.objects.get().picture

    address = f"/bilder/{shown.token}/{shown.widths[0]}.webp"
    found = {name: status_of(sign_in(person), address) for name, person in people.items()}

    assert [name for name, status in found.items() if status == 200] == ["bob", "alice"]


@pytest.mark.parametrize("address", ["/bilder/{token}/1.webp", "/bilder/x/480.webp", "/bilder/{token}/99999.webp"])
def test_what_is_no_picture_is_not_found(client, event, address):
    actions.set_picture(event, picture(), by=None, alt="Bild")

    assert client.get(address.format(token=Event.objects.get().picture.token)).status_code == 404


def test_a_picture_whose_file_is_lost_is_not_found(client, event):
    from allmende.core.files import picture_path

    actions.set_picture(event, picture(), by=None, alt="Bild")
    shown = Event.objects.get().picture
    picture_path(shown, shown.widths[0]).unlink()

    assert client.get(f"/bilder/{shown.token}/{shown.widths[0]}.webp").status_code == 404


def test_the_link_opens_the_page_and_what_belongs_to_it(client, event):
    key = see(event, Visibility.LINK).link_key
    page = f"/veranstaltungen/{event.pk}/"

    opened = [client.get(f"{page}?key={key}").status_code, client.get(f"{page}termin.ics?key={key}").status_code]
    closed = [
        client.get(f"{page}{tail}").status_code
        for tail in ("", "?key=", "?key=falsch", f"?key={key[:-1]}", f"?key={key}%00")
    ]

    assert len(key) > 15
    assert opened == [200, 200]
    assert closed == [404, 404, 404, 404, 400]


def test_every_link_on_that_page_works_for_those_who_have_only_the_link(client, event):
    import re

    key = see(event, Visibility.LINK).link_key

    page = client.get(f"/veranstaltungen/{event.pk}/?key={key}").content.decode()
    links = set(re.findall(rf'href="(/(?:veranstaltungen/{event.pk}|melden/{event.pk})[^"]*)"', page))

    assert {client.get(link.replace("&amp;", "&")).status_code for link in links} == {200}
    assert len(links) == 2


def test_a_guest_who_flags_what_has_a_link_is_led_back_to_it(client, event):
    key = see(event, Visibility.LINK).link_key

    answer = client.post(
        f"/melden/{event.pk}/?key={key}", {"reason": "wrong", "text": "Falsch", "mail": "dora@gast.example"}
    )

    assert (answer.status_code, answer.url) == (302, f"/veranstaltungen/{event.pk}/?key={key}")
    assert client.get(answer.url).status_code == 200


def test_an_empty_key_opens_nothing(client, event):
    see(event, Visibility.LINK)
    Entry.objects.filter(pk=event.pk).update(link_key="")

    assert client.get(f"/veranstaltungen/{event.pk}/?key=").status_code == 404


def test_the_key_stays_when_the_entry_is_edited(event):
    first = see(event, Visibility.LINK).link_key
    see(event, Visibility.PUBLIC)

    assert see(event, Visibility.LINK, title="Neu").link_key == first


def test_the_key_of_one_entry_opens_no_other(client, event, make_event):
    key = see(event, Visibility.LINK).link_key
    other = see(make_event("Anderes"), Visibility.LINK)

    assert client.get(f"/veranstaltungen/{other.pk}/?key={key}").status_code == 404


@pytest.mark.parametrize("status", ["draft", "waiting", "hidden", "archived"])
def test_a_link_opens_only_what_is_published(client, event, status):
    key = see(event, Visibility.LINK).link_key
    Entry.objects.filter(pk=event.pk).update(status=status)

    assert client.get(f"/veranstaltungen/{event.pk}/?key={key}").status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.SIGNED_IN, Visibility.LINK])
def test_what_is_not_for_all_is_not_listed(event, visibility):
    see(event, visibility)

    entry = Entry.objects.get()
    assert (entry.listed, entry.status, entry.spans.get().listed) == (False, "public", False)


def test_what_is_for_all_again_is_listed_again(event):
    see(event, Visibility.SIGNED_IN)
    see(event, Visibility.PUBLIC)

    assert Entry.objects.get().listed
    assert list(Facet.objects.values_list("token", flat=True)) == ["target:seniors"]


def test_from_a_circle_to_all(event, charlie):
    choir = new_circle("Chor")
    see(event, Visibility.CIRCLE, circle=choir)

    entry = see(event, Visibility.PUBLIC)

    assert (entry.circle, Entry.objects.get().listed) == (None, True)


def test_the_database_refuses_what_contradicts_itself(event):
    for values in (
        {"visibility": "circle"},
        {"visibility": "link", "listed": True},
        {"status": "hidden", "listed": True},
        {"circle": new_circle("x")},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=event.pk).update(**values)


@pytest.mark.parametrize(
    ("status", "opened_by"),
    [
        ("draft", ["bob", "alice"]),
        ("waiting", ["bob", "alice", "moderator", "editor"]),
        ("hidden", ["bob", "alice", "moderator", "editor"]),
        ("archived", ["bob", "alice", "moderator", "editor"]),
    ],
)
def test_who_opens_what_is_not_public(sign_in, people, make_event, tsv, status, opened_by):
    event = make_event(TITLE, organisation=tsv, public=False)
    Entry.objects.filter(pk=event.pk).update(status=status)

    found = {name: sign_in(person).get(f"/veranstaltungen/{event.pk}/").status_code for name, person in people.items()}

    assert [name for name, answer in found.items() if answer == 200] == opened_by
    assert {lists for person in people.values() for lists in lists_that_show(sign_in(person))} == set()
