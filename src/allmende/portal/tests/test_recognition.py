"""The pages of recognition: what an organisation asks and sees, what the desk decides, what everybody reads."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.accounts.actions import found_organisation
from allmende.accounts.models import Membership
from allmende.core.models import LogEntry
from allmende.modules.directory.actions import introduce
from allmende.regions.actions import decide_recognition, expire_recognitions, request_recognition
from allmende.regions.models import Recognition, Region

PDF = b"%PDF-1.7\n%%EOF\n"
State = Recognition.State


@pytest.fixture
def page(tsv) -> str:
    return f"/anerkennung/{tsv.pk}/"


@pytest.fixture
def made(region, tsv, alice) -> Recognition:
    proof = ContentFile(PDF, name="bescheid.pdf")
    return request_recognition(tsv, region=region, reason="Sport für alle.", proof=proof, by=alice)


@pytest.fixture
def desk(made) -> str:
    return f"/amt/anerkennung/{made.pk}/"


def content_of(answer) -> bytes:
    """Read to its end, which closes the file."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def in_a_year():
    return timezone.localdate() + timedelta(days=365)


def form(**changes) -> dict[str, object]:
    proof = SimpleUploadedFile("bescheid.pdf", PDF, "application/pdf")
    return {"reason": "Sport für alle.", "proof": proof, "form_token": "eins", **changes}


# The organisation


def test_who_runs_the_organisation_finds_the_page_and_asks(page, alice, tsv, make_profile, sign_in, editor):
    profile = make_profile(organisation=tsv)
    found = [page in sign_in(alice).get(where).content.decode() for where in (profile.url, "/konto/")]

    answer = sign_in(alice).post(page, form(), follow=True)

    assert found == [True, True]
    assert "Ihr Antrag wartet auf die Entscheidung" in answer.content.decode()
    assert Recognition.objects.get().proof.name == "bescheid.pdf"


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("charlie", 404), ("editor", 404), (None, 302)])
def test_for_others_the_page_does_not_exist(who, status, page, sign_in, request):
    person = request.getfixturevalue(who) if who else None

    assert sign_in(person).get(page).status_code == status


def test_the_same_form_sent_twice_asks_once(page, alice, sign_in):
    sign_in(alice).post(page, form())
    answer = sign_in(alice).post(page, form())

    assert (answer.status_code, Recognition.objects.count()) == (302, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PDF + b"\0" * 50 * 1024 * 1024, "Diese Datei ist zu groß"),
        (b"MZ\x90\0", "Diese Datei können wir nicht lesen"),
        (b"", "Diese Datei ist leer"),
        (None, "Bitte füllen Sie dieses Feld aus"),
    ],
)
def test_a_wrong_proof_is_named_and_the_text_stays(content, said, page, alice, sign_in):
    proof = {} if content is None else {"proof": SimpleUploadedFile("scan.pdf", content, "application/pdf")}
    answer = sign_in(alice).post(page, {"reason": "Mein langer Text.", **proof})

    shown = answer.content.decode()
    assert (answer.status_code, said in shown, "Mein langer Text." in shown) == (400, True, True)
    assert Recognition.objects.count() == 0


def test_the_request_is_taken_back_with_one_button(made, page, alice, sign_in):
    answer = sign_in(alice).post(page, {"do": "withdraw", "form_token": "eins"}, follow=True)

    assert "zurückgezogen" in answer.content.decode()
    assert Recognition.objects.get().state == State.WITHDRAWN


def test_taking_back_what_was_just_decided_changes_nothing(made, page, alice, editor, sign_in):
    decide_recognition(made, by=editor, decision="Ja.", valid_until=in_a_year())

    answer = sign_in(alice).post(page, {"do": "withdraw"})

    assert (answer.status_code, Recognition.objects.get().state) == (400, State.RECOGNISED)


def test_who_asked_sees_who_looked_at_the_proof(made, page, alice, editor, sign_in):
    content_of(sign_in(editor).get(f"/anerkennung/nachweis/{made.pk}/"))

    shown = sign_in(alice).get(page).content.decode()

    assert "von Editor" in shown
    assert "angesehen am" in shown


def test_the_page_tells_what_was_decided_and_when_to_renew(made, page, alice, editor, sign_in):
    decide_recognition(made, by=editor, decision="Der Bescheid liegt vor.", valid_until=in_a_year())
    early = sign_in(alice).get(page).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=310), tick=False):
        late = sign_in(alice).get(page).content.decode()

    assert ("Der Bescheid liegt vor." in early, "Antrag absenden" in early) == (True, False)
    assert "Verlängerung beantragen" in late


# The proof


@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("bob", 404), ("charlie", 404), ("moderator", 404), ("editor", 200), ("admin", 200), (None, 302)],
)
def test_who_gets_the_proof(who, status, made, sign_in, request):
    person = request.getfixturevalue(who) if who else None
    answer = sign_in(person).get(f"/anerkennung/nachweis/{made.pk}/")
    content_of(answer)

    assert answer.status_code == status
    assert LogEntry.objects.filter(verb="looked at proof").count() == (status == 200)


def test_a_proof_comes_as_a_download_that_may_do_nothing(made, editor, sign_in):
    answer = sign_in(editor).get(f"/anerkennung/nachweis/{made.pk}/")

    assert content_of(answer) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


def test_who_was_put_out_of_the_organisation_gets_it_no_more(made, tsv, alice, bob, sign_in):
    browser = sign_in(alice)
    Membership.objects.filter(organisation=tsv, user=alice).update(role=Membership.Role.MEMBER)

    assert browser.get(f"/anerkennung/nachweis/{made.pk}/").status_code == 404


