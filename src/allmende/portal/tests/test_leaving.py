from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from allmende.accounts.actions import add_member
from allmende.accounts.models import Membership, Organisation, User
from allmende.conftest import PASSWORD
from allmende.core.models import LogEntry, Mail
from allmende.entries.actions import wait_for_check
from allmende.entries.models import Entry
from allmende.portal.actions import delete_account
from allmende.regions.actions import accept, give_role, invite, prepare_account, suspend
from allmende.regions.models import Invitation, Role
from allmende.regions.queries.invitations import State, state_of

pytestmark = pytest.mark.django_db

PAGE = "/konto/loeschen/"
SURE = {"sure": "on", "entries": "stay"}


@pytest.fixture
def come_back(sign_in):
    """Signed in, and again a moment ago: this page asks for it."""

    def come(user):
        browser = sign_in(user)
        browser.post("/anmelden/noch-einmal/", {"password": PASSWORD})
        return browser

    return come


def gone(user):
    return not User.objects.filter(pk=user.pk).exists()


def test_the_account_goes_and_a_mail_says_so(come_back, charlie):
    browser = come_back(charlie)

    answer = browser.post(PAGE, SURE)

    assert (answer.url, gone(charlie)) == ("/", True)
    assert "_auth_user_id" not in browser.session
    assert Mail.objects.get().to == charlie.email
    assert LogEntry.objects.filter(verb="account deleted").count() == 1


def test_nothing_happens_without_a_word(come_back, charlie):
    assert come_back(charlie).post(PAGE, {"entries": "stay"}).status_code == 400
    assert not gone(charlie)


@pytest.mark.parametrize(("choice", "left"), [("stay", ["Flohmarkt", "Turnfest"]), ("go", ["Turnfest"])])
def test_drafts_go_what_an_organisation_says_stays_the_rest_is_chosen(
    come_back, make_event, alice, bob, tsv, choice, left
):
    make_event("Turnfest", by=bob, organisation=tsv)
    make_event("Flohmarkt", by=bob, organisation=None)
    make_event("Entwurf", by=bob, organisation=None, public=False)

    come_back(bob).post(PAGE, SURE | {"entries": choice})

    assert gone(bob)
    assert sorted(Entry.objects.filter(kind="event", user=None).values_list("title", flat=True)) == left


def test_the_last_owner_hands_over_first(come_back, alice, bob, tsv):
    browser = come_back(alice)
    assert "nur Sie als Hauptverantwortung" in browser.get(PAGE).text

    answer = browser.post(PAGE, SURE)

    assert (answer.status_code, gone(alice)) == (400, False)
    assert Membership.objects.filter(user=alice, organisation=tsv).exists()
    Membership.objects.filter(user=bob, organisation=tsv).update(role=Membership.Role.OWNER)
    browser.post(PAGE, SURE)
    assert gone(alice)


def test_an_organisation_where_nobody_else_is_stays_for_whoever_asks(come_back, charlie):
    club = Organisation.objects.create(name="Ruderclub")
    add_member(club, charlie, role=Membership.Role.OWNER, by=None)

    come_back(charlie).post(PAGE, SURE)

    assert gone(charlie)
    assert list(club.memberships.all()) == []


@pytest.mark.parametrize(("fixture", "name"), [("platform", "platform_admin"), ("admin", "region_admin")])
def test_the_last_admin_cannot_delete_themselves(request, region, charlie, fixture, name):
    person = request.getfixturevalue(fixture)

    with pytest.raises(ValidationError) as refused:
        delete_account(person, region=region, with_entries=False)

    assert refused.value.code == "last_admin"
    assert not gone(person)
    assert Role.objects.filter(user=person, name=name).exists()
    give_role(charlie, name, region=None if name == "platform_admin" else region, by=None)
    delete_account(person, region=region, with_entries=False)
    assert gone(person)


def test_a_letter_keeps_the_name_and_is_answered_no_more(come_back, tsv, alice, charlie, make_profile):
    profile = make_profile("TSV", organisation=tsv)
    come_back(charlie).post(f"{profile.url}nachricht/", {"subject": "Probe", "body": "Wann?", "acting_as": "me"})

    come_back(charlie).post(PAGE, SURE)

    side = tsv.sides.get().thread.sides.exclude(organisation=tsv).get()
    assert (side.name, side.is_reachable) == (charlie.name, False)


def test_the_used_invitation_stays_used(region, charlie, bob):
    until = timezone.now() + timedelta(days=1)
    letter = invite(region, label="Team", by=None, role="editor", expires_at=until)
    accept(letter, charlie)

    delete_account(charlie, region=region, with_entries=True)

    assert state_of(Invitation.objects.get(pk=letter.pk)) is State.USED_UP
    with pytest.raises(ValidationError):
        accept(letter, bob)


def test_an_account_that_nobody_took_over_is_no_other_admin(region, admin):
    prepared = prepare_account(region, mail="neu@lindach.example", name="Neu", consent="phone", by=admin)
    give_role(prepared.user, "region_admin", region=region, by=admin)

    with pytest.raises(ValidationError) as refused:
        delete_account(admin, region=region, with_entries=True)

    assert refused.value.code == "last_admin"


def test_who_is_suspended_may_go(come_back, region, charlie, moderator, admin):
    suspend(charlie, region=region, reason="Beleidigungen", ends_at=None, by=admin, told_by=region)

    come_back(charlie).post(PAGE, SURE)

    assert gone(charlie)


def test_without_a_password_one_signs_in_anew(sign_in, charlie):
    charlie.set_unusable_password()
    charlie.save()
    with time_machine.travel(timezone.now() - timedelta(minutes=20)):
        browser = sign_in(charlie)

    answer = browser.post(PAGE, SURE)

    assert (answer.url, gone(charlie)) == ("/anmelden/?next=/konto/loeschen/", False)
    again = sign_in(charlie).post(PAGE, SURE)
    assert (again.url, gone(charlie)) == ("/", True)


def test_what_never_was_public_goes(come_back, make_event, bob):
    wait_for_check(make_event("Wartet", by=bob, organisation=None, public=False))

    come_back(bob).post(PAGE, SURE)

    assert not Entry.objects.filter(title="Wartet").exists()
