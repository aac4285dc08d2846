"""Somebody goes for good."""

from django.db import transaction

from allmende.accounts.actions import leave_organisations
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.entries.models import ExactPlace
from allmende.portal.queries import goes_anyway, written_alone
from allmende.regions.actions import lay_down_roles
from allmende.regions.actions.telling import tell
from allmende.regions.models import Region


@transaction.atomic
def delete_account(user: User, *, region: Region, with_entries: bool) -> None:
    """The account with everything that is about the person; a mail says that it is done.

    ``with_entries`` takes along what they published in nobody else's name; otherwise it stays without an author.
    Raises ValidationError while somebody else has to take something on.
    """
    lay_down_roles(user)
    leave_organisations(user)
    for entry in written_alone(user):
        if with_entries or goes_anyway(entry):
            record("deleted", entry, by=user, region_id=entry.region_id)
            entry.delete()
        else:
            ExactPlace.objects.filter(entry=entry.pk).delete()
    record("account deleted", user, by=user)
    tell(user.email, "account_deleted", region=region, name=user.name)
    user.delete()