def test_in_another_region_the_proof_is_not_there(made, other_region, editor, sign_in):
    assert sign_in(editor).get(f"/auenstedt/anerkennung/nachweis/{made.pk}/").status_code == 404


def test_a_proof_that_is_missing_on_the_disk_is_a_404_and_no_look(made, editor, sign_in, settings, tmp_path):
    settings.DATA = tmp_path

    assert sign_in(editor).get(f"/anerkennung/nachweis/{made.pk}/").status_code == 404
    assert LogEntry.objects.filter(verb="looked at proof").count() == 0


# The desk


def test_the_desk_counts_lists_and_decides(made, desk, editor, sign_in, region, tsv):
    overview = sign_in(editor).get("/amt/").content.decode()
    queue = sign_in(editor).get("/amt/anerkennung/").content.decode()
    answer = sign_in(editor).post(
        desk, {"outcome": "recognised", "valid_until": in_a_year().isoformat(), "decision": "Passt."}, follow=True
    )

    assert ("Anträge auf Anerkennung" in overview, tsv.name in queue) == (True, True)
    assert "Entschieden." in answer.content.decode()
    assert Recognition.objects.get().valid_until == in_a_year()


def test_a_refusal_needs_no_day(made, desk, editor, sign_in):
    sign_in(editor).post(desk, {"outcome": "refused", "valid_until": "", "decision": "Es fehlt die Satzung."})

    assert Recognition.objects.get().state == State.REFUSED


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"decision": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"valid_until": ""}, "Bitte füllen Sie dieses Feld aus"),
        ({"valid_until": "2020-01-01"}, "Bitte wählen Sie einen Tag von heute an"),
        ({"valid_until": "2199-01-01"}, "Bitte wählen Sie einen Tag von heute an"),
        ({"valid_until": "31.2.2030"}, "Diesen Tag gibt es nicht"),
        ({"outcome": "vielleicht"}, "kern-error"),
    ],
)
def test_what_a_decision_owes(changes, said, made, desk, editor, sign_in):
    sent = {"outcome": "recognised", "valid_until": in_a_year().isoformat(), "decision": "Passt.", **changes}
    answer = sign_in(editor).post(desk, sent)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Recognition.objects.get().state == State.REQUESTED


def test_who_comes_second_reads_that_it_is_decided(made, desk, editor, admin, sign_in):
    decide_recognition(made, by=admin, decision="Nein.", valid_until=None)
    sent = {"outcome": "recognised", "valid_until": in_a_year().isoformat(), "decision": "Passt."}

    answer = sign_in(editor).post(desk, sent)

    assert (answer.status_code, Recognition.objects.get().state) == (400, State.REFUSED)
    assert "inzwischen entschieden" in answer.content.decode()


@pytest.mark.parametrize("who", ["alice", "charlie", "moderator"])
def test_for_others_the_desk_is_not_there(who, made, desk, sign_in, request):
    browser = sign_in(request.getfixturevalue(who))

    assert [browser.get(where).status_code for where in ("/amt/anerkennung/", desk)] == [404, 404]


def test_the_queue_asks_as_much_for_one_request_as_for_three(made, editor, region, alice, sign_in):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            sign_in(editor).get("/amt/anerkennung/")
        return len(queries)

    sign_in(editor).get("/amt/anerkennung/")
    one = asked()
    for number in range(2):
        club = found_organisation(f"Chor {number}", by=alice)
        request_recognition(club, region=region, reason="Ja", proof=ContentFile(PDF, name="a.pdf"), by=alice)

    assert asked() == one


# Everybody


@pytest.fixture
def profile(make_profile, tsv, made, editor):
    made_profile = make_profile(organisation=tsv)
    decide_recognition(made, by=editor, decision="Ja.", valid_until=in_a_year())
    return made_profile


def test_the_profile_wears_the_badge_and_the_directory_finds_it(profile, make_profile, sign_in):
    make_profile("Nicht dabei")
    badge = f"Gemeinwohl anerkannt bis {in_a_year():%d.%m.%Y}"

    page = sign_in(None).get(profile.url).content.decode()
    found = sign_in(None).get("/verzeichnis/?recognised=on").content.decode()

    assert badge in page
    assert (profile.title in found, "Nicht dabei" in found) == (True, False)


def test_after_the_last_day_the_badge_is_gone_and_after_the_night_the_filter_too(profile, sign_in):
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        page = sign_in(None).get(profile.url).content.decode()
        expire_recognitions()
        found = sign_in(None).get("/verzeichnis/?recognised=on").content.decode()

    assert ("Gemeinwohl anerkannt" in page, profile.title in found) == (False, False)


def test_a_profile_that_comes_after_the_recognition_wears_the_badge(made, editor, tsv, alice, region):
    decide_recognition(made, by=editor, decision="Ja.", valid_until=in_a_year())

    profile = introduce({"title": "TSV"}, region=region, by=alice, organisation=tsv)

    assert profile.is_recognised is True


def test_in_another_region_the_profile_wears_no_badge(profile, make_profile, other_region, tsv, sign_in):
    there = make_profile("TSV dort", organisation=tsv)
    type(there).objects.filter(pk=there.pk).update(region=other_region)

    assert "Gemeinwohl anerkannt" not in sign_in(None).get(f"/auenstedt/verzeichnis/{there.pk}/").content.decode()


def test_where_people_only_read_the_link_is_gone(profile, region, alice, sign_in, page):
    Region.objects.filter(pk=region.pk).update(stage=Region.Stage.READ_ONLY)

    assert page not in sign_in(alice).get(profile.url).content.decode()
