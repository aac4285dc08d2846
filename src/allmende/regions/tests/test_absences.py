from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from allmende.accounts.actions import set_active
from allmende.core.models import LogEntry, Mail
from allmende.regions.actions import announce_absence, check_holders, end_absence, give_role
from allmende.regions.models import Absence, Role
from allmende.regions.permissions import can_edit_content, forget_staff_roles
from allmende.regions.queries import staff, unheld_tasks


@pytest.fixture
def away(region, editor, moderator):
    """The editor is away today and tomorrow; the moderator stands in."""
    today = timezone.localdate()
    return announce_absence(
        editor, region=region, starts_on=today, ends_on=today + timedelta(1), deputy=moderator, by=editor
    )


def at(day, absence):
    Absence.objects.filter(pk=absence.pk).update(starts_on=day, ends_on=day)
    forget_staff_roles(absence.deputy)


def test_the_deputy_may_what_the_other_may(region, moderator, away):
    assert can_edit_content(moderator, region)


def test_only_while_it_lasts(region, moderator, away):
    before = timezone.localdate() + timedelta(1)
    after = timezone.localdate() - timedelta(1)

    at(before, away)
    assert not can_edit_content(moderator, region)
    at(after, away)
    assert not can_edit_content(moderator, region)


def test_the_rights_end_when_the_other_is_back(region, editor, moderator, away):
    end_absence(away, by=editor)
    forget_staff_roles(moderator)

    assert not can_edit_content(moderator, region)


def test_a_deputy_of_a_deputy_has_nothing(region, admin, moderator, charlie, away):
    today = timezone.localdate()
    give_role(charlie, Role.Name.MODERATOR, region=region, by=admin)
    announce_absence(moderator, region=region, starts_on=today, ends_on=today, deputy=charlie, by=moderator)

    assert not can_edit_content(charlie, region)


def test_another_region_does_not_count(other_region, moderator, away):
    assert not can_edit_content(moderator, other_region)


def test_what_is_to_do_goes_to_the_deputy(region, editor, moderator, away):
    assert list(staff(region, Role.Name.EDITOR)) == [moderator]


def test_the_deputy_is_told(moderator, away):
    assert [mail.to for mail in Mail.objects.all()] == [moderator.email]
    assert LogEntry.objects.filter(verb="absence").count() == 1


def test_only_the_team_stands_in_unless_an_admin_says_so(region, admin, editor, charlie):
    today = timezone.localdate()
    dates = {"starts_on": today, "ends_on": today}

    with pytest.raises(ValidationError, match="Team"):
        announce_absence(editor, region=region, deputy=charlie, by=editor, **dates)
    announce_absence(editor, region=region, deputy=charlie, by=admin, **dates)

    assert can_edit_content(charlie, region)


def test_nobody_announces_for_a_colleague(region, editor, moderator):
    today = timezone.localdate()

    with pytest.raises(PermissionDenied):
        announce_absence(editor, region=region, starts_on=today, ends_on=today, deputy=moderator, by=moderator)


@pytest.mark.parametrize(("first", "last"), [(1, 0), (-9, -2), (0, 400)])
def test_impossible_days_are_refused(region, editor, first, last):
    today = timezone.localdate()

    with pytest.raises(ValidationError, match="Tage"):
        announce_absence(
            editor, region=region, starts_on=today + timedelta(first), ends_on=today + timedelta(last), deputy=None,
            by=editor,
        )  # fmt: skip


def test_a_task_without_anybody_present_is_told_to_the_platform(region, admin, platform):
    today = timezone.localdate()
    announce_absence(admin, region=region, starts_on=today, ends_on=today, deputy=None, by=admin)

    assert unheld_tasks(region) == ["editor", "moderator", "region_admin"]
    assert check_holders() == 3
    assert [mail.to for mail in Mail.objects.all()] == [admin.email]


def test_a_region_whose_only_admin_is_gone_is_told_to_the_platform(region, admin, platform):
    set_active(admin, active=False)

    check_holders()

    assert [mail.to for mail in Mail.objects.all()] == [platform.email]


def test_a_region_in_good_hands_is_not_bothered(region, admin):
    assert check_holders() == 0
    assert not Mail.objects.exists()
