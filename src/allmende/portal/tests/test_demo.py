from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from allmende.accounts.models import User
from allmende.accounts.permissions import role_in
from allmende.core.models import LogEntry
from allmende.core.postbox import PostboxBackend
from allmende.correspondence.models import Thread
from allmende.entries.models import Entry
from allmende.moderation.models import Flag
from allmende.portal.demo_town.accounts import rows
from allmende.regions.models import Address, Region, Role
from allmende.regions.permissions import may_enter


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.DATA = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path / "post")
    return settings


@pytest.fixture
def town(db, demo, client, monkeypatch):
    """The demo towns without their pictures: those take seconds, and have tests of their own."""
    monkeypatch.setattr("allmende.portal.demo_town.load.PICTURES", demo.DATA / "none")
    client.defaults["HTTP_HOST"] = "127.0.0.1:8000"
    call_command("demo", verbosity=0)
    return Region.objects.get(slug="lindach")


def test_the_demo_town_is_made_and_a_second_run_changes_nothing(town):
    before = (Entry.objects.count(), User.objects.count(), LogEntry.objects.count())

    call_command("demo", verbosity=0)

    assert before == (Entry.objects.count(), User.objects.count(), LogEntry.objects.count())
    assert (town.is_home, town.stage, town.has_basemap, town.districts.count()) == (True, "open", True, 5)


def test_the_numbers_are_those_of_the_design(town):
    listed = Entry.objects.filter(region=town, listed=True)

    assert (listed.filter(kind="organisation").count(), listed.filter(kind="event").count()) == (30, 60)
    assert Entry.objects.filter(region=town, status="waiting").count() == 4
    assert {scheme.slug: scheme.topics.count() for scheme in town.topic_schemes.all()} == {"themen": 12, "klima": 8}
    assert (Thread.objects.count(), Flag.objects.filter(state="open").count()) == (4, 2)


def test_something_waits_on_every_page_of_the_desk(town, client):
    client.post("/demo/", {"account": "redaktion"})

    waiting = client.get("/amt/").context["waiting"]

    assert (waiting.entries, waiting.edited, waiting.flags, waiting.overdue, waiting.messages) == (4, 1, 2, 1, 1)
    assert (waiting.barriers, waiting.barriers_overdue) == (1, 0)


def test_a_citizen_may_take_over_what_she_wrote_as_a_guest(town, client):
    client.post("/demo/", {"account": "buergerin"})

    assert client.get("/konto/").context["to_claim"] == 1


def test_entries_came_in_over_months_and_nothing_in_the_future(town):
    dates = list(Entry.objects.filter(region=town, listed=True).values_list("published_at", "created_at"))

    assert len({published.date() for published, _created in dates}) > 50
    assert all(created <= published for published, created in dates)


def test_the_topics_lists_follow_the_dates(town):
    entry = Entry.objects.filter(region=town, listed=True).first()

    assert {row.published_at for row in entry.topic_rows.all()} == {entry.published_at}


def test_each_account_has_its_role(town):
    roles = {role.user.email.partition("@")[0]: role.name for role in Role.objects.select_related("user")}

    assert roles == {
        "redaktion": "editor", "moderation": "moderator", "region": "region_admin", "support": "platform_admin",
    }  # fmt: skip
    tsv = Entry.objects.get(title="TSV Lindach 1921").organisation
    assert role_in(User.objects.get(email="verein@lindach.example"), tsv) == "owner"


def test_a_private_address_is_not_shown(town):
    profile = Entry.objects.get(title="Helga Wirth: Vorlesen und Lesen üben")

    assert (profile.precision, profile.place_text, profile.exact_place.street) == ("blurred", "", "Bahnhofstraße 20")


def test_who_gives_no_address_stands_in_a_district_and_on_no_map(town):
    meeting = Entry.objects.get(title="Foto-Treff Lindach")

    assert (meeting.place_text, meeting.lat, meeting.cell, meeting.district.slug) == ("", None, None, "altstadt")


