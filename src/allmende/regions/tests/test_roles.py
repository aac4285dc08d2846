from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from allmende.accounts.models import User
from allmende.core.models import LogEntry
from allmende.regions.actions import admit, dismiss, give_role, set_districts, switch_module, take_role, update_region
from allmende.regions.models import Region, Role
from allmende.regions.permissions import (
    can_administer,
    can_edit_content,
    can_moderate,
    is_invited,
    is_platform_admin,
    is_staff,
    may_enter,
    may_write,
)
from allmende.regions.queries import roles_in, staff

pytestmark = pytest.mark.django_db

Name, Stage = Role.Name, Region.Stage
QUESTIONS = (can_administer, can_edit_content, can_moderate, is_staff)


def fresh(user) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("who", "answers"),
    [
        ("charlie", [False, False, False, False]),
        ("moderator", [False, False, True, True]),
        ("editor", [False, True, True, True]),
        ("admin", [True, True, True, True]),
        ("platform", [True, True, True, True]),
    ],
)
def test_what_each_role_may(request, region, other_region, who, answers):
    person = request.getfixturevalue(who)

    assert [question(person, region) for question in QUESTIONS] == answers
    assert [question(person, other_region) for question in QUESTIONS] == [who == "platform"] * 4
    assert is_platform_admin(person) == (who == "platform")


def test_a_guest_may_nothing(region):
    assert [question(AnonymousUser(), region) for question in (*QUESTIONS, is_invited, may_write)] == [
        False,
        False,
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("stage", "enter", "write"),
    [
        (Stage.PREPARING, ["moderator", "editor", "admin", "platform"], ["moderator", "editor", "admin", "platform"]),
        (
            Stage.INVITED,
            ["alice", "moderator", "editor", "admin", "platform"],
            ["alice", "moderator", "editor", "admin", "platform"],
        ),
        (
            Stage.OPEN,
            ["guest", "alice", "bob", "moderator", "editor", "admin", "platform"],
            ["guest", "alice", "bob", "moderator", "editor", "admin", "platform"],
        ),
        (Stage.READ_ONLY, ["guest", "alice", "bob", "moderator", "editor", "admin", "platform"], ["admin", "platform"]),
    ],
)
def test_who_enters_and_who_writes_in_each_stage(
    region, alice, bob, moderator, editor, admin, platform, stage, enter, write
):
    admit(alice, to=region, by=admin)
    region.stage = stage
    people = {
        "guest": AnonymousUser(),
        "alice": alice,
        "bob": bob,
        "moderator": moderator,
        "editor": editor,
        "admin": admin,
        "platform": platform,
    }

    assert [name for name, person in people.items() if may_enter(person, region)] == enter
    assert [name for name, person in people.items() if may_write(person, region)] == write


def test_who_was_dismissed_is_a_stranger_again(region, alice, admin):
    region.stage = Stage.INVITED
    admit(alice, to=region, by=admin)
    dismiss(alice, from_=region, by=admin)

    assert not may_enter(alice, region)


def test_an_invitation_holds_for_one_region(region, other_region, alice, admin):
    admit(alice, to=region, by=admin)

    assert [is_invited(alice, town) for town in (region, other_region)] == [True, False]


@pytest.mark.parametrize("who", ["charlie", "moderator", "editor"])
def test_only_admins_run_a_region(request, region, charlie, who):
    person = request.getfixturevalue(who)
    role = give_role(charlie, Name.MODERATOR, region=region, by=None)
    steps = [
        lambda: give_role(charlie, Name.EDITOR, region=region, by=person),
        lambda: take_role(role, by=person),
        lambda: admit(charlie, to=region, by=person),
        lambda: dismiss(charlie, from_=region, by=person),
        lambda: update_region(region, {"name": "Neu"}, by=person),
        lambda: switch_module(region, "events", on=False, position=1, options={}, by=person),
        lambda: set_districts(region, [{"slug": "neu", "name": "Neu"}], by=person),
    ]

    for step in steps:
        with pytest.raises(PermissionDenied):
            step()

    assert list(Role.objects.filter(user=charlie).values_list("name", flat=True)) == ["moderator"]


