"""The pages on which people write: nothing that they typed is lost, whatever goes wrong."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from allmende.accounts.tests.letters import code_in, newest_mail
from allmende.conftest import PASSWORD
from allmende.core import tests as core_tests
from allmende.core.files import picture_path
from allmende.core.models import Picture
from allmende.entries import actions
from allmende.entries.models import Entry, Status
from allmende.entries.tests.filling import shown
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.events.models import Event

pytestmark = pytest.mark.django_db

NEW = "/verzeichnis/neu/"
HEIC_WITH_GPS = Path(next(iter(core_tests.__path__)), "data", "gps.heic")
PICTURE_FACTS = {
    "picture_alt": "Ein Garten",
    "picture_credit": "Dora",
    "picture_people": "none",
    "picture_rights": "on",
}


def filled(browser, url: str = NEW, **changes):
    """What a browser sends after the page was opened and some fields were changed."""
    page = browser.get(url)
    return {**shown(page.context["form"], **changes), "form_token": page.context["form_token"]}


def errors(answer) -> dict[str, list[str]]:
    return {name: list(found) for name, found in answer.context["form"].errors.items()}


def jpeg(size=(800, 600), **options) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "#1f5c4a").save(content, "JPEG", **options)
    return content.getvalue()


def upload(content: bytes, name: str = "bild.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


# From the form to the entry


def test_a_form_becomes_a_draft_that_is_looked_at_first(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, filled(browser, title="Lesekreis", body="Wir lesen.", action="preview"))

    profile = OrganisationProfile.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/verzeichnis/{profile.pk}/vorschau/")
    assert (profile.title, profile.status, profile.organisation.name) == ("Lesekreis", Status.DRAFT, "Lesekreis")
    assert browser.get(answer.url).status_code == 200


def test_a_draft_may_rest(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, filled(browser, title="Lesekreis", action="draft"))

    assert answer.url == f"/verzeichnis/{Entry.objects.get().pk}/"


def test_the_preview_submits_with_one_button(sign_in, make_profile, tsv, alice):
    draft, browser = make_profile("TSV", organisation=tsv, public=False), sign_in(alice)
    page = browser.get(f"/verzeichnis/{draft.pk}/vorschau/")

    answer = browser.post(page.context["publish_url"], {"form_token": page.context["form_token"]})

    assert answer.status_code == 302
    assert Entry.objects.get().status == Status.WAITING


def test_the_preview_says_whether_somebody_checks(sign_in, make_profile, tsv, alice):
    from allmende.regions.actions import switch_module

    draft, browser = make_profile("TSV", organisation=tsv, public=False), sign_in(alice)
    before = browser.get(f"/verzeichnis/{draft.pk}/vorschau/").context["needs_check"]
    switch_module(draft.region, "directory", on=True, position=1, options={"check": "after"}, by=None)

    after = browser.get(f"/verzeichnis/{draft.pk}/vorschau/").context["needs_check"]

    assert (before, after) == (True, False)


@pytest.mark.parametrize("page", [NEW, "/veranstaltungen/neu/"])
def test_what_is_marked_has_to_be_filled_in_and_nothing_else(sign_in, region, charlie, page):
    browser = sign_in(charlie)
    marked = [field.name for field in browser.get(page).context["form"].visible_fields() if field.is_marked_required]

    assert list(errors(browser.post(page, filled(browser, page)))) == marked


@pytest.mark.parametrize(
    ("step", "status", "optional"), [("freigeben", "waiting", True), ("verbergen", "public", False)]
)
def test_a_reason_that_may_be_left_out_says_so(sign_in, make_profile, editor, step, status, optional):
    entry = make_profile("TSV", public=status == "public")
    if status == "waiting":
        actions.wait_for_check(entry)
    browser = sign_in(editor)
    page = f"/verzeichnis/{entry.pk}/{step}/"

    marked = "(freiwillig)" in browser.get(page).content.decode()

    assert (marked, browser.post(page, {"note": ""}).status_code) == ((True, 302) if optional else (False, 400))


def test_what_is_wrong_is_said_in_place_and_what_was_typed_stays(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, filled(browser, title="", body="Ein langer Text über das Lesen.", website="ftp://x"))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert errors(answer) == {
        "title": ["Bitte füllen Sie dieses Feld aus."],
        "website": ["Die Adresse muss mit https:// oder http:// beginnen."],
    }
    assert "Ein langer Text über das Lesen." in page
    assert "ftp://x" in page
    assert Entry.objects.count() == 0


def test_the_same_form_sent_again_leads_to_the_same_entry(sign_in, region, charlie):
    browser = sign_in(charlie)
    data = filled(browser, title="Lesekreis")

    answers = [browser.post(NEW, data) for _ in range(3)]

    assert len({answer.url for answer in answers}) == 1
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("acting_as", ["", "0", "-1", "999999", "x", "%00"])
def test_nobody_acts_for_an_organisation_that_is_not_theirs(sign_in, tsv, charlie, acting_as):
    browser = sign_in(charlie)

    answer = browser.post(NEW, filled(browser, title="TSV", acting_as=acting_as))

    assert answer.status_code == 400
    assert "acting_as" in errors(answer)


def test_not_even_by_its_number(sign_in, tsv, charlie):
    browser = sign_in(charlie)

    assert "acting_as" in errors(browser.post(NEW, filled(browser, title="TSV", acting_as=str(tsv.pk))))


def test_fields_that_the_form_does_not_have_change_nothing(sign_in, region, charlie):
    browser = sign_in(charlie)
    forged = {
        "status": "public",
        "listed": "on",
        "user": "1",
        "region": "9",
        "link_key": "x",
        "checked_at": "2030-01-01",
        "source": "x",
        "id": "99",
    }

    browser.post(NEW, {**filled(browser, title="Lesekreis"), **forged})

    entry = Entry.objects.get()
    assert (entry.status, entry.listed, entry.user, entry.link_key, entry.checked_at, entry.source) == (
        "draft",
        False,
        None,
        "",
        None,
        "",
    )


# Two tabs


def test_the_second_of_two_tabs_keeps_its_text_and_decides(sign_in, make_profile, tsv, alice):
    entry, browser = make_profile("TSV", organisation=tsv, body="Alt"), sign_in(alice)
    url = f"/verzeichnis/{entry.pk}/bearbeiten/"
    first, second = filled(browser, url, title="Erster Tab"), filled(browser, url, title="Zweiter Tab")
    browser.post(url, first)

    refused = browser.post(url, second)
    again = browser.post(url, {**second, "version": refused.context["form"]["version"].value(), "form_token": "new"})

    page = refused.content.decode()
    assert refused.status_code == 400
    assert errors(refused)["__all__"][0].startswith("Der Eintrag wurde inzwischen an anderer Stelle geändert.")
    assert "Zweiter Tab" in page
    assert again.status_code == 302
    assert Entry.objects.get().title == "Zweiter Tab"


def test_between_two_tabs_the_first_text_is_not_lost_unseen(sign_in, make_profile, tsv, alice):
    entry, browser = make_profile("TSV", organisation=tsv), sign_in(alice)
    url = f"/verzeichnis/{entry.pk}/bearbeiten/"
    stale = filled(browser, url, title="Zweiter Tab")
    browser.post(url, filled(browser, url, title="Erster Tab"))

    browser.post(url, stale)

    assert Entry.objects.get().title == "Erster Tab"


def test_a_release_does_not_publish_what_the_editor_has_not_seen(sign_in, make_profile, tsv, alice, editor):
    entry = make_profile("TSV", organisation=tsv, public=False)
    actions.wait_for_check(entry)
    browser = sign_in(editor)
    page = browser.get(f"/verzeichnis/{entry.pk}/freigeben/").content.decode()
    actions.edit(OrganisationProfile.objects.select_related("region").get(), {"title": "Ganz anders"}, by=alice)

    answer = browser.post(f"/verzeichnis/{entry.pk}/freigeben/", {"form_token": "a", "version": "1"})

    assert 'name="version" value="1"' in page
    assert answer.status_code == 400
    assert Entry.objects.get().status == Status.WAITING


def test_a_step_that_is_over_is_not_found(sign_in, make_profile, tsv, editor):
    entry = make_profile("TSV", organisation=tsv)

    answer = sign_in(editor).post(f"/verzeichnis/{entry.pk}/freigeben/", {"form_token": "a"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "back", ["https://boese.example/", "//boese.example", "/\\boese.example", "\\\\boese.example", "javascript:x"]
)
def test_a_step_never_leads_to_another_site(sign_in, make_profile, editor, back):
    entry = make_profile("TSV")

    answer = sign_in(editor).post(f"/verzeichnis/{entry.pk}/archivieren/", {"form_token": "a", "next": back})

    assert answer.url == f"/verzeichnis/{entry.pk}/"


def test_who_returned_an_entry_is_not_led_to_a_page_that_is_the_authors_alone(sign_in, make_profile, tsv, editor):
    entry = make_profile("TSV", organisation=tsv, public=False)
    actions.wait_for_check(entry)
    browser = sign_in(editor)

    answer = browser.post(f"/verzeichnis/{entry.pk}/zurueckgeben/", {"form_token": "a", "note": "Bitte ändern"})

    assert answer.url == "/verzeichnis/"
    assert browser.get(f"/verzeichnis/{entry.pk}/").status_code == 404


# The session is over while somebody writes


def test_the_text_survives_a_session_that_is_over(region, alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    data = filled(browser, title="Lesekreis", body="Viele Sätze, mit Mühe geschrieben.")
    browser.session.flush()
    token = browser.cookies["csrftoken"].value

    sent = browser.post(NEW, {**data, "csrfmiddlewaretoken": token})
    sign_in = browser.get(sent.url)
    browser.post(
        "/anmelden/", {"email": alice.email, "next": NEW, "csrfmiddlewaretoken": sign_in.context["csrf_token"]}
    )
    came_in = browser.post(
        f"/anmelden/code/?next={NEW}",
        {"code": code_in(newest_mail()), "next": NEW, "csrfmiddlewaretoken": browser.cookies["csrftoken"].value},
    )
    page = browser.get(came_in.url).content.decode()

    assert sent.url == f"/anmelden/?next={NEW}"
    assert came_in.url == NEW
    assert "Viele Sätze, mit Mühe geschrieben." in page
    assert 'value="Lesekreis"' in page


def test_it_survives_signing_in_with_a_password_and_a_mistake(client, region, alice):
    client.post(NEW, {"title": "Lesekreis", "body": "Viele Sätze."})
    client.post("/anmelden/passwort/", {"login": alice.email, "password": "falsch"})
    client.post("/anmelden/von-vorn/")

    came_in = client.post("/anmelden/passwort/", {"login": alice.email, "password": PASSWORD, "next": NEW})

    assert "Viele Sätze." in client.get(came_in.url).content.decode()


def test_it_survives_in_the_form_of_an_edit(sign_in, client, make_profile, tsv, alice):
    entry = make_profile("TSV", organisation=tsv, body="Alt")
    url = f"/verzeichnis/{entry.pk}/bearbeiten/"
    data = filled(sign_in(alice), url, body="Neu und mit Mühe geschrieben.")
    client.logout()
    client.post(url, data)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = client.get(url).content.decode()

    assert "Neu und mit Mühe geschrieben." in page
    assert Entry.objects.get().body == "Alt"


def test_a_stranger_does_not_find_the_text_of_another(client, region, alice, charlie):
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.logout()
    client.post(NEW, {"title": "Von Alice"})
    stranger = Client()
    stranger.force_login(charlie, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert "Von Alice" not in stranger.get(NEW).content.decode()


# Text that is none


@pytest.mark.parametrize(
    "title", ["", " ", "\u200b", "\u2060\ufeff", "\u202e", "\u3164\u115f", "\u00ad", "\t\n", "\u2800"]
)
def test_a_title_that_nobody_can_see_is_none(sign_in, region, charlie, title):
    browser = sign_in(charlie)

    assert errors(browser.post(NEW, filled(browser, title=title))) == {"title": ["Bitte füllen Sie dieses Feld aus."]}


def test_controls_of_direction_vanish(sign_in, region, charlie):
    browser = sign_in(charlie)

    browser.post(NEW, filled(browser, title="\u202eTSV\u2066 Lin\u200bdach\u2069", summary="a\u0007b\u202ec"))

    assert Entry.objects.values_list("title", "summary").get() == ("TSV Lindach", "abc")


@pytest.mark.parametrize(
    "field", ["title", "body", "tags", "phone", "website", "relay_mail", "links", "acting_as", "district", "version"]
)
@pytest.mark.parametrize("broken", [b"a%00b", b"a%ED%A0%80b", b"%FF"])
def test_broken_text_is_refused_in_any_field(sign_in, region, charlie, field, broken):
    browser = sign_in(charlie)

    answer = browser.post(NEW, field.encode() + b"=" + broken, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@pytest.mark.parametrize("broken", [b"a\0b", b"a\xed\xa0\x80b", b"Caf\xe9", b"\xff"])
def test_broken_text_is_refused_in_forms_with_files_too(sign_in, region, charlie, broken):
    browser = sign_in(charlie)
    fields = {name.encode(): value.encode() for name, value in filled(browser).items()} | {b"title": broken}
    parts = [b'--X\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % field for field in fields.items()]

    answer = browser.post(NEW, b"".join(parts) + b"--X--\r\n", content_type="multipart/form-data; boundary=X")

    assert (answer.status_code, list(errors(answer))) == (400, ["title"])
    assert Entry.objects.count() == 0


def test_an_empty_form_gets_its_errors(sign_in, region, charlie):
    answer = sign_in(charlie).post(NEW, "", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, "title" in errors(answer)) == (400, True)


@pytest.mark.parametrize(
    "body",
    [b"", b"--X", b"--X\r\n\r\n", b"\x00" * 100, b"--X\r\nContent-Disposition: form-data; name=\r\n\r\nx\r\n--X--"],
)
def test_a_form_that_was_cut_off_is_refused(sign_in, region, charlie, body):
    answer = sign_in(charlie).post(NEW, body, content_type="multipart/form-data; boundary=X")

    assert answer.status_code in {200, 400}
    assert Entry.objects.count() == 0


def test_five_megabytes_of_text_are_refused_with_a_word(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, filled(browser, title="TSV", body="a" * 5_000_000))

    assert answer.status_code == 413
    assert "zu groß" in answer.content.decode() or "zu lang" in answer.content.decode()


def test_a_text_a_little_too_long_is_kept_and_says_how_much(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, filled(browser, title="TSV", body="a" * 20_001))

    assert errors(answer) == {
        "body": ["Das ist zu lang: 20001 Zeichen, höchstens 20000 sind möglich. Bitte kürzen Sie."]
    }
    assert "a" * 20_001 in answer.content.decode()


def test_six_hundred_fields_are_refused(sign_in, region, charlie):
    answer = sign_in(charlie).post(NEW, {f"field{number}": "x" for number in range(600)})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "text",
    [
        "> " * 5000 + "tief",
        "- " * 5000,
        "[" * 10_000,
        "*" * 19_999,
        "`" * 19_999,
        "![](" * 4000,
        "<div>" * 3000,
        "((((" * 4000,
        "|" * 19_000 + "\n" + "|-" * 400,
    ],
)
def test_deep_markdown_is_drawn_all_the_same(client, make_profile, text):
    entry = make_profile("TSV", body=text[:20_000])

    assert client.get(f"/verzeichnis/{entry.pk}/").status_code == 200


def test_text_of_people_is_never_code(client, make_profile):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7|add:7 }}{% now %}"
    entry = make_profile(
        evil,
        summary=evil,
        body=evil,
        goals=evil,
        how_to_join=evil,
        contact_name=evil,
        tags=[evil],
        website="https://x.example/",
    )

    pages = [
        client.get(url).content.decode()
        for url in (f"/verzeichnis/{entry.pk}/", "/verzeichnis/", "/verzeichnis/karte/", "/", "/suche/?q=script")
    ]

    assert [page.count("<script>alert") + page.count("<img src=x") for page in pages] == [0] * 5
    assert "&lt;script&gt;" in pages[0]
    assert "{{ 7|add:7 }}{% now %}" in pages[0]


def test_javascript_is_no_link(sign_in, region, charlie):
    browser = sign_in(charlie)

    for field in ("website", "links"):
        answer = browser.post(NEW, filled(browser, title="TSV", **{field: "javascript:alert(1)"}))
        assert list(errors(answer)) == [field]


# Pictures


def test_a_picture_is_stored_anew_without_what_the_camera_adds(sign_in, region, charlie):
    exif = Image.Exif()
    exif[0x010F] = "Invented Camera"
    exif.get_ifd(0x8825)[2] = (49.0, 58.0, 30.0)
    browser = sign_in(charlie)

    answer = browser.post(
        NEW, {**filled(browser, title="TSV", **PICTURE_FACTS), "picture_file": upload(jpeg(exif=exif))}
    )

    picture = Entry.objects.get().picture
    stored = [picture_path(picture, width).read_bytes() for width in picture.widths]
    assert answer.status_code == 302
    assert (picture.alt, picture.credit, picture.rights_confirmed, picture.people_recognisable) == (
        "Ein Garten",
        "Dora",
        True,
        False,
    )
    assert [dict(Image.open(io.BytesIO(content)).getexif()) for content in stored] == [{}] * len(stored)
    assert [b"Invented Camera" in content for content in stored] == [False] * len(stored)


def test_the_picture_of_a_telephone_loses_its_place(sign_in, region, charlie):
    browser = sign_in(charlie)
    file = upload(HEIC_WITH_GPS.read_bytes(), "IMG_1.HEIC", "image/heic")

    answer = browser.post(NEW, {**filled(browser, title="TSV", **PICTURE_FACTS), "picture_file": file})

    picture = Entry.objects.get().picture
    stored = Image.open(picture_path(picture, picture.widths[-1]))
    assert answer.status_code == 302
    assert (stored.format, dict(stored.getexif()), (stored.width, stored.height)) == ("WEBP", {}, (64, 48))
    stored.close()


def png_bomb() -> bytes:
    """A header that promises 40,000 × 40,000 pixels."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7 kein Bild", "bild.jpg", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "bild.svg", "image/svg+xml"),
        (b"GIF89a", "bild.gif", "image/gif"),
        (b"\xff\xd8\xff\xe0nur der Anfang", "bild.jpg", "image/jpeg"),
        (b"<html><script>alert(1)</script>", "bild.png", "image/png"),
        (b"", "leer.jpg", "image/jpeg"),
        (b"a" * 1000, "../../etc/passwd", "image/jpeg"),
    ],
)
def test_what_is_no_picture_is_refused_in_place(sign_in, region, charlie, content, name, kind):
    browser = sign_in(charlie)

    answer = browser.post(
        NEW,
        {
            **filled(browser, title="TSV", body="Mein Text", **PICTURE_FACTS),
            "picture_file": upload(content, name, kind),
        },
    )

    assert answer.status_code == 400
    assert list(errors(answer)) == ["picture_file"]
    assert "Mein Text" in answer.content.decode()
    assert (Entry.objects.count(), Picture.objects.count()) == (0, 0)


