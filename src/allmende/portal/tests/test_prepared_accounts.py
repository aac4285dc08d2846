"""An account that the team makes for somebody else: by mailed link its person takes it over, or has it deleted."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.accounts.actions import add_member
from allmende.accounts.models import Membership, Organisation, User
from allmende.accounts.tests.letters import code_in, is_signed_in, newest_mail
from allmende.conftest import at_once
from allmende.core.models import LogEntry, Mail
from allmende.core.retention import retention
from allmende.core.tokens import issue
from allmende.modules.directory.models import OrganisationProfile
from allmende.portal.permissions import can_correct_address
from allmende.regions.actions import (
    erase_forgotten_accounts,
    give_role,
    prepare_account,
    refuse_takeover,
    send_takeover,
    take_over,
    take_role,
)
from allmende.regions.models import PreparedAccount, Region, Role
from allmende.regions.permissions import is_invited
from allmende.regions.queries import waiting_accounts

pytestmark = pytest.mark.django_db

PAGE = "/amt/menschen/neu/"
LINK = re.compile(r"/konto/uebernehmen/[\w-]{30,}/")
HEDWIG = {"name": "Hedwig Amann", "mail": "hedwig@amann.example"}


def link_in(mail: Mail) -> str:
    return LINK.search(mail.body)[0]


@pytest.fixture
def prepare(region, editor):
    def prepare(**more) -> PreparedAccount:
        return prepare_account(region, **HEDWIG | more, by=editor)

    return prepare


def state() -> tuple[int, int]:
    return User.objects.filter(email=HEDWIG["mail"]).count(), Organisation.objects.count()


def verbs(user_pk) -> list[str]:
    rows = LogEntry.objects.filter(model="accounts.User", key=str(user_pk))
    return list(rows.order_by("pk").values_list("verb", flat=True))


# At the counter


def test_name_and_address_are_enough(sign_in, editor, region):
    answer = sign_in(editor).post(PAGE, {**HEDWIG, "consent": "phone"})

    user = User.objects.get(email=HEDWIG["mail"])
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert (user.name, user.made_by, user.taken_over_at) == ("Hedwig Amann", editor, None)
    assert (user.has_usable_password(), EmailAddress.objects.get(user=user).verified) == (False, False)
    assert (user.prepared.region, user.prepared.consent, is_invited(user, region)) == (region, "phone", True)
    assert verbs(user.pk) == ["account made", "account prepared"]


def test_the_mail_says_who_what_and_until_when(prepare, editor):
    prepare(consent="counter")

    mail = newest_mail()
    assert (mail.to, mail.sensitive) == (HEDWIG["mail"], True)
    assert "Editor hat für Sie ein Konto bei Lindach angelegt." in mail.body
    assert "persönlich, am Schalter" in mail.body
    assert LINK.search(mail.body)


def test_a_new_organisation_is_theirs_and_has_no_profile_yet(prepare):
    user = prepare(organisation_name="Nähtreff").user

    assert [(one.organisation.name, one.role) for one in user.memberships.all()] == [("Nähtreff", "owner")]
    assert OrganisationProfile.objects.count() == 0


def test_an_organisation_that_nobody_runs_becomes_theirs(sign_in, editor, make_profile):
    shop = make_profile("Dorfladen").organisation

    sign_in(editor).post(PAGE, {**HEDWIG, "organisation": shop.pk})

    assert shop.memberships.get().user.email == HEDWIG["mail"]


def test_an_organisation_with_people_is_not_given_away(sign_in, editor, region, tsv, make_profile):
    make_profile(organisation=tsv)

    answer = sign_in(editor).post(PAGE, {**HEDWIG, "organisation": tsv.pk})

    assert answer.status_code == 400
    assert state() == (0, 1)


def test_one_that_somebody_takes_in_the_same_moment_is_not_given_away(prepare, tsv):
    with pytest.raises(ValidationError) as error:
        prepare(organisation=tsv)

    assert (error.value.code, state()) == ("run", (0, 1))


def test_either_an_organisation_or_a_new_one(sign_in, editor, make_profile):
    shop = make_profile("Dorfladen").organisation

    answer = sign_in(editor).post(PAGE, {**HEDWIG, "organisation": shop.pk, "organisation_name": "Nähtreff"})

    assert answer.context["form"].errors.as_data()["organisation_name"][0].code == "both"


def test_of_an_address_that_has_an_account_no_more_is_said(sign_in, editor, charlie):
    answer = sign_in(editor).post(PAGE, {"name": "Hedwig", "mail": "CHARLIE@lindach.example"})

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Zu dieser Adresse gibt es schon ein Konto." in text
    assert 'href="/amt/einladungen/"' in text
    assert ("Charlie" in text, Mail.objects.count()) == (False, 0)


@pytest.mark.parametrize(
    ("who", "status"),
    [("charlie", 404), ("moderator", 404), ("alice", 404), ("editor", 200), ("admin", 200), ("platform", 200)],
)
def test_who_makes_accounts_for_others(sign_in, request, region, who, status):
    assert sign_in(request.getfixturevalue(who)).get(PAGE).status_code == status


def test_the_action_asks_too(region, moderator, charlie):
    for person in (moderator, charlie):
        with pytest.raises(PermissionDenied):
            prepare_account(region, **HEDWIG, by=person)

    assert state() == (0, 0)


def test_who_lost_the_task_in_an_open_tab_makes_no_account(sign_in, admin, editor, region):
    browser = sign_in(editor)
    token = browser.get(PAGE).context["form_token"]
    take_role(Role.objects.get(user=editor), by=admin)

    answer = browser.post(PAGE, {**HEDWIG, "form_token": token})

    assert (answer.status_code, state()) == (404, (0, 0))


def test_the_same_form_twice_makes_one_account(sign_in, editor, make_profile):
    browser = sign_in(editor)
    shop = make_profile("Dorfladen").organisation
    sent = {**HEDWIG, "organisation": shop.pk, "form_token": "einmal"}

    answers = [browser.post(PAGE, sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert (state(), Mail.objects.count()) == ((1, 1), 1)


@pytest.mark.parametrize("nonsense", [{"mail": "hedwig@"}, {"mail": ""}, {"name": ""}, {"consent": "geraten"}])
def test_nonsense_is_explained(sign_in, editor, region, nonsense):
    answer = sign_in(editor).post(PAGE, {**HEDWIG, **nonsense})

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, list(nonsense))
    assert state() == (0, 0)


def test_the_list_says_who_waits_and_what_became_of_the_mail(sign_in, prepare, editor):
    prepare(organisation_name="Nähtreff")
    refused = {"state": Mail.REFUSED, "attempts": 1, "code": 550, "answer": "5.1.1 no"}
    Mail.objects.update(**refused, settled_at=timezone.now(), body="")

    text = sign_in(editor).get(PAGE).content.decode()

    assert "Hedwig Amann" in text
    assert "für Nähtreff" in text
    assert "E-Mail: Abgelehnt" in text
    assert "Vielleicht ein Tippfehler?" in text


def test_the_list_asks_the_same_for_one_and_for_three(sign_in, prepare, editor):
    prepare()
    browser = sign_in(editor)
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        browser.get(PAGE)
    for number in range(2):
        prepare(mail=f"{number}@amann.example", organisation_name=f"Treff {number}")
    with CaptureQueriesContext(connection) as three:
        browser.get(PAGE)

    assert len(three) == len(one)


def test_the_list_ends_at_the_region(sign_in, prepare, other_region, platform):
    prepare()

    assert sign_in(platform).get(f"/auenstedt{PAGE}").context["rows"] == []
    assert sign_in(platform).post(f"/auenstedt{PAGE}", {"do": "discard", "pk": PreparedAccount.objects.get().pk}).url
    assert state() == (1, 0)


def test_people_who_have_not_come_yet_are_marked(sign_in, prepare, region, admin):
    give_role(prepare().user, Role.Name.MODERATOR, region=region, by=admin)

    before = sign_in(admin).get("/amt/menschen/").content.decode()
    User.objects.filter(email=HEDWIG["mail"]).update(taken_over_at=timezone.now())
    after = sign_in(admin).get("/amt/menschen/").content.decode()

    assert (before.count("noch nicht übernommen"), after.count("noch nicht übernommen")) == (1, 0)


def test_another_link_makes_the_first_one_worthless(sign_in, client, prepare, editor):
    prepared = prepare()
    first = link_in(newest_mail())

    sign_in(editor).post(PAGE, {"do": "send", "pk": prepared.pk})
    client.logout()

    assert [client.get(link).status_code for link in (first, link_in(newest_mail()))] == [410, 200]
    assert verbs(prepared.user_id)[-1] == "takeover sent"


def test_nobody_fills_a_mailbox(mid_hour, sign_in, prepare, editor):
    prepared = prepare()
    browser = sign_in(editor)

    answers = [browser.post(PAGE, {"do": "send", "pk": prepared.pk}).status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]


@pytest.mark.parametrize("do", ["send", "discard"])
@pytest.mark.parametrize("pk", ["", "abc", "999999", "9" * 30, "²"])
def test_a_row_that_is_not_there_is_explained(sign_in, editor, region, do, pk):
    answer = sign_in(editor).post(PAGE, {"do": do, "pk": pk}, follow=True)

    assert "Dieses Konto wartet nicht mehr" in answer.content.decode()


def test_what_is_not_a_button_is_not_there(sign_in, prepare, editor):
    assert sign_in(editor).post(PAGE, {"do": "steal", "pk": prepare().pk}).status_code == 404


def test_the_desk_takes_a_mistake_back(sign_in, prepare, editor):
    prepared = prepare(organisation_name="Nähtreff")

    sign_in(editor).post(PAGE, {"do": "discard", "pk": prepared.pk})

    assert state() == (0, 0)
    assert verbs(prepared.user_id)[-1] == "account erased"


def test_once_it_is_taken_over_the_desk_has_no_hand_in_it(sign_in, client, prepare, editor):
    prepared = prepare()
    client.post(link_in(newest_mail()), {"do": "take"})

    for do in ("send", "discard"):
        sign_in(editor).post(PAGE, {"do": do, "pk": prepared.pk})
    with pytest.raises(ValidationError):
        send_takeover(prepared, by=editor)

    assert (state(), Mail.objects.count(), list(waiting_accounts())) == ((1, 0), 1, [])


# Behind the link


def test_the_page_says_who_made_what_and_only_its_button_acts(client, prepare):
    prepare(consent="phone", organisation_name="Nähtreff")

    answer = client.get(link_in(newest_mail()))
    text = answer.content.decode()

    assert answer.status_code == 200
    for word in ("Editor hat es am", "Hedwig Amann", "hedwig@amann.example", "Nähtreff", "am Telefon"):
        assert word in text
    assert (is_signed_in(client), User.objects.get(email=HEDWIG["mail"]).taken_over_at) == (False, None)


def test_the_button_takes_it_over_and_signs_in(client, prepare, region):
    user = prepare().user

    answer = client.post(link_in(newest_mail()), {"do": "take"})
    user.refresh_from_db()

    assert (answer.status_code, answer.url) == (302, region.url("portal:mine"))
    assert client.get("/konto/").context["user"] == user
    assert user.taken_over_at is not None
    assert EmailAddress.objects.get(user=user).verified
    assert verbs(user.pk)[-1] == "account taken over"
    assert LogEntry.objects.get(verb="account taken over").region_id == region.pk
    assert client.get("/konto/sitzungen/").content.decode().count("dieses Gerät") == 1


def test_somebody_with_a_task_still_needs_the_second_factor(client, prepare, region, admin, settings):
    settings.SECOND_FACTOR = True
    give_role(prepare().user, Role.Name.EDITOR, region=region, by=admin)

    answer = client.post(link_in(newest_mail()), {"do": "take"}, follow=True)

    assert answer.resolver_match.view_name == "mfa_index"


def test_it_is_taken_over_even_if_who_made_it_is_gone(client, prepare, editor):
    user = prepare().user
    editor.delete()

    page = client.get(link_in(newest_mail()))
    client.post(link_in(newest_mail()), {"do": "take"})
    user.refresh_from_db()

    assert "Wir haben es am" in page.content.decode()
    assert (is_signed_in(client), user.made_by, user.taken_over_at is None) == (True, None, False)


@pytest.mark.parametrize("how", ["used", "expired", "invented", "erased", "another address"])
def test_a_link_that_is_over_says_so(client, prepare, editor, how):
    prepared = prepare()
    link = link_in(newest_mail())
    if how == "used":
        Client().post(link, {"do": "take"})
    elif how == "erased":
        prepared.user.delete()
    elif how == "another address":
        User.objects.filter(email=HEDWIG["mail"]).update(email="andere@amann.example")
    elif how == "invented":
        link = "/konto/uebernehmen/erfunden/"
    later = timezone.now() + timedelta(days=31 if how == "expired" else 0)

    with time_machine.travel(later):
        answers = [client.get(link), client.post(link, {"do": "take"}), client.post(link, {"do": "refuse"})]

    assert [answer.status_code for answer in answers] == [410] * 3
    assert "Dieser Link gilt nicht mehr" in answers[0].content.decode()
    assert not is_signed_in(client)


def test_somebody_else_who_is_signed_in_takes_nothing_over(sign_in, prepare, charlie):
    prepare()
    browser = sign_in(charlie)

    answers = [browser.get(link_in(newest_mail())), browser.post(link_in(newest_mail()), {"do": "take"})]
    refused = browser.post(link_in(newest_mail()), {"do": "refuse"})

    assert [answer.status_code for answer in (*answers, refused)] == [403] * 3
    assert "hedwig@amann.example" not in answers[0].content.decode()
    assert list(User.objects.filter(email=HEDWIG["mail"]).values_list("taken_over_at")) == [(None,)]


def test_the_same_button_twice_leads_where_the_first_one_led(prepare, region):
    prepare()
    link, sent = link_in(newest_mail()), {"do": "take", "form_token": "einmal"}

    answers = [Client().post(link, sent) for _ in range(2)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, region.url("portal:mine"))] * 2
    assert LogEntry.objects.filter(verb="account taken over").count() == 1


def test_no_thanks_erases_account_and_organisation(client, prepare):
    user = prepare(organisation_name="Nähtreff").user

    answer = client.post(link_in(newest_mail()), {"do": "refuse"}, follow=True)

    assert "Das Konto ist gelöscht" in answer.content.decode()
    assert state() == (0, 0)
    assert (verbs(user.pk)[-1], EmailAddress.objects.filter(email=user.email).count()) == ("account erased", 0)
    assert not is_signed_in(client)


def test_an_organisation_that_was_there_before_stays(client, prepare, make_profile):
    shop = make_profile("Dorfladen").organisation
    prepare(organisation=shop)

    client.post(link_in(newest_mail()), {"do": "refuse"})

    assert (state(), shop.memberships.count()) == ((0, 1), 0)


@pytest.mark.parametrize("what", ["a member", "an entry"])
def test_an_organisation_with_something_in_it_stays(client, prepare, make_event, charlie, what):
    club = prepare(organisation_name="Nähtreff").founded
    if what == "a member":
        add_member(club, charlie, role=Membership.Role.ADMIN, by=None)
    else:
        make_event(organisation=club)

    client.post(link_in(newest_mail()), {"do": "refuse"})

    assert state() == (0, 1)


def test_a_button_that_is_none_asks_again(client, prepare):
    prepare()

    answer = client.post(link_in(newest_mail()), {"do": "vielleicht"})

    assert (answer.status_code, state()) == (400, (1, 0))


def test_guessing_links_ends(mid_hour, client, region):
    answers = [client.get(f"/konto/uebernehmen/{number}/").status_code for number in range(61)]

    assert answers == [410] * 60 + [429]


def test_a_region_for_the_invited_alone_is_entered_by_the_link(client, other_region, platform):
    Region.objects.filter(pk=other_region.pk).update(stage=Region.Stage.INVITED)
    other_region.refresh_from_db()
    prepare_account(other_region, **HEDWIG, by=platform)
    link = link_in(newest_mail())

    page, answer = client.get(link), client.post(link, {"do": "take"})

    assert "Auenstedt" in page.content.decode()
    assert answer.url == "http://testserver/auenstedt/konto/"
    assert client.get("/auenstedt/konto/").status_code == 200


# Other ways in


def test_a_mailed_code_counts_as_taking_over(client, prepare):
    user = prepare().user

    client.post("/anmelden/", {"email": user.email})
    client.post("/anmelden/code/", {"code": code_in(newest_mail())})
    user.refresh_from_db()

    assert is_signed_in(client)
    assert user.taken_over_at is not None
    assert EmailAddress.objects.get(user=user).verified
    assert list(waiting_accounts()) == []


def test_signing_up_with_the_address_makes_no_second_account(client, prepare):
    prepare()

    client.post("/registrieren/", {"name": "Hedwig", "email": HEDWIG["mail"]})

    assert (state(), is_signed_in(client)) == ((1, 0), False)


def test_there_is_no_password_to_guess(client, prepare):
    prepare()

    client.post("/anmelden/passwort/", {"login": HEDWIG["mail"], "password": ""})

    assert not is_signed_in(client)


def test_who_made_their_account_themselves_takes_nothing_over(sign_in, client, charlie):
    client.post("/anmelden/", {"email": charlie.email})
    client.post("/anmelden/code/", {"code": code_in(newest_mail())})
    charlie.refresh_from_db()

    assert (is_signed_in(client), charlie.taken_over_at) == (True, None)


# Its time


def test_what_nobody_took_over_is_erased_after_its_time(prepare):
    prepare(organisation_name="Nähtreff")
    made = timezone.now()

    with time_machine.travel(made + timedelta(days=89)):
        early = erase_forgotten_accounts()
    with time_machine.travel(made + timedelta(days=91)):
        late = [erase_forgotten_accounts() for _ in range(2)]

    assert (early, late, state()) == (0, [1, 0], (0, 0))


def test_an_account_in_use_is_never_erased(client, prepare):
    user = prepare().user
    client.post(link_in(newest_mail()), {"do": "take"})
    User.objects.filter(pk=user.pk).update(taken_over_at=None)  # whatever became of the mark

    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert erase_forgotten_accounts() == 0

    assert state() == (1, 0)


def test_the_privacy_page_says_so():
    assert [kept.how_long.days for kept in retention() if kept.erased_by == "regions.erase_forgotten_accounts"] == [90]


# At once


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_make_one_account(region, editor, admin):
    def make(by):
        return lambda: prepare_account(region, **HEDWIG, by=by).user.email

    found = at_once(make(editor), make(admin))

    assert sorted(found) == [HEDWIG["mail"], "taken"]
    assert state() == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_taking_over_and_refusing_at_once_does_one_of_them(prepare):
    user = prepare().user
    token = link_in(newest_mail()).split("/")[-2]

    found = at_once(lambda: take_over(token).email, lambda: refuse_takeover(token))

    there = User.objects.filter(pk=user.pk).exists()
    assert found in ([[user.email, "over"], [user.email, "link"]] if there else [["over", None], ["link", None]])


@pytest.mark.django_db(transaction=True)
def test_the_last_night_and_the_link_at_once_leave_no_half(prepare):
    user = prepare(organisation_name="Nähtreff").user
    PreparedAccount.objects.update(made_at=timezone.now() - timedelta(days=100))
    token = issue("takeover", str(user.pk), lifetime=timedelta(days=1), data={"mail": user.email})

    found = at_once(lambda: take_over(token).email, erase_forgotten_accounts)

    kept = (found[0], state()) == (user.email, (1, 1))
    gone = (found[0] in {"link", "over"}, found[1], state()) == (True, 1, (0, 0))
    assert kept or gone


def test_the_address_is_mended_by_the_region_that_made_the_account(prepare, region, other_region, admin, charlie):
    user = prepare().user
    give_role(charlie, "region_admin", region=other_region, by=None)

    assert can_correct_address(admin, region, user)
    assert not can_correct_address(charlie, other_region, user)