def test_auenstedt_is_for_the_invited(town, client):
    auenstedt = Region.objects.get(slug="auenstedt")

    assert auenstedt.stage == "invited"
    assert may_enter(User.objects.get(email="buergerin@lindach.example"), auenstedt)
    assert not may_enter(User.objects.get(email="verein@lindach.example"), auenstedt)


def test_links_lead_to_where_the_demo_answers(town):
    assert town.url("portal:home") == "http://127.0.0.1:8000/"

    call_command("demo", "--origin", "http://127.0.0.1:8123", verbosity=0)

    assert Region.objects.get(slug="lindach").url("portal:home") == "http://127.0.0.1:8123/"
    assert Address.objects.exclude(host="").count() == 1


@pytest.mark.parametrize("origin", ["127.0.0.1:8000", "ftp://x", "http://x/path", "http://"])
def test_an_origin_that_is_none_is_refused(demo, db, origin):
    with pytest.raises(CommandError, match="--origin"):
        call_command("demo", "--origin", origin)


def test_outside_a_demo_nothing_is_made(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="ALLMENDE_DEMO"):
        call_command("demo")


def test_one_button_signs_in(town, client):
    for row in rows():
        answer = client.post("/demo/", {"account": row["key"]})

        assert answer.url == ("/amt/" if row["desk"] else "/konto/")
        assert client.get(answer.url).context["user"].email == row["mail"]


def test_an_unknown_account_is_404(town, client):
    assert client.post("/demo/", {"account": "nobody"}).status_code == 404


@pytest.mark.parametrize("path", ["/demo/", "/demo/post/", "/demo/post/20260101T000000-aa.eml/0/"])
def test_outside_a_demo_these_pages_do_not_exist(region, client, settings, path):
    settings.DEMO = False

    assert client.get(path).status_code == 404
    assert client.post("/demo/", {"account": "support"}).status_code == 404


def test_every_page_of_the_demo_opens(town, client):
    client.post("/demo/", {"account": "redaktion"})

    assert {
        path: client.get(path).status_code for path in ("/", "/demo/", "/demo/post/", "/amt/pruefen/", "/konto/")
    } == dict.fromkeys(("/", "/demo/", "/demo/post/", "/amt/pruefen/", "/konto/"), 200)


def send(subject, body="Guten Tag", attachment=None):
    from django.core.mail import EmailMessage as Mail  # two things of one name

    mail = Mail(subject, body, "post@lindach.example", ["maja@lindach.example"])
    if attachment:
        mail.attach(*attachment)
    PostboxBackend().send_messages([mail])


def test_the_postbox_shows_mails_newest_first_with_links(region, demo, client):
    send("Erste")
    send("Zweite", "Hier: http://127.0.0.1:8000/konto/ <script>")

    answer = client.get("/demo/post/")

    assert [letter.subject for letter in answer.context["letters"]] == ["Zweite", "Erste"]
    assert b'<a href="http://127.0.0.1:8000/konto/"' in answer.content
    assert b"&lt;script&gt;" in answer.content


def test_an_attachment_is_handed_out_and_nothing_else(region, demo, client):
    send("Termin", attachment=("termin.ics", "BEGIN:VCALENDAR", "text/calendar"))
    name = client.get("/demo/post/").context["letters"][0].name

    answer = client.get(f"/demo/post/{name}/0/")

    assert b"".join(answer.streaming_content) == b"BEGIN:VCALENDAR"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="termin.ics"'
    assert client.get(f"/demo/post/{name}/1/").status_code == 404
    assert client.get("/demo/post/..%2Fsecret/0/").status_code == 404


def test_a_file_that_is_no_mail_is_left_alone(region, demo, client):
    folder = Path(demo.EMAIL_FILE_PATH)
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("x")
    (folder / "20260101T000000000000-abcdef01.eml").write_bytes(EmailMessage().as_bytes())

    assert [letter.subject for letter in client.get("/demo/post/").context["letters"]] == [""]
