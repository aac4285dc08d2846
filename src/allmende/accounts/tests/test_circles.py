import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from allmende.accounts.actions import join_circle, leave_circle, new_circle, remove_member
from allmende.accounts.models import CircleMember, Membership, User
from allmende.accounts.queries import circles_of

pytestmark = pytest.mark.django_db


def ids(person) -> list[int]:
    return sorted(row["circle"] for row in circles_of(person))


def test_people_are_in_a_circle_themselves_or_through_an_organisation(tsv, alice, bob, charlie):
    choir, team = new_circle("Chor"), new_circle("Team")
    join_circle(choir, user=charlie)
    join_circle(team, organisation=tsv)

    assert (ids(charlie), ids(bob), ids(AnonymousUser())) == ([choir.pk], [team.pk], [])


def test_who_leaves_the_organisation_leaves_its_circles(tsv, alice, bob):
    team = new_circle("Team")
    join_circle(team, organisation=tsv)

    remove_member(Membership.objects.get(user=bob), by=bob)

    assert ids(User.objects.get(pk=bob.pk)) == []


def test_joining_twice_is_joining_once(charlie):
    choir = new_circle("Chor")

    join_circle(choir, user=charlie)
    join_circle(choir, user=charlie)

    assert CircleMember.objects.count() == 1


def test_leaving(charlie, bob):
    choir = new_circle("Chor")
    join_circle(choir, user=charlie)
    join_circle(choir, user=bob)

    leave_circle(choir, user=charlie)

    assert (ids(charlie), ids(bob)) == ([], [choir.pk])


def test_a_member_is_either_a_person_or_an_organisation(tsv, charlie):
    choir = new_circle("Chor")

    for who in ({}, {"user": charlie, "organisation": tsv}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CircleMember.objects.create(circle=choir, **who)
