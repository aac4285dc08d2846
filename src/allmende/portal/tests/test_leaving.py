import pytest
from django.core.exceptions import ValidationError

from allmende.accounts.actions import add_member
from allmende.accounts.models import Membership, Organisation, User
from allmende.conftest import PASSWORD
from allmende.core.models import LogEntry, Mail
from allmende.entries.models import Entry
from allmende.portal.actions import delete_account
from allmende.regions.actions import give_role
from allmende.regions.models import Role

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
