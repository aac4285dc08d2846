from typing import Any

from django.db import transaction

from allmende.accounts.actions import found_organisation
from allmende.accounts.models import Organisation, User
from allmende.correspondence.actions import write_to_organisation
from allmende.correspondence.models import Message
from allmende.entries.actions import create
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.models import Region


@transaction.atomic
def introduce(
    values: dict[str, Any], *, region: Region, by: User, organisation: Organisation | None
) -> OrganisationProfile:
    """A draft of a profile, for an organisation of the person or for a new one that they found with it."""
    organisation = organisation or found_organisation(values["title"], by=by)
    return create(OrganisationProfile, values, region=region, by=by, organisation=organisation)


@transaction.atomic
def write_to(profile: OrganisationProfile, *, subject: str, body: str, **sender: Any) -> Message:
    """Send a message to the organisation without showing anybody's address; see correspondence for ``sender``."""
    assert profile.organisation is not None  # noqa: S101  # can_be_written_to() was asked
    return write_to_organisation(
        profile.organisation,
        region=profile.region,
        relay=profile.relay_mail,
        name=profile.title,
        subject=subject,
        body=body,
        about=f"entry:{profile.pk}",
        **sender,
    )