def test_a_picture_bomb_is_refused_in_place(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(
        NEW,
        {**filled(browser, title="TSV", **PICTURE_FACTS), "picture_file": upload(png_bomb(), "bild.png", "image/png")},
    )

    assert list(errors(answer)) == ["picture_file"]


@pytest.mark.parametrize("field", ["picture_file", "logo_file"])
def test_a_picture_that_breaks_off_is_refused_in_place_and_nothing_is_half_done(sign_in, region, charlie, field):
    browser = sign_in(charlie)
    whole = jpeg((1200, 900), quality=95)

    answer = browser.post(
        NEW,
        {**filled(browser, title="TSV", body="Mein Text", **PICTURE_FACTS), field: upload(whole[: len(whole) // 3])},
    )

    assert answer.status_code == 400
    assert list(errors(answer)) == [field]
    assert "Mein Text" in answer.content.decode()
    assert (Entry.objects.count(), Picture.objects.count()) == (0, 0)


def test_a_picture_that_breaks_off_changes_nothing_of_an_entry(sign_in, make_profile, tsv, alice):
    entry, browser = make_profile("TSV", organisation=tsv), sign_in(alice)
    url = f"/verzeichnis/{entry.pk}/bearbeiten/"
    whole = jpeg((1200, 900), quality=95)

    answer = browser.post(
        url, {**filled(browser, url, title="Neu", **PICTURE_FACTS), "picture_file": upload(whole[: len(whole) // 3])}
    )

    assert answer.status_code == 400
    assert list(errors(answer)) == ["picture_file"]
    assert Entry.objects.values_list("title", "version").get() == ("TSV", 1)


def test_a_picture_owes_its_facts(sign_in, region, charlie):
    browser = sign_in(charlie)

    answer = browser.post(NEW, {**filled(browser, title="TSV"), "picture_file": upload(jpeg())})

    assert sorted(errors(answer)) == ["picture_alt", "picture_credit", "picture_people", "picture_rights"]


def test_an_edit_without_a_new_picture_keeps_the_old_one(sign_in, make_profile, tsv, alice):
    entry, browser = make_profile("TSV", organisation=tsv), sign_in(alice)
    actions.set_picture(entry, upload(jpeg()), by=alice, alt="Ein Garten", credit="Dora")
    url, before = f"/verzeichnis/{entry.pk}/bearbeiten/", Entry.objects.get().picture_id

    browser.post(url, filled(browser, url, title="Neu", picture_alt="Ein Garten im Mai"))

    after = Entry.objects.get()
    assert (after.title, after.picture_id, after.picture.alt, after.picture.credit) == (
        "Neu",
        before,
        "Ein Garten im Mai",
        "Dora",
    )


@pytest.mark.parametrize("field", ["picture_alt", "picture_credit"])
def test_an_edit_does_not_take_the_words_of_a_kept_picture(sign_in, make_profile, tsv, alice, field):
    entry, browser = make_profile(organisation=tsv), sign_in(alice)
    actions.set_picture(entry, upload(jpeg()), by=alice, alt="Ein Garten", credit="Dora")
    url = f"/verzeichnis/{entry.pk}/bearbeiten/"

    answer = browser.post(url, filled(browser, url, title="Neu", **{field: " "}))

    after = Entry.objects.get()
    assert (answer.status_code, list(errors(answer)), after.title) == (400, [field], "TSV Lindach")
    assert (after.picture.alt, after.picture.credit) == ("Ein Garten", "Dora")


def test_a_picture_can_be_taken_away(sign_in, make_profile, tsv, alice):
    entry, browser = make_profile("TSV", organisation=tsv), sign_in(alice)
    actions.set_picture(entry, upload(jpeg()), by=alice, alt="Ein Garten")
    url = f"/verzeichnis/{entry.pk}/bearbeiten/"

    browser.post(url, filled(browser, url, **{"picture_file-clear": "on"}))

    assert Entry.objects.get().picture is None


def test_pictures_that_nothing_shows_are_removed_after_a_day(make_profile, time_machine):
    from datetime import timedelta

    from django.utils import timezone

    entry = make_profile("TSV")
    for _ in range(2):
        actions.set_picture(entry, upload(jpeg()), by=None, alt="Ein Garten")
    counts = [actions.remove_orphan_pictures()]
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))

    counts += [actions.remove_orphan_pictures(), actions.remove_orphan_pictures()]

    assert counts == [0, 1, 0]
    assert list(Picture.objects.values_list("pk", flat=True)) == [Entry.objects.get().picture_id]


def test_a_logo_is_not_taken_for_a_picture_that_nothing_shows(sign_in, region, charlie, time_machine):
    from datetime import timedelta

    from django.utils import timezone

    browser = sign_in(charlie)
    browser.post(NEW, {**filled(browser, title="TSV", **PICTURE_FACTS), "logo_file": upload(jpeg())})
    time_machine.move_to(timezone.now() + timedelta(days=2))

    assert actions.remove_orphan_pictures() == 0
    assert Picture.objects.get() == OrganisationProfile.objects.get().logo


# Drafts of others


@pytest.mark.parametrize("who", ["guest", "charlie", "moderator", "editor", "admin", "platform"])
@pytest.mark.parametrize(
    "page", ["", "vorschau/", "bearbeiten/", "einreichen/", "loeschen/", "freigeben/", "termin.ics", "absage/"]
)
def test_a_draft_is_nobody_elses_business(request, sign_in, make_event, tsv, who, page):
    draft = make_event("Geheimes Fest", organisation=tsv, public=False)
    browser = sign_in(None if who == "guest" else request.getfixturevalue(who))

    answers = [
        browser.get(f"/veranstaltungen/{draft.pk}/{page}"),
        browser.post(f"/veranstaltungen/{draft.pk}/{page}", {"note": "x"}),
    ]

    allowed = {302, 404, 405} if who == "guest" else {404, 405}
    assert {answer.status_code for answer in answers} <= allowed
    assert ["Geheimes Fest" in answer.content.decode() for answer in answers] == [False, False]
    assert Event.objects.get().status == Status.DRAFT
