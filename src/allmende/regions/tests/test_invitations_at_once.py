"""Two people at the same door, and one place left."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from allmende.accounts.models import Organisation
from allmende.conftest import at_once
from allmende.regions.actions import accept, invite
from allmende.regions.models import Invitation

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_take_the_last_use_one_comes_in(region, alice, charlie):
    until = timezone.now() + timedelta(days=1)
    letter = invite(region, label="Brief", by=None, founds=True, uses_allowed=1, expires_at=until)
    copies = [Invitation.objects.select_related("region").get(pk=letter.pk) for _ in range(2)]

    results = at_once(
        partial(accept, copies[0], alice, organisation_name="A"),
        partial(accept, copies[1], charlie, organisation_name="C"),
    )

    assert [result for result in results if isinstance(result, str)] == ["used_up"]
    assert letter.uses.count() == 1
    assert Organisation.objects.filter(name__in=["A", "C"]).count() == 1
