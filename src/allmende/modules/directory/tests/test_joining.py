"""People ask to belong to an organisation, or say that a profile that nobody keeps is theirs."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from allmende.accounts.actions import add_member
from allmende.accounts.models import Application, Membership
from allmende.core.models import LogEntry, Mail
from allmende.regions.actions import apply, decide_application, suspend, withdraw_application

pytestmark = pytest.mark.django_db

WHO = {"text": "Ich turne dienstags mit."}


@pytest.fixture
def profile(make_profile, tsv):
    return make_profile("TSV Lindach 1921", organisation=tsv)


@pytest.fixture
def unkept(make_profile):
    """Entered by editors: the organisation has nobody."""
    return make_profile("Dorfladen")


def join(profile) -> str:
    return f"/verzeichnis/{profile.pk}/dabei/"


def members_page(profile) -> str:
    return f"/verzeichnis/{profile.pk}/mitglieder/"


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("to", "subject"))


def answer(application, do: str, text: str = "") -> dict[str, object]:
    return {"do": do, "application": application.pk, f"application-{application.pk}-answer": text}


def claim(profile, user) -> Application:
    return apply(profile.organisation, user, region=profile.region, text="Ich.", claims=True, link="/")


def test_somebody_asks_and_is_taken_in(sign_in, profile, alice, charlie):
    sign_in(charlie).post(join(profile), WHO)
    application = Application.objects.get()
    shown = sign_in(alice).get(members_page(profile)).content.decode()

    sign_in(alice).post(members_page(profile), answer(application, "accept"))

    assert "Ich turne dienstags mit." in shown
    assert Membership.objects.get(user=charlie).role == "member"
    assert mails() == [
        ("alice@lindach.example", "Möchte dazugehören: TSV Lindach"),
        ("charlie@lindach.example", "Willkommen bei „TSV Lindach“"),
    ]


def test_a_no_takes_a_reason_which_the_person_reads(sign_in, profile, alice, charlie):
    sign_in(charlie).post(join(profile), WHO)
    application = Application.objects.get()
    browser = sign_in(alice)

    without = browser.post(members_page(profile), answer(application, "decline"))
    browser.post(members_page(profile), answer(application, "decline", "Wir kennen Sie nicht."))

    assert without.status_code == 400
    assert Membership.objects.filter(user=charlie).exists() is False
    assert "Wir kennen Sie nicht." in Mail.objects.get(to="charlie@lindach.example").body


def test_the_organisation_s_moderator_decides_a_member_does_not(sign_in, profile, tsv, alice, bob, charlie):
    sign_in(charlie).post(join(profile), WHO)
    application = Application.objects.get()
    as_member = sign_in(bob).post(members_page(profile), answer(application, "accept")).status_code
    Membership.objects.filter(user=bob).update(role="moderator")

    as_moderator = sign_in(bob).post(members_page(profile), answer(application, "accept")).status_code

    assert (as_member, as_moderator) == (403, 302)
    assert Membership.objects.get(user=charlie).role == "member"


def test_asking_twice_is_asking_once(sign_in, profile, charlie):
    browser = sign_in(charlie)
    browser.post(join(profile), WHO)

    browser.post(join(profile), WHO)

    assert Application.objects.count() == 1
    assert "Ihre Anfrage wartet" in browser.get(join(profile)).content.decode()


@pytest.mark.parametrize(("policy", "status"), [("open", 200), ("ask", 200), ("closed", 404)])
def test_an_organisation_that_takes_nobody_is_not_asked(sign_in, profile, charlie, policy, status):
    type(profile).objects.filter(pk=profile.pk).update(join_policy=policy)
    browser = sign_in(charlie)

    assert browser.get(join(profile)).status_code == status
    assert ("Ich gehöre dazu" in browser.get(profile.url).content.decode()) is (status == 200)


def test_a_pause_is_a_pause_here_too(sign_in, profile, region, charlie, admin):
    suspend(charlie, region=region, reason="Streit", ends_at=None, by=admin, told_by=region)

    assert sign_in(charlie).post(join(profile), WHO).status_code == 403


def test_an_unkept_profile_is_claimed_and_handed_over(sign_in, unkept, charlie, editor):
    shown = sign_in(None).get(unkept.url).content.decode()
    sign_in(charlie).post(join(unkept), WHO)
    application = Application.objects.get()

    sign_in(editor).post("/amt/uebernahmen/", answer(application, "accept"))

    assert "Ist das Ihre Organisation?" in shown
    assert Membership.objects.get(organisation=unkept.organisation).role == "owner"
    assert mails() == [
        ("editor@lindach.example", "Möchte das Profil übernehmen: Dorfladen"),
        ("charlie@lindach.example", "Willkommen bei „Dorfladen“"),
    ]
    assert "Ist das Ihre Organisation?" not in sign_in(editor).get(unkept.url).content.decode()


def test_of_two_claims_one_is_handed_over_and_the_other_answered(unkept, bob, charlie, editor):
    first, second = claim(unkept, bob), claim(unkept, charlie)

    decide_application(first, accepted=True, by=editor)

    with pytest.raises(Exception, match="Darüber hat schon jemand entschieden") as refused:
        decide_application(second, accepted=True, by=editor)
    assert refused.value.code == "decided"
    assert list(unkept.organisation.memberships.values_list("user__name", "role")) == [("Bob", "owner")]
    assert "hat jemand anderes „Dorfladen“ übernommen" in Mail.objects.get(to="charlie@lindach.example").body


def test_a_claim_that_came_too_late_says_so(sign_in, unkept, bob, charlie, editor):
    application = claim(unkept, charlie)
    add_member(unkept.organisation, bob, role="owner", by=None)  # by an invitation of the editors

    said = sign_in(editor).post("/amt/uebernahmen/", answer(application, "accept"))

    assert said.status_code == 400
    assert "hat inzwischen jemand anderes übernommen" in said.content.decode()
    with pytest.raises(Exception, match="Inzwischen hat jemand anderes"):
        apply(unkept.organisation, editor, region=unkept.region, text="", claims=True, link="/")


def test_who_lost_the_task_in_an_open_tab_decides_nothing(sign_in, unkept, charlie, alice):
    application = claim(unkept, charlie)

    assert sign_in(alice).post("/amt/uebernahmen/", answer(application, "accept")).status_code == 404
    assert unkept.organisation.memberships.exists() is False


def test_a_claim_of_another_town_is_out_of_reach(sign_in, unkept, other_region, charlie, editor):
    application = claim(unkept, charlie)
    Application.objects.update(region_id=other_region.pk)

    answered = sign_in(editor).post("/amt/uebernahmen/", answer(application, "accept"))

    assert answered.status_code == 302
    assert unkept.organisation.memberships.exists() is False


# Thinking better of it


def withdraw(browser, application):
    return browser.post(f"/konto/anfragen/{application.pk}/zurueckziehen/", follow=True)


@pytest.mark.parametrize("claims", [False, True])
def test_who_asked_sees_it_and_takes_it_back(sign_in, profile, unkept, alice, charlie, editor, claims):
    asked = unkept if claims else profile
    sign_in(charlie).post(join(asked), WHO)
    application = Application.objects.get()
    before = sign_in(charlie).get("/konto/").content.decode()

    after = withdraw(sign_in(charlie), application).content.decode()

    assert f"/konto/anfragen/{application.pk}/zurueckziehen/" in before
    assert "sieht Ihre Anfrage nicht mehr" in after
    assert Application.objects.count() == 0
    assert LogEntry.objects.latest("pk").verb == "application withdrawn"
    for person, page in ((alice, members_page(profile)), (editor, "/amt/uebernahmen/")):
        assert WHO["text"] not in sign_in(person).get(page).content.decode()


def test_somebody_else_takes_nothing_back(sign_in, profile, alice, charlie):
    sign_in(charlie).post(join(profile), WHO)
    application = Application.objects.get()

    answered = withdraw(sign_in(alice), application)

    assert "Diese Anfrage wartet nicht mehr." in answered.content.decode()
    with pytest.raises(PermissionDenied):
        withdraw_application(application, by=alice)
    assert Application.objects.count() == 1


def test_what_is_decided_is_not_taken_back(sign_in, profile, alice, charlie):
    sign_in(charlie).post(join(profile), WHO)
    application = Application.objects.get()
    decide_application(application, accepted=True, by=alice)

    answered = withdraw(sign_in(charlie), application)

    assert "Diese Anfrage wartet nicht mehr." in answered.content.decode()
    with pytest.raises(ValidationError) as refused:
        withdraw_application(application, by=charlie)
    assert (refused.value.code, Membership.objects.filter(user=charlie).count()) == ("decided", 1)


@pytest.mark.parametrize("do", ["accept", "decline"])
def test_who_decides_about_what_was_taken_back_is_told(sign_in, profile, unkept, alice, charlie, editor, do):
    for asked, person, page in ((profile, alice, members_page(profile)), (unkept, editor, "/amt/uebernahmen/")):
        sign_in(charlie).post(join(asked), WHO)
        application = Application.objects.get()
        withdraw(sign_in(charlie), application)

        answered = sign_in(person).post(page, answer(application, do, "Nein."), follow=True)

        assert answered.status_code == 200
        assert (
            "schon jemand entschieden" in answered.content.decode() or "wartet nicht mehr" in answered.content.decode()
        )
        with pytest.raises(ValidationError) as refused:
            decide_application(application, accepted=do == "accept", by=person)
        assert refused.value.code == "withdrawn"
    assert Membership.objects.filter(user=charlie).count() == 0


def test_after_that_one_may_ask_again(sign_in, profile, charlie):
    browser = sign_in(charlie)
    browser.post(join(profile), WHO)
    withdraw(browser, Application.objects.get())

    browser.post(join(profile), WHO)

    assert Application.objects.count() == 1
