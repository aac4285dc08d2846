"""Recognition as serving the common good: asked for, decided, reminded of, over; its proof and who looks at it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from allmende.accounts.actions import add_member, found_organisation
from allmende.accounts.models import Membership
from allmende.core.files import private_path
from allmende.core.models import LogEntry, Mail, PrivateFile
from allmende.core.retention import retention
from allmende.regions.actions import (
    decide_recognition,
    expire_recognitions,
    forget_proofs,
    look_at_proof,
    remind_of_recognitions,
    request_recognition,
    withdraw_recognition,
)
from allmende.regions.models import Recognition, Region
from allmende.regions.queries import (
    is_recognised,
    looks_at,
    open_recognitions,
    proof_for,
    recognised_until,
    recognition_for,
)

pytestmark = pytest.mark.django_db
State = Recognition.State
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def ask(region, alice, tsv):
    def ask(organisation=tsv, by=alice, there=region) -> Recognition:
        proof = ContentFile(PDF, name="bescheid.pdf")
        return request_recognition(organisation, region=there, reason="Sport für alle.", proof=proof, by=by)

    return ask


@pytest.fixture
def grant(ask, editor):
    def grant(days: int = 365) -> Recognition:
        made = ask()
        decide_recognition(made, by=editor, decision="Der Bescheid liegt vor.", valid_until=today() + timedelta(days))
        return made

    return grant


def today() -> date:
    return timezone.localdate()


def mails() -> list[tuple[str, str]]:
    """(to whom, first words of the subject), in order."""
    return [(mail.to.partition("@")[0], mail.subject.partition(":")[0]) for mail in Mail.objects.order_by("pk")]


def in_days(days: float):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


def state_of(recognition: Recognition) -> str:
    return Recognition.objects.get(pk=recognition.pk).state


# Asking


def test_a_request_keeps_reason_and_proof_and_both_sides_are_told(ask, editor, tsv, region):
    made = ask()

    assert (made.state, made.reason, made.proof.name) == (State.REQUESTED, "Sport für alle.", "bescheid.pdf")
    assert mails() == [("editor", "Anerkennung beantragt"), ("alice", "Antrag auf Anerkennung eingegangen")]
    assert is_recognised(region, tsv) is False


def test_without_editors_the_administration_is_told(ask, admin):
    ask()

    assert mails()[0] == ("admin", "Anerkennung beantragt")


@pytest.mark.parametrize("who", ["bob", "charlie", "editor", "admin"])
def test_only_who_runs_the_organisation_asks(who, ask, request):
    with pytest.raises(PermissionDenied):
        ask(by=request.getfixturevalue(who))


def test_an_admin_of_the_organisation_asks_as_well(ask, tsv, alice, charlie):
    add_member(tsv, charlie, role=Membership.Role.ADMIN, by=alice)

    assert ask(by=charlie).state == State.REQUESTED


def test_one_request_at_a_time(ask):
    ask()

    with pytest.raises(ValidationError, match="wartet schon"):
        ask()


def test_who_is_recognised_for_long_need_not_ask(grant, ask):
    grant(days=100)

    with pytest.raises(ValidationError, match="schon anerkannt"):
        ask()


def test_where_people_only_read_nobody_asks(ask, region, alice):
    Region.objects.filter(pk=region.pk).update(stage=Region.Stage.READ_ONLY)
    region.refresh_from_db()

    with pytest.raises(PermissionDenied):
        ask()


def test_a_wrong_file_leaves_no_request(region, tsv, alice):
    with pytest.raises(ValidationError):
        request_recognition(tsv, region=region, reason="Ja", proof=ContentFile(b"MZ", name="a.pdf"), by=alice)

    assert (Recognition.objects.count(), PrivateFile.objects.count()) == (0, 0)


def test_each_region_recognises_for_itself(grant, region, other_region, tsv):
    grant()

    assert (is_recognised(region, tsv), is_recognised(other_region, tsv)) == (True, False)


def test_taken_back_the_proof_is_gone_at_once(ask, alice, django_capture_on_commit_callbacks):
    made = ask()
    path = private_path(made.proof.path)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_recognition(made, by=alice)

    assert (state_of(made), PrivateFile.objects.count(), path.exists()) == (State.WITHDRAWN, 0, False)
    assert ask_again_is_possible(made)


def ask_again_is_possible(made: Recognition) -> bool:
    return not Recognition.objects.filter(organisation=made.organisation, state=State.REQUESTED).exists()


def test_what_is_decided_cannot_be_taken_back(grant, alice):
    with pytest.raises(ValidationError, match="inzwischen entschieden"):
        withdraw_recognition(grant(), by=alice)


def test_others_take_nothing_back(ask, bob):
    with pytest.raises(PermissionDenied):
        withdraw_recognition(ask(), by=bob)


# Deciding


def test_recognised_until_a_day_with_the_reason(grant, region, tsv, editor):
    made = grant(days=365)
    mail = Mail.objects.get(subject__startswith="Anerkannt")

    assert (state_of(made), recognised_until(region, tsv)) == (State.RECOGNISED, today() + timedelta(days=365))
    assert (mail.to, "Der Bescheid liegt vor." in mail.body) == ("alice@lindach.example", True)
    assert LogEntry.objects.get(verb="recognition recognised").reason == "Der Bescheid liegt vor."


def test_refused_with_the_reason_and_a_new_request_is_possible(ask, editor, region, tsv):
    made = ask()
    decide_recognition(made, by=editor, decision="Es fehlt die Satzung.", valid_until=None)

    assert (state_of(made), is_recognised(region, tsv)) == (State.REFUSED, False)
    assert "Es fehlt die Satzung." in Mail.objects.get(subject__startswith="Anerkennung abgelehnt").body
    assert ask().state == State.REQUESTED


@pytest.mark.parametrize("who", ["alice", "charlie", "moderator"])
def test_only_editors_and_the_administration_decide(who, ask, request):
    with pytest.raises(PermissionDenied):
        decide_recognition(ask(), by=request.getfixturevalue(who), decision="Ja.", valid_until=today())


def test_of_two_who_decide_one_is_told_that_it_is_done(ask, editor, admin):
    made = ask()
    same = Recognition.objects.select_related("region", "organisation").get(pk=made.pk)
    decide_recognition(made, by=editor, decision="Ja.", valid_until=today())

    with pytest.raises(ValidationError, match="inzwischen entschieden"):
        decide_recognition(same, by=admin, decision="Nein.", valid_until=None)
    assert state_of(made) == State.RECOGNISED


def test_a_renewal_takes_the_place_of_what_ends(grant, ask, editor, region, tsv):
    first = grant(days=30)
    again = ask()
    decide_recognition(again, by=editor, decision="Weiter so.", valid_until=today() + timedelta(days=900))

    assert (state_of(first), state_of(again)) == (State.EXPIRED, State.RECOGNISED)
    assert recognised_until(region, tsv) == today() + timedelta(days=900)


def test_a_renewal_that_is_refused_leaves_the_rest_of_the_time(grant, ask, editor, region, tsv):
    grant(days=30)
    decide_recognition(ask(), by=editor, decision="Der Bescheid ist zu alt.", valid_until=None)

    assert recognised_until(region, tsv) == today() + timedelta(days=30)


# The end


def test_it_holds_on_its_last_day_and_is_over_on_the_next(grant, region, tsv):
    made = grant(days=10)
    with in_days(10):
        expire_recognitions()
        last_day = is_recognised(region, tsv)
    with in_days(11):
        before_the_work = is_recognised(region, tsv)
        expire_recognitions()
        expire_recognitions()

    assert (last_day, before_the_work, state_of(made)) == (True, False, State.EXPIRED)
    assert [text for _to, text in mails()].count("Anerkennung abgelaufen") == 1


def test_sixty_days_before_the_end_comes_one_reminder(grant):
    grant(days=100)
    sent = []
    for days in (39, 40, 41):
        with in_days(days):
            remind_of_recognitions()
            sent.append(sum(text.startswith("Anerkennung endet") for _to, text in mails()))

    assert sent == [0, 1, 1]


def test_who_has_asked_for_the_renewal_is_not_reminded(grant, ask):
    grant(days=50)
    ask()

    assert remind_of_recognitions() == 0


# The proof


def test_every_look_at_the_proof_stands_in_the_log(ask, editor, admin):
    made = ask()
    look_at_proof(made, by=editor)
    look_at_proof(made, by=admin)

    assert [look.actor for look in looks_at(made)] == ["Editor", "Admin"]


@pytest.mark.parametrize(
    ("who", "sees"),
    [("alice", True), ("bob", False), ("charlie", False), ("moderator", False), ("editor", True), ("platform", True)],
)
def test_who_may_see_a_proof(who, sees, ask, region, request):
    made, person = ask(), request.getfixturevalue(who)

    assert (proof_for(region, person, made.pk) is not None) is sees


def test_the_editors_of_another_region_see_neither_request_nor_proof(ask, region, other_region, editor):
    made = ask()

    assert proof_for(other_region, editor, made.pk) is None
    assert recognition_for(other_region, editor, made.pk) is None
    assert open_recognitions(region, editor).count() == 1


def test_strangers_cannot_look_even_past_the_page(ask, charlie):
    with pytest.raises(PermissionDenied):
        look_at_proof(ask(), by=charlie)


def test_a_year_after_a_refusal_the_proof_is_erased(ask, editor, django_capture_on_commit_callbacks):
    made = ask()
    decide_recognition(made, by=editor, decision="Nein.", valid_until=None)
    path, kept = private_path(made.proof.path), []
    for days in (364, 366):
        with in_days(days), django_capture_on_commit_callbacks(execute=True):
            forget_proofs()
        kept.append((PrivateFile.objects.count(), path.exists()))

    assert kept == [(1, True), (0, False)]
    assert state_of(made) == State.REFUSED


def test_a_year_after_its_end_the_proof_is_erased_but_not_before(grant):
    grant(days=10)
    left = []
    for days in (12, 370, 377):
        with in_days(days):
            expire_recognitions()
            forget_proofs()
        left.append(PrivateFile.objects.count())

    assert left == [1, 1, 0]


def test_the_privacy_page_says_how_long_proofs_are_kept():
    assert [kept.how_long.days for kept in retention() if kept.erased_by == "regions.forget_proofs"] == [365]


def test_without_its_organisation_nothing_is_left_of_a_request(ask, alice):
    club = found_organisation("Chor", by=alice)
    ask(organisation=club)
    club.delete()

    assert Recognition.objects.count() == 0
