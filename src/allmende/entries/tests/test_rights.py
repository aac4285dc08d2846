"""What each role in an organisation may change of what stands in its name: its own entries, or any."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from allmende.accounts.actions import add_member, change_role, remove_member
from allmende.accounts.models import Membership, User
from allmende.entries import actions
from allmende.entries.models import Entry, Status
from allmende.entries.pages import possible_steps
from allmende.entries.permissions import can_archive, can_confirm, can_edit, can_submit, can_write_for, may_write_for
from allmende.entries.queries import exact_place, visible_entries
from allmende.entries.tests.filling import shown
from allmende.modules.directory.forms import ProfileForm
from allmende.modules.directory.models import ContactPerson, OrganisationProfile
from allmende.modules.events.forms import EventForm
from allmende.modules.events.models import Event
from allmende.modules.events.permissions import can_cancel

pytestmark = pytest.mark.django_db

ROLES = ["member", "moderator", "admin", "owner"]


@pytest.fixture
def people(tsv, alice) -> dict[str, User]:
    """Somebody in each role, besides alice and bob."""
    found = {}
    for role in ROLES:
        found[role] = User.objects.create_user(f"{role}@tsv.example", name=role)
        add_member(tsv, found[role], role=role, by=alice)
    return found


def fresh(entry):
    return type(entry).objects.select_related("region").get(pk=entry.pk)


def again(user) -> User:
    """As the next request would load the person."""
    return User.objects.get(pk=user.pk)


def test_the_table():
    assert Event.rights == {"member": "own", "moderator": "any", "admin": "any", "owner": "any"}
    assert OrganisationProfile.rights == {"moderator": "any", "admin": "any", "owner": "any"}
    assert set(Event.rights) == set(Membership.Role)


def test_whoever_entered_it_is_remembered(make_event, tsv, bob):
    assert make_event(organisation=tsv, by=bob, public=False).entered_by == bob
    assert make_event(by=bob, public=False).entered_by is None  # the author says it
    assert make_event(organisation=tsv, public=False).entered_by is None  # an import


@pytest.mark.parametrize("status", ["draft", "waiting", "public", "archived"])
def test_a_member_changes_what_they_entered_others_of_the_team_anything(make_event, tsv, people, status):
    own = fresh(make_event("Von einem Mitglied", organisation=tsv, by=people["member"], public=False))
    other = fresh(make_event("Von anderen", organisation=tsv, by=people["owner"], public=False))
    Entry.objects.update(status=status, listed=False)

    may = {role: (can_edit(person, fresh(own)), can_edit(person, fresh(other))) for role, person in people.items()}

    assert may == {"member": (True, False), "moderator": (True, True), "admin": (True, True), "owner": (True, True)}


def test_the_same_holds_for_every_step(make_event, make_profile, tsv, people):
    member = people["member"]
    own, other = (fresh(make_event(organisation=tsv, by=people[by], public=False)) for by in ("member", "moderator"))
    steps = [possible_steps(member, one) for one in (own, other)]
    for entry in (own, other):
        actions.publish(entry, by=None)

    assert steps == [["einreichen", "loeschen"], []]
    assert [(can_archive(member, one), can_cancel(member, one)) for one in (fresh(own), fresh(other))] == [
        (True, True),
        (False, False),
    ]


def test_the_actions_ask_too(make_event, tsv, people):
    other = fresh(make_event(organisation=tsv, by=people["owner"]))

    for refused in (
        lambda: actions.edit(other, {"title": "x"}, by=people["member"]),
        lambda: actions.archive(other, by=people["member"]),
        lambda: actions.confirm(other, by=people["member"]),
    ):
        with pytest.raises(PermissionDenied):
            refused()

    assert (fresh(other).title, fresh(other).status) == ("Sommerfest", Status.PUBLIC)


def test_members_see_the_drafts_of_their_organisation_all_the_same(region, make_event, tsv, people):
    exact = {"street": "Hauptstraße 1", "lat": 49.98, "lon": 11.6, "private": True}
    draft = make_event("Geheim", organisation=tsv, by=people["owner"], public=False, exact=exact)

    assert list(visible_entries(region, people["member"])) == [draft.entry_ptr]
    assert exact_place(people["member"], draft).street == "Hauptstraße 1"


def test_the_profile_is_for_those_who_run_the_organisation(make_profile, tsv, people):
    profile = fresh(make_profile(organisation=tsv))

    assert [role for role, person in people.items() if can_edit(person, profile)] == ["moderator", "admin", "owner"]
    assert [role for role, person in people.items() if can_confirm(person, profile)] == ["moderator", "admin", "owner"]


def test_who_writes_in_the_organisation_s_name(region, tsv, people):
    for model, roles in ((Event, ROLES), (OrganisationProfile, ROLES[1:])):
        assert [role for role, person in people.items() if can_write_for(person, tsv, model)] == roles
        assert [role for role, person in people.items() if may_write_for(person, model)] == roles
    with pytest.raises(PermissionDenied):
        actions.create(OrganisationProfile, {"title": "TSV"}, region=region, by=people["member"], organisation=tsv)


def test_the_form_offers_only_names_that_may_be_used(region, tsv, people):
    def offered(form) -> list[str]:
        return [value for value, _label in form(region=region, person=people["member"]).fields["acting_as"].choices]

    assert (offered(EventForm), offered(ProfileForm)) == ([str(tsv.pk), "me"], ["me"])


def test_a_name_that_was_not_offered_is_refused(region, tsv, people):
    data = shown(ProfileForm(region=region, person=people["member"]), title="TSV", acting_as=str(tsv.pk))

    form = ProfileForm(data, region=region, person=people["member"])

    assert list(form.errors) == ["acting_as"]


def test_the_right_goes_with_the_role(make_event, tsv, people, alice):
    own = fresh(make_event(organisation=tsv, by=people["moderator"]))
    other = fresh(make_event(organisation=tsv, by=people["owner"]))
    membership = tsv.memberships.get(user=people["moderator"])

    change_role(membership, role="member", by=alice)
    as_member = [can_edit(again(people["moderator"]), one) for one in (own, other)]
    remove_member(membership, by=alice)
    as_nobody = [can_edit(again(people["moderator"]), one) for one in (own, other)]

    assert (as_member, as_nobody) == ([True, False], [False, False])


def test_what_a_member_archived_comes_back_without_a_check(make_event, tsv, people):
    own = fresh(make_event(organisation=tsv, by=people["member"]))
    actions.archive(own, by=people["member"])

    actions.restore(fresh(own), by=people["member"])

    assert fresh(own).status == Status.PUBLIC


def test_in_one_s_area_only_buttons_that_work(sign_in, make_profile, make_event, tsv, people):
    make_profile(organisation=tsv)
    make_event("Eigenes", organisation=tsv, by=people["member"], public=False)
    make_event("Entwurf der anderen", organisation=tsv, by=people["owner"], public=False)
    browser = sign_in(people["member"])

    page = browser.get("/konto/")
    rows = {row["title"]: bool(row["edit_url"] or row["step"] or row["confirm_url"]) for row in page.context["entries"]}
    links = {part.partition('"')[0] for part in page.content.decode().split('href="')[1:]}

    assert rows == {"Eigenes": True, "Entwurf der anderen": False, "TSV Lindach": False}
    assert page.context["without_profile"] == []
    assert {link: browser.get(link).status_code for link in links if link.startswith(("/verz", "/veranst"))} == {
        link: 200 for link in links if link.startswith(("/verz", "/veranst"))
    }


def test_a_member_is_not_asked_for_a_profile_that_they_may_not_write(sign_in, tsv, people):
    asked = {role: sign_in(person).get("/konto/").context["without_profile"] for role, person in people.items()}

    assert {role: bool(rows) for role, rows in asked.items()} == {
        "member": False,
        "moderator": True,
        "admin": True,
        "owner": True,
    }


def test_a_page_that_a_member_may_only_read_shows_no_buttons(sign_in, make_event, tsv, people):
    other = make_event(organisation=tsv, by=people["owner"])

    buttons = {role: sign_in(person).get(other.url).context["actions"] for role, person in people.items()}

    assert [role for role, links in buttons.items() if links] == ["moderator", "admin", "owner"]
    assert sign_in(people["member"]).get(other.page("edit")).status_code == 404


def test_who_loses_the_role_in_an_open_tab_saves_nothing(sign_in, make_event, tsv, people, alice):
    other = make_event(organisation=tsv, by=people["owner"])
    browser = sign_in(people["moderator"])
    data = shown(browser.get(other.page("edit")).context["form"], title="Anders")
    change_role(tsv.memberships.get(user=people["moderator"]), role="member", by=alice)

    answer = browser.post(other.page("edit"), data)

    assert (answer.status_code, fresh(other).title) == (404, "Sommerfest")


def test_what_people_write_about_themselves_is_no_organisation_s(make_person, tsv, people):
    contact = make_person("Rosi", people["member"], organisation=tsv)

    assert ContactPerson.rights == Event.rights
    assert [role for role, person in people.items() if can_submit(person, contact) or can_edit(person, contact)] == [
        "member"
    ]


def test_an_import_is_the_editors_and_members_do_not_own_it(bring_in, tsv, make_profile, people, editor):
    make_profile(organisation=tsv)
    bring_in("event", "Titel;Beginn;Veranstalter\nLauf;2027-06-01 10:00;TSV Lindach\n", by=editor)
    event = Event.objects.select_related("region").get()

    assert (event.organisation, event.entered_by_id in {None, editor.pk}) == (tsv, True)
    assert [role for role, person in people.items() if can_edit(person, event)] == ["moderator", "admin", "owner"]


def test_an_older_installation_learns_who_handed_it_in(make_event, tsv, bob, alice):
    entry = make_event(organisation=tsv, by=bob, public=False)
    actions.submit(fresh(entry), by=bob)
    never = make_event("Nur ein Entwurf", organisation=tsv, by=bob, public=False)
    by_oneself = make_event("Eigenes", by=alice, public=False)
    Entry.objects.update(entered_by=None)

    import_module("allmende.entries.migrations.0007_fill_in_who_entered_it").fill_in(apps, None)

    assert [fresh(one).entered_by for one in (entry, never, by_oneself)] == [bob, None, None]
