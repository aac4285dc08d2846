"""Members of an organisation and what they may; there is always somebody who owns it."""

from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from allmende.accounts.actions import (
    add_member,
    change_role,
    found_organisation,
    hand_over,
    remove_member,
)
from allmende.accounts.models import Membership, User
from allmende.accounts.permissions import can_hand_over, can_manage_members, is_member, role_in
from allmende.accounts.queries import members_of, organisations_of
from allmende.core.models import LogEntry

pytestmark = pytest.mark.django_db

OWNER, ADMIN, MEMBER = Membership.Role.OWNER, Membership.Role.ADMIN, Membership.Role.MEMBER


def membership(user, organisation) -> Membership:
    return Membership.objects.get(user=user, organisation=organisation)


def fresh(user) -> User:
    """As the next request would load the person: without remembered roles."""
    return User.objects.get(pk=user.pk)


def roles(organisation) -> dict[str, str]:
    return dict(organisation.memberships.order_by("user__name").values_list("user__name", "role"))


def test_who_founds_an_organisation_owns_it(alice):
    club = found_organisation("Radfreunde Lindach", by=alice)

    assert roles(club) == {"Alice": "owner"}
    assert LogEntry.objects.latest("pk").verb == "organisation founded"


def test_an_organisation_of_an_import_is_owned_by_nobody():
    club = found_organisation("Radfreunde Lindach", by=None)

    assert roles(club) == {}


@pytest.mark.parametrize(
    ("who", "acts", "manages", "hands_over"),
    [("alice", True, True, True), ("bob", True, False, False), ("charlie", False, False, False)],
)
def test_what_each_may(tsv, request, who, acts, manages, hands_over):
    person = request.getfixturevalue(who)

    assert (is_member(person, tsv), can_manage_members(person, tsv), can_hand_over(person, tsv)) == (
        acts,
        manages,
        hands_over,
    )


def test_an_admin_manages_but_does_not_hand_over(tsv, alice, bob):
    change_role(membership(bob, tsv), role=ADMIN, by=alice)
    person = fresh(bob)

    assert (role_in(person, tsv), can_manage_members(person, tsv), can_hand_over(person, tsv)) == ("admin", True, False)


def test_guests_and_no_organisation_have_no_role(tsv, alice):
    from django.contrib.auth.models import AnonymousUser

    assert (role_in(AnonymousUser(), tsv), role_in(alice, None), is_member(AnonymousUser(), tsv.pk)) == ("", "", False)


def test_roles_are_read_once_a_person(tsv, alice, django_assert_num_queries):
    person = fresh(alice)

    with django_assert_num_queries(1):
        is_member(person, tsv)
        can_manage_members(person, tsv)
        role_in(person, tsv.pk)


def test_a_new_member_counts_within_the_same_request(tsv, alice, charlie):
    before = is_member(charlie, tsv)

    add_member(tsv, charlie, by=alice)

    assert (before, is_member(charlie, tsv)) == (False, True)


def test_who_is_in_already_keeps_their_role(tsv, alice, bob):
    change_role(membership(bob, tsv), role=ADMIN, by=alice)

    add_member(tsv, bob, role=MEMBER, by=alice)

    assert roles(tsv) == {"Alice": "owner", "Bob": "admin"}


def test_members_and_strangers_add_nobody(tsv, bob, charlie):
    for person in (bob, charlie):
        with pytest.raises(PermissionDenied):
            add_member(tsv, charlie, by=person)

    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


def test_an_admin_makes_no_owners(tsv, alice, bob, charlie):
    change_role(membership(bob, tsv), role=ADMIN, by=alice)

    with pytest.raises(PermissionDenied):
        add_member(tsv, charlie, role=OWNER, by=fresh(bob))
    with pytest.raises(PermissionDenied):
        change_role(membership(bob, tsv), role=OWNER, by=fresh(bob))

    assert roles(tsv) == {"Alice": "owner", "Bob": "admin"}


def test_an_admin_cannot_touch_an_owner(tsv, alice, bob):
    change_role(membership(bob, tsv), role=ADMIN, by=alice)

    with pytest.raises(PermissionDenied):
        change_role(membership(alice, tsv), role=MEMBER, by=fresh(bob))
    with pytest.raises(PermissionDenied):
        remove_member(membership(alice, tsv), by=fresh(bob))

    assert roles(tsv)["Alice"] == "owner"


def test_the_last_owner_can_neither_leave_nor_step_down(tsv, alice):
    with pytest.raises(ValidationError) as leaving:
        remove_member(membership(alice, tsv), by=alice)
    with pytest.raises(ValidationError) as stepping_down:
        change_role(membership(alice, tsv), role=ADMIN, by=alice)

    assert [error.value.code for error in (leaving, stepping_down)] == ["last_owner", "last_owner"]
    assert roles(tsv)["Alice"] == "owner"