def test_an_admin_runs_only_the_own_region(other_region, admin, charlie):
    with pytest.raises(PermissionDenied):
        give_role(charlie, Name.EDITOR, region=other_region, by=admin)


def test_only_platform_admins_make_platform_admins(region, admin, platform, charlie):
    with pytest.raises(PermissionDenied):
        give_role(charlie, Name.PLATFORM_ADMIN, region=None, by=admin)

    give_role(charlie, Name.PLATFORM_ADMIN, region=None, by=platform)

    assert is_platform_admin(charlie)


def test_a_role_counts_within_the_same_request(region, admin, charlie):
    before = can_moderate(charlie, region)
    role = give_role(charlie, Name.MODERATOR, region=region, by=admin)
    between = can_moderate(charlie, region)
    take_role(role, by=admin)

    assert (before, between, can_moderate(fresh(charlie), region)) == (False, True, False)


def test_giving_a_role_twice_gives_it_once(region, admin, charlie):
    give_role(charlie, Name.EDITOR, region=region, by=admin)
    give_role(charlie, Name.EDITOR, region=region, by=admin)

    assert Role.objects.filter(user=charlie).count() == 1
    assert LogEntry.objects.filter(verb="role given", actor_id=str(admin.pk)).count() == 1


@pytest.mark.parametrize(("fixture", "name"), [("admin", Name.REGION_ADMIN), ("platform", Name.PLATFORM_ADMIN)])
def test_the_last_admin_stays(request, region, fixture, name):
    person = request.getfixturevalue(fixture)

    with pytest.raises(ValidationError) as refused:
        take_role(Role.objects.get(user=person, name=name), by=person)

    assert refused.value.code == "last_admin"


def test_an_admin_whose_account_is_switched_off_does_not_count(region, admin, charlie):
    give_role(charlie, Name.REGION_ADMIN, region=region, by=admin)
    User.objects.filter(pk=charlie.pk).update(is_active=False)

    with pytest.raises(ValidationError):
        take_role(Role.objects.get(user=admin), by=admin)


def test_one_of_two_admins_may_go(region, admin, charlie):
    give_role(charlie, Name.REGION_ADMIN, region=region, by=admin)

    take_role(Role.objects.get(user=admin), by=admin)

    assert [role.user.name for role in roles_in(region)] == ["Charlie"]


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_dismiss_each_other_at_once_one_stays(region, admin, charlie):
    give_role(charlie, Name.REGION_ADMIN, region=region, by=admin)
    start, refused = Barrier(2), []

    def dismiss_other(me: User, other: User) -> None:
        role, by = Role.objects.select_related("region", "user").get(user=other), fresh(me)
        start.wait()
        try:
            take_role(role, by=by)
        except (ValidationError, PermissionDenied) as error:
            refused.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=dismiss_other, args=pair) for pair in ((admin, charlie), (charlie, admin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert Role.objects.filter(region=region, name=Name.REGION_ADMIN).count() == 1


def test_the_database_knows_which_roles_have_a_region(region, charlie):
    for role in ({"region": None, "name": Name.EDITOR}, {"region": region, "name": Name.PLATFORM_ADMIN}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Role.objects.create(user=charlie, **role)


def test_staff_by_role_without_those_who_are_switched_off(region, editor, moderator, admin, charlie):
    give_role(charlie, Name.EDITOR, region=region, by=None)
    User.objects.filter(pk=charlie.pk).update(is_active=False)

    assert {user.name for user in staff(region)} == {"Editor", "Moderator", "Admin"}
    assert [user.name for user in staff(region, Name.EDITOR)] == ["Editor"]


def test_changes_of_a_region_are_logged_and_no_change_is_not(region, admin):
    update_region(region, {"name": "Lindach am See", "words": {"district": "Stadtteil"}}, by=admin)
    update_region(region, {"name": "Lindach am See"}, by=admin)

    rows = LogEntry.objects.filter(verb="region changed").values_list("old", "new")

    assert list(rows) == [
        ({"name": "Lindach", "words": {}}, {"name": "Lindach am See", "words": {"district": "Stadtteil"}})
    ]
