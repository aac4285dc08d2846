"""What the privacy page says is erased, is erased."""

from datetime import timedelta

from allmende.core.modules import floors
from allmende.core.retention import retention
from allmende.core.work import all_work


def test_whatever_is_said_to_be_erased_is_erased_by_work_that_runs_every_night_or_sooner():
    intervals = {work.name: work.interval for work in all_work()}

    assert [kept for kept in retention() if intervals.get(kept.erased_by, timedelta.max) > timedelta(days=1)] == []


def test_every_span_is_the_one_that_the_code_works_with():
    assert {kept.erased_by: type(kept.how_long) for kept in retention()} == dict.fromkeys(
        {kept.erased_by for kept in retention()}, timedelta
    )


def test_floors_come_from_the_ground_up():
    labels = [floor.label for floor in floors()]

    assert (labels[0], labels[-1]) == ("core", "portal")