def test_one_of_two_owners_may_leave(tsv, alice, bob):
    change_role(membership(bob, tsv), role=OWNER, by=alice)

    remove_member(membership(alice, tsv), by=alice)

    assert roles(tsv) == {"Bob": "owner"}


def test_a_member_leaves_by_themselves(tsv, bob):
    remove_member(membership(bob, tsv), by=bob)

    assert roles(tsv) == {"Alice": "owner"}
    assert not is_member(bob, tsv)


def test_a_member_removes_nobody(tsv, alice, bob, charlie):
    add_member(tsv, charlie, by=alice)

    with pytest.raises(PermissionDenied):
        remove_member(membership(charlie, tsv), by=bob)

    assert roles(tsv)["Charlie"] == "member"


def test_handing_over_makes_the_heir_owner_and_the_other_admin(tsv, alice, bob):
    hand_over(tsv, to=bob, by=alice)

    assert roles(tsv) == {"Alice": "admin", "Bob": "owner"}
    assert (can_hand_over(alice, tsv), can_hand_over(fresh(bob), tsv)) == (False, True)


def test_nobody_inherits_who_is_no_member(tsv, alice, charlie):
    with pytest.raises(ValidationError) as refused:
        hand_over(tsv, to=charlie, by=alice)

    assert refused.value.code == "not_a_member"
    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


def test_handing_over_to_oneself_changes_nothing(tsv, alice):
    hand_over(tsv, to=alice, by=alice)

    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


def test_only_owners_hand_over(tsv, bob):
    with pytest.raises(PermissionDenied):
        hand_over(tsv, to=bob, by=bob)


def test_what_was_read_before_somebody_became_owner_is_read_again(tsv, alice, bob):
    stale = membership(bob, tsv)
    hand_over(tsv, to=bob, by=alice)

    with pytest.raises(ValidationError) as refused:
        remove_member(stale, by=bob)

    assert refused.value.code == "last_owner"
    assert roles(tsv) == {"Alice": "admin", "Bob": "owner"}


def test_a_membership_that_is_gone_is_not_changed_any_more(tsv, alice, bob):
    stale = membership(bob, tsv)
    remove_member(membership(bob, tsv), by=bob)

    with pytest.raises(ValidationError) as refused:
        change_role(stale, role=ADMIN, by=alice)

    assert refused.value.code == "not_a_member"
    assert roles(tsv) == {"Alice": "owner"}


def test_nobody_is_in_twice(tsv, bob):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(organisation=tsv, user=bob)


def test_owners_stand_first_among_the_members(tsv, alice, bob, charlie):
    add_member(tsv, charlie, role=ADMIN, by=alice)

    assert [m.user.name for m in members_of(tsv)] == ["Alice", "Charlie", "Bob"]


def test_the_organisations_of_a_person_come_by_name(tsv, alice):
    found_organisation("Bienenfreunde", by=alice)

    assert [organisation.name for organisation in organisations_of(alice)] == ["Bienenfreunde", "TSV Lindach"]


def test_the_log_tells_who_did_what(tsv, alice, bob):
    change_role(membership(bob, tsv), role=ADMIN, by=alice)

    rows = LogEntry.objects.order_by("-pk")[:2].values_list("verb", "old", "new", "actor_id")

    assert list(rows) == [
        ("role changed", {"role": "member"}, {"user": bob.pk, "role": "admin"}, str(alice.pk)),
        ("member added", None, {"user": bob.pk, "role": "member"}, str(alice.pk)),
    ]


def at_once(*tasks) -> list[str]:
    """Run the tasks in threads that begin together; gives the codes of what was refused."""
    start, refused = Barrier(len(tasks)), []

    def run(task) -> None:
        start.wait()
        try:
            task()
        except (ValidationError, PermissionDenied) as error:
            refused.append(getattr(error, "code", "forbidden"))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_leave_at_once_one_stays(tsv, alice, bob):
    change_role(membership(bob, tsv), role=OWNER, by=alice)
    leaving = [lambda user=user: remove_member(membership(user, tsv), by=fresh(user)) for user in (alice, bob)]

    refused = at_once(*leaving)

    assert refused == ["last_owner"]
    assert list(roles(tsv).values()) == ["owner"]


@pytest.mark.django_db(transaction=True)
def test_an_heir_who_leaves_meanwhile_leaves_an_owner_behind(tsv, alice, bob):
    at_once(lambda: hand_over(tsv, to=bob, by=fresh(alice)), lambda: remove_member(membership(bob, tsv), by=fresh(bob)))

    assert list(roles(tsv).values()).count("owner") == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one(tsv, alice, bob):
    change_role(membership(bob, tsv), role=OWNER, by=alice)

    refused = at_once(
        lambda: change_role(membership(bob, tsv), role=MEMBER, by=fresh(alice)),
        lambda: change_role(membership(alice, tsv), role=MEMBER, by=fresh(bob)),
    )

    assert refused == ["forbidden"]
    assert sorted(roles(tsv).values()) == ["member", "owner"]
