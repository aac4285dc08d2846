from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy as _

from allmende.core.log import changes, record
from allmende.core.logs import request_id
from allmende.core.models import Lease, LogEntry

pytestmark = pytest.mark.django_db


def test_the_log_says_who_changed_what_and_why():
    thing = Lease.objects.create(name="test.thing")
    somebody = Lease.objects.create(name="Alice")
    old, new = changes({"name": "a", "fee": Decimal("1.50")}, {"name": "a", "fee": Decimal("2.00")})
    inside = request_id.set("ABCD-2345")

    record("renamed", thing, by=somebody, old=old, new=new, reason=_("Tippfehler"), region_id=3)

    request_id.reset(inside)
    entry = LogEntry.objects.get()
    assert (entry.verb, entry.model, entry.key) == ("renamed", "core.Lease", str(thing.pk))
    assert (entry.actor_id, entry.actor, entry.region_id) == (str(somebody.pk), "Alice", 3)
    assert (entry.old, entry.new) == ({"fee": "1.50"}, {"fee": "2.00"})
    assert (entry.reason, entry.request_id) == ("Tippfehler", "ABCD-2345")


def test_the_machine_has_no_name():
    entry = record("installed", "database", by=None)

    assert (entry.actor_id, entry.actor, entry.model, entry.key) == ("", "", "", "database")


def test_only_what_differs_is_a_change():
    old = {"title": "a", "day": date(2026, 3, 1), "same": [1]}

    assert changes(old, {"title": "b", "day": date(2026, 3, 1), "same": [1], "new": None, "more": 1}) == (
        {"title": "a", "more": None},
        {"title": "b", "more": 1},
    )


@pytest.mark.parametrize(
    "attempt",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: LogEntry.objects.update(verb="forged"),
        lambda entry: LogEntry.objects.all().delete(),
        lambda entry: LogEntry.objects.bulk_update([entry], ["verb"]),
        lambda entry: LogEntry.objects.filter(pk=entry.pk).delete(),
        lambda entry: LogEntry.objects.get(pk=entry.pk).save(),
    ],
)
def test_what_stands_in_the_log_stays(attempt):
    entry = record("renamed", "thing", by=None)
    entry.verb = "forged"

    with pytest.raises(TypeError, match="only ever added to"):
        attempt(entry)

    assert list(LogEntry.objects.values_list("verb", flat=True)) == ["renamed"]
