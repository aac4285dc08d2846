from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from allmende.core.models import LogEntry, Mail
from allmende.regions.actions import give_role, lift, lift_expired, suspend
from allmende.regions.models import Role, Suspension
from allmende.regions.permissions import may_write

REASON = "Werbung trotz zweier Bitten."


@pytest.fixture
def paused(region, admin, charlie):
    tomorrow = timezone.now() + timedelta(1)
    return suspend(charlie, region=region, reason=REASON, ends_at=tomorrow, by=admin, told_by=region)


def test_the_person_learns_why_and_it_is_logged(charlie, admin, paused):
    mail = Mail.objects.get()

    assert mail.to == charlie.email
    assert REASON in mail.body
    assert LogEntry.objects.get(verb="suspended").reason == REASON


def test_reading_goes_on_writing_does_not(sign_in, region, charlie, paused):
    browser = sign_in(charlie)

    assert browser.get("/verzeichnis/").status_code == 200
    answer = browser.post("/veranstaltungen/neu/", {"title": "Verkauf"})
    assert answer.status_code == 403
    assert REASON in answer.content.decode()
    assert not may_write(charlie, region)


def test_what_was_typed_is_kept(sign_in, region, admin, charlie, paused):
    browser = sign_in(charlie)
    browser.post("/veranstaltungen/neu/", {"title": "Lesung im Park"})
    lift(paused, by=admin, told_by=region)

    assert "Lesung im Park" in browser.get("/veranstaltungen/neu/").content.decode()


def test_signing_out_works(sign_in, charlie, paused):
    assert sign_in(charlie).post("/abmelden/").status_code == 302


def test_it_ends_by_itself(region, charlie, paused):
    Suspension.objects.update(starts_at=timezone.now() - timedelta(2), ends_at=timezone.now() - timedelta(1))
    charlie.__dict__.pop("_suspensions", None)

    assert may_write(charlie, region)


def test_other_regions_do_not_count(other_region, charlie, paused):
    assert may_write(charlie, other_region)


def test_an_open_tab_of_a_blocked_account_is_a_guests(sign_in, region, platform, charlie):
    browser = sign_in(charlie)
    suspend(charlie, region=None, reason=REASON, ends_at=None, by=platform, told_by=region)

    assert browser.get("/konto/").url.startswith("/anmelden/")


def test_a_blocked_account_opens_again_when_its_time_is_over(region, platform, charlie):
    soon = timezone.now() + timedelta(1)
    suspend(charlie, region=None, reason=REASON, ends_at=soon, by=platform, told_by=region)
    Suspension.objects.update(starts_at=timezone.now() - timedelta(2), ends_at=timezone.now() - timedelta(1))

    assert lift_expired() == 1
    charlie.refresh_from_db()
    assert charlie.is_active


def test_admins_block_no_accounts(region, admin, charlie):
    with pytest.raises(PermissionDenied):
        suspend(charlie, region=None, reason=REASON, ends_at=None, by=admin, told_by=region)


@pytest.mark.parametrize("who", ["admin", "platform"])
def test_nobody_suspends_themselves_or_above(region, admin, platform, who):
    with pytest.raises(PermissionDenied):
        suspend({"admin": admin, "platform": platform}[who], region=region, reason=REASON, ends_at=None, by=admin,
                told_by=region)  # fmt: skip


def test_two_admins_do_not_suspend_each_other(region, admin, charlie):
    give_role(charlie, Role.Name.REGION_ADMIN, region=region, by=admin)

    with pytest.raises(PermissionDenied):
        suspend(charlie, region=region, reason=REASON, ends_at=None, by=admin, told_by=region)


def test_a_reason_is_owed(region, admin, charlie):
    with pytest.raises(ValidationError, match="Grund"):
        suspend(charlie, region=region, reason=" ", ends_at=None, by=admin, told_by=region)
