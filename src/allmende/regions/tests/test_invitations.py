import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from allmende.accounts.models import Membership
from allmende.accounts.permissions import forget_roles, role_in
from allmende.core.models import LogEntry, Mail
from allmende.regions.actions import accept, accept_by_link, give_role, invite, revoke_invitation, take_role
from allmende.regions.models import Invitation, Role
from allmende.regions.permissions import is_invited
from allmende.regions.queries import State, invitation_by_code, invitation_by_link, state_of


@pytest.fixture
def later():
    return timezone.now() + timedelta(days=30)


@pytest.fixture
def letter(region, admin, later):
    return invite(region, label="Brief", by=admin, founds=True, uses_allowed=2, expires_at=later)


def code_of(mail):
    return re.search(r"/einladung/annehmen/([\w-]+)/", mail.body).group(1)


def test_whoever_comes_in_by_a_letter_founds_an_organisation(letter, charlie):
    organisation = accept(letter, charlie, organisation_name="Ruderclub")

    assert organisation.name == "Ruderclub"
    assert role_in(charlie, organisation) == Membership.Role.OWNER
    assert is_invited(charlie, letter.region)
    assert LogEntry.objects.filter(verb="invitation used", actor_id=str(charlie.pk)).count() == 1


def test_the_same_person_twice_uses_it_once(letter, charlie):
    first = accept(letter, charlie, organisation_name="Ruderclub")

    assert accept(letter, charlie, organisation_name="Anderer Name") == first
    assert letter.uses.count() == 1


def test_an_organisation_needs_a_name(letter, charlie):
    with pytest.raises(ValidationError, match="Wie heißt"):
        accept(letter, charlie)

    assert letter.uses.count() == 0


def test_the_last_use_is_given_once(letter, alice, bob, charlie):
    accept(letter, alice, organisation_name="A")
    accept(letter, bob, organisation_name="B")

    with pytest.raises(ValidationError) as refused:
        accept(letter, charlie, organisation_name="C")

    assert refused.value.code == State.USED_UP
    assert not is_invited(charlie, letter.region)


def test_an_expired_one_lets_nobody_in(letter, charlie):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(ValidationError) as refused:
        accept(letter, charlie, organisation_name="C")

    assert refused.value.code == State.EXPIRED


def test_a_revoked_one_lets_nobody_in(letter, admin, charlie):
    revoke_invitation(letter, by=admin)

    with pytest.raises(ValidationError) as refused:
        accept(letter, charlie, organisation_name="C")

    assert refused.value.code == State.REVOKED
    assert state_of(Invitation.objects.get()) == State.REVOKED


def test_an_inviter_who_may_not_any_more_lets_nobody_in(region, platform, editor, charlie, later):
    for one in (editor, charlie):
        role = give_role(one, Role.Name.REGION_ADMIN, region=region, by=platform)
    way = invite(region, label="Team", by=charlie, role=Role.Name.EDITOR, expires_at=later)
    take_role(role, by=platform)

    with pytest.raises(ValidationError) as refused:
        accept(way, platform)

    assert refused.value.code == "inviter_may_not"


def test_a_task_in_the_team_comes_with_it(region, admin, charlie, later):
    way = invite(region, label="Team", by=admin, role=Role.Name.EDITOR, expires_at=later)

    accept(way, charlie)

    assert list(charlie.roles.values_list("region", "name")) == [(region.pk, Role.Name.EDITOR)]


def test_editors_give_no_tasks(region, editor, later):
    with pytest.raises(PermissionDenied):
        invite(region, label="Team", by=editor, role=Role.Name.EDITOR, expires_at=later)


def test_members_who_run_an_organisation_invite_into_it(region, tsv, alice, bob, charlie, later):
    way = invite(region, label="Neue", by=alice, organisation=tsv, membership=Membership.Role.MEMBER, expires_at=later)

    accept(way, charlie)

    forget_roles(charlie)
    assert role_in(charlie, tsv) == Membership.Role.MEMBER
    with pytest.raises(PermissionDenied):
        invite(region, label="x", by=bob, organisation=tsv, membership=Membership.Role.MEMBER, expires_at=later)


def test_editors_hand_over_only_what_nobody_runs(region, editor, tsv, charlie, make_profile, later):
    nobodys = make_profile("Schachclub").organisation

    way = invite(region, label="x", by=editor, organisation=nobodys, membership="owner", expires_at=later)

    assert accept(way, charlie) == nobodys
    with pytest.raises(PermissionDenied):
        invite(region, label="x", by=editor, organisation=tsv, membership="owner", expires_at=later)


def test_a_mail_lets_in_its_reader_alone(region, admin, alice, charlie, later):
    way = invite(region, label="Für Charlie", by=admin, mail="Charlie@lindach.example", expires_at=later)
    token = code_of(Mail.objects.get())

    assert invitation_by_code(way.code) is None
    with pytest.raises(ValidationError) as refused:
        accept_by_link(token, alice)
    assert refused.value.code == "another_person"

    accept_by_link(token, charlie)

    assert is_invited(charlie, region)
    assert invitation_by_link(token) is None


def test_a_link_opens_once(region, admin, charlie, later):
    invite(region, label="Für Charlie", by=admin, mail=charlie.email, expires_at=later)
    token = code_of(Mail.objects.get())
    accept_by_link(token, charlie)

    with pytest.raises(ValidationError, match="gilt nicht mehr"):
        accept_by_link(token, charlie)


@pytest.mark.parametrize("typed", ["AUEN-2345", "auen2345", " auen 2345 ", "Auen–2345"])
def test_a_code_is_found_however_it_is_typed(region, later, typed):
    way = invite(region, label="Brief", by=None, expires_at=later, code="AUEN-2345")

    assert invitation_by_code(typed) == way


@pytest.mark.parametrize("typed", ["", "AUEN", "AUEN-2346", "\0", "A" * 5000, "ÄÖÜ-ßßßß"])
def test_a_wrong_code_finds_nothing(region, later, typed):
    invite(region, label="Brief", by=None, expires_at=later, code="AUEN-2345")

    assert invitation_by_code(typed) is None


def test_codes_can_be_read_aloud(letter):
    assert re.fullmatch(r"LIND-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", letter.code)
