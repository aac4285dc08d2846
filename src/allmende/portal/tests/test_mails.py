"""Support's view of the mails: what became of each, an address corrected, a new way in; never a text, never a code."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.accounts.models import User
from allmende.accounts.tests.letters import code_in, is_signed_in, newest_mail
from allmende.core.models import Lease, LogEntry, Mail
from allmende.core.outbox import SERVER, enqueue
from allmende.portal.actions import correct_address, send_way_in
from allmende.portal.outcomes import masked, outcome
from allmende.regions.actions import give_role, invite
from allmende.regions.models import Invitation, Role

pytestmark = pytest.mark.django_db

LINK = re.compile(r"/konto/mit-link/[\w-]+/")


@pytest.fixture
def make_mail(region):
    def make(to="anna.muster@gmial.example", *, state=Mail.REFUSED, code=550, answer="5.1.1 no such user", **values):
        mail = enqueue(
            to=to, subject=values.pop("subject", "Veröffentlicht: Sommerfest"), body="Geheim", region_id=region.pk,
            sensitive=values.pop("sensitive", False),
        )  # fmt: skip
        settled = {} if state == Mail.WAITING else {"settled_at": timezone.now(), "body": ""}
        values = {"attempts": 1, "code": code, "answer": answer} | settled | values
        Mail.objects.filter(pk=mail.pk).update(state=state, **values)
        mail.refresh_from_db()
        return mail

    return make


@pytest.fixture
def anna(region):
    """Signed up with a typing error: nobody has confirmed the address."""
    user = User.objects.create_user("anna.muster@gmial.example", name="Anna Muster")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


def correct(browser, mail, to="anna.muster@gmail.example", reason="Am Telefon buchstabiert."):
    return browser.post(f"/amt/post/{mail.pk}/", {"do": "correct", "to": to, "reason": reason})


# What became of it


@pytest.mark.parametrize(
    ("state", "code", "answer", "words"),
    [
        (Mail.SENT, 250, "", "Der Mailserver hat sie angenommen."),
        (Mail.REFUSED, 550, "5.1.1 no such user", "Diese Adresse gibt es dort nicht."),
        (Mail.REFUSED, 550, "unknown user", "Diese Adresse gibt es dort nicht."),
        (Mail.REFUSED, 552, "5.2.2 over quota", "Das Postfach ist voll."),
        (Mail.REFUSED, 550, "5.2.1 disabled", "Das Postfach ist abgeschaltet."),
        (Mail.REFUSED, 550, "5.7.1 looks like spam", "Der Mailserver will unsere E-Mail nicht"),
        (Mail.REFUSED, 571, "no", "Der Mailserver nimmt für diese Adresse nichts an."),
        (Mail.REFUSED, None, "UnicodeEncodeError", "An diese Adresse lässt sich nichts senden."),
        (Mail.WAITING, 451, "4.7.1 greylisted", "Der Mailserver bittet um Geduld."),
        (Mail.WAITING, 451, "come back later", "Der Mailserver bittet um Geduld."),
        (Mail.WAITING, 530, "authentication required", "Der Mailserver lässt uns nicht senden."),
        (Mail.WAITING, None, "SMTPServerDisconnected", "Die Verbindung brach ab."),
        (Mail.GIVEN_UP, 451, "come back later", "Niemand nahm sie an. Zuletzt: Der Mailserver bittet um Geduld."),
    ],
)
def test_what_the_server_said_in_words(make_mail, state, code, answer, words):
    mail = make_mail(state=state, code=code, answer=answer)

    assert outcome(mail).words.startswith(words)


def test_a_mail_that_nobody_tried_yet(make_mail):
    waiting = make_mail(state=Mail.WAITING, attempts=0, code=None, answer="")
    dropped = make_mail(state=Mail.GIVEN_UP, attempts=0, code=None, answer="")

    assert [outcome(mail).words for mail in (waiting, dropped)] == [
        "Sie ist auf dem Weg.",
        "Sie ging nicht hinaus und gilt nicht mehr.",
    ]


def test_the_list_shows_neither_whole_addresses_nor_texts(make_mail, sign_in, admin):
    make_mail(state=Mail.WAITING, subject="Nachricht von Bob: Meine Kündigung")
    make_mail("bob@lindach.example", state=Mail.SENT)

    page = sign_in(admin).get("/amt/post/").content.decode()

    assert masked("bob@lindach.example") == "b…@lindach.example"
    assert [text in page for text in ("a…@gmial.example", "b…@lindach.example", "Nachricht von Bob …")] == [True] * 3
    assert [text in page for text in ("anna.muster", "bob@", "Geheim", "Kündigung")] == [False] * 4


def test_a_page_shows_the_whole_address_only_where_something_is_to_be_mended(make_mail, sign_in, admin):
    lost, sent = make_mail(), make_mail("bob@lindach.example", state=Mail.SENT)
    browser = sign_in(admin)

    lost_page, sent_page = (browser.get(f"/amt/post/{mail.pk}/").content.decode() for mail in (lost, sent))

    assert "anna.muster@gmial.example" in lost_page
    assert "550 5.1.1 no such user" in lost_page
    assert "bob@lindach.example" not in sent_page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["a", "b", "c", "d", "e"]), ("?state=refused", ["a"]), ("?state=lost", ["a", "e"]), ("?state=waiting", ["b", "c"]), ("?state=delayed", ["b"]),
        ("?address=D@lindach.example", ["d"]), ("?state=sent&address=a@lindach.example", []),
    ],
)  # fmt: skip
def test_the_list_is_filtered(make_mail, sign_in, admin, query, found):
    make_mail("a@lindach.example")
    make_mail("b@lindach.example", state=Mail.WAITING, code=451)
    make_mail("c@lindach.example", state=Mail.WAITING, attempts=0, code=None)
    make_mail("d@lindach.example", state=Mail.SENT)
    make_mail("e@lindach.example", state=Mail.GIVEN_UP)

    page = sign_in(admin).get(f"/amt/post/{query}")

    assert sorted(row["to"][0] for row in page.context["rows"]) == found


def test_a_filter_that_is_none(sign_in, admin):
    assert sign_in(admin).get("/amt/post/?state=verschwunden").status_code == 400


def test_the_list_goes_on(make_mail, sign_in, admin):
    for number in range(41):
        make_mail(f"p{number:02}@lindach.example")
    browser = sign_in(admin)
    first = browser.get("/amt/post/?state=refused")

    second = browser.get(first.context["next_url"])

    assert [len(page.context["rows"]) for page in (first, second)] == [40, 1]


def test_a_region_sees_its_own_mails_and_the_platform_all(make_mail, sign_in, admin, platform, other_region):
    mail = make_mail()
    Mail.objects.filter(pk=mail.pk).update(region_id=other_region.pk)

    seen = {
        who.name: [len(browser.get(f"/amt/post/{query}").context["rows"]) for query in ("", "?everywhere=on")]
        + [browser.get(f"/amt/post/{mail.pk}/").status_code]
        for who in (admin, platform)
        if (browser := sign_in(who))
    }

    assert seen == {"Admin": [0, 0, 404], "Platform": [0, 1, 200]}


def test_a_mail_server_that_rests_is_said(sign_in, admin):
    browser = sign_in(admin)
    before = "nicht zu erreichen" in browser.get("/amt/post/").content.decode()
    Lease.objects.create(name=SERVER, attempts=1)

    assert (before, "nicht zu erreichen" in browser.get("/amt/post/").content.decode()) == (False, True)


# An address is corrected


def test_a_typing_error_is_mended_and_its_person_comes_in(make_mail, anna, sign_in, admin, client):
    mail = make_mail()

    answer = correct(sign_in(admin), mail)

    anna.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, "/amt/post/")
    assert anna.email == "anna.muster@gmail.example"
    assert list(EmailAddress.objects.filter(user=anna).values_list("email", "verified", "primary")) == [
        ("anna.muster@gmail.example", False, True)
    ]
    client.logout()
    client.post("/anmelden/", {"email": "anna.muster@gmail.example"})
    client.post("/anmelden/code/", {"code": code_in(newest_mail())})
    assert is_signed_in(client)
    assert EmailAddress.objects.get(user=anna).verified


def test_the_log_says_who_and_why_but_not_the_address(make_mail, anna, sign_in, admin, region):
    correct(sign_in(admin), make_mail())

    line = LogEntry.objects.get(verb="address corrected")
    assert (line.actor_id, line.reason, line.region_id) == (str(admin.pk), "Am Telefon buchstabiert.", region.pk)
    assert (line.old, line.new) == ({"email": "a…@gmial.example"}, {"email": "a…@gmail.example"})
    page = sign_in(admin).get("/amt/protokoll/").content.decode()
    assert "E-Mail-Adresse berichtigt" in page


def test_what_waits_goes_to_the_new_address_but_no_code(make_mail, anna, admin, region):
    plain = make_mail(state=Mail.WAITING)
    code = make_mail(state=Mail.WAITING, sensitive=True)
    in_flight = make_mail(state=Mail.WAITING, leased_until=timezone.now() + timedelta(minutes=1))

    correct_address(make_mail(), to="anna@gmail.example", reason="r", by=admin, region=region)

    for mail in (plain, code, in_flight):
        mail.refresh_from_db()
    assert (plain.to, plain.state, plain.body) == ("anna@gmail.example", "waiting", "Geheim")
    assert (code.to, code.state, code.body) == ("anna.muster@gmial.example", "given_up", "")
    assert in_flight.to == "anna.muster@gmial.example"


def test_a_confirmed_address_is_the_platforms_to_correct(make_mail, anna, sign_in, admin, platform):
    EmailAddress.objects.filter(user=anna).update(verified=True)
    mail = make_mail()
    refused = correct(sign_in(admin), mail)

    allowed = correct(sign_in(platform), mail)

    assert (refused.status_code, allowed.status_code) == (404, 302)
    # Who had the old address learns of it, but not the new one.
    told = Mail.objects.get(to="anna.muster@gmial.example", state=Mail.WAITING)
    assert "gmail" not in told.body
    assert "Haben Sie nicht darum gebeten?" in told.body


def test_nobody_takes_over_an_account_of_the_team(make_mail, anna, sign_in, admin, region, other_region):
    give_role(anna, Role.Name.EDITOR, region=other_region, by=None)
    mail = make_mail()

    answer = correct(sign_in(admin), mail)

    assert answer.status_code == 404
    with pytest.raises(PermissionDenied):
        correct_address(mail, to="admin@evil.example", reason="r", by=admin, region=region)


@pytest.mark.parametrize(
    ("to", "reason", "error"),
    [
        ("bob@lindach.example", "r", "Diese Adresse hat schon ein Konto."),
        ("anna.muster@gmial.example", "r", "Diese Adresse hat schon ein Konto."),
        ("keine", "r", None),
        ("anna@gmail.example", "", None),
    ],
)
def test_a_correction_that_does_not_go(make_mail, anna, bob, sign_in, admin, to, reason, error):
    answer = correct(sign_in(admin), make_mail(), to=to, reason=reason)

    assert answer.status_code == 400
    assert error is None or error in answer.content.decode()
    assert User.objects.get(pk=anna.pk).email == "anna.muster@gmial.example"


def test_without_an_account_there_is_nothing_to_correct(make_mail, sign_in, admin, region):
    mail = make_mail()

    answer = correct(sign_in(admin), mail)

    assert answer.status_code == 404
    with pytest.raises(ValidationError):
        correct_address(mail, to="anna@gmail.example", reason="r", by=admin, region=region)


def test_what_arrived_gives_no_reason_to_correct(make_mail, anna, sign_in, admin):
    assert correct(sign_in(admin), make_mail(state=Mail.SENT)).status_code == 404


# A new way in


def ask_for_a_way(browser, mail):
    return browser.post(f"/amt/post/{mail.pk}/", {"do": "way_in"})


def test_a_new_link_signs_in_once_and_confirms_the_address(make_mail, anna, sign_in, admin, client):
    ask_for_a_way(sign_in(admin), make_mail())
    sent = Mail.objects.get(state=Mail.WAITING)
    link = LINK.search(sent.body)[0]
    client.logout()
    looked = client.get(link)
    before = is_signed_in(client)

    answer = client.post(link)

    assert (sent.to, sent.sensitive, looked.status_code, before) == (anna.email, True, 200, False)
    assert (answer.url, is_signed_in(client)) == ("/konto/", True)
    assert EmailAddress.objects.get(user=anna).verified
    client.logout()
    assert (client.get(link).status_code, client.post(link).status_code) == (404, 404)
    assert LogEntry.objects.filter(verb="way in sent", key=str(anna.pk), actor_id=str(admin.pk)).exists()


def test_a_link_is_over_after_a_day_a_newer_one_or_another_address(make_mail, anna, admin, region, client):
    def new_link():
        send_way_in(anna, by=admin, region=region)
        return LINK.search(Mail.objects.filter(state=Mail.WAITING).latest("pk").body)[0]

    with time_machine.travel(timezone.now() - timedelta(hours=25)):
        old = new_link()
    second = new_link()
    third = new_link()
    replaced = client.post(second).status_code
    correct_address(make_mail(), to="anna@gmail.example", reason="r", by=admin, region=region)

    assert (client.post(old).status_code, replaced, client.post(third).status_code) == (404, 404, 404)
    assert not is_signed_in(client)


def test_links_are_sent_five_times_an_hour_at_most(make_mail, anna, sign_in, admin):
    browser, mail = sign_in(admin), make_mail()

    answers = [ask_for_a_way(browser, mail).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]


def test_an_account_that_is_closed_gets_no_link(make_mail, anna, sign_in, admin, region):
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert ask_for_a_way(sign_in(admin), make_mail()).status_code == 404


def test_an_invitation_goes_again_with_a_new_link(make_mail, sign_in, admin, region):
    invite(region, label="Chor", mail="chor@lindach.example", by=None, expires_at=timezone.now() + timedelta(days=9))
    Mail.objects.all().delete()
    mail = make_mail("chor@lindach.example")

    answer = sign_in(admin).post(f"/amt/post/{mail.pk}/", {"do": "invite"})

    assert answer.status_code == 302
    assert Mail.objects.filter(to="chor@lindach.example", state=Mail.WAITING, sensitive=True).count() == 1
    assert LogEntry.objects.get(verb="invitation sent again").key == str(Invitation.objects.get().pk)


def test_strangers_and_editors_see_nothing(make_mail, sign_in, charlie, editor):
    mail = make_mail()

    answers = [
        sign_in(who).get(page).status_code
        for who in (charlie, editor)
        for page in ("/amt/post/", f"/amt/post/{mail.pk}/")
    ]

    assert answers == [404] * 4


def test_the_list_asks_the_same_however_long_it_is(make_mail, sign_in, admin, django_assert_num_queries):
    browser = sign_in(admin)
    make_mail()
    with CaptureQueriesContext(connection) as one:
        browser.get("/amt/post/")
    for number in range(3):
        make_mail(f"p{number}@lindach.example")

    with django_assert_num_queries(len(one)):
        browser.get("/amt/post/")
