from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.accounts.actions import found_organisation, lock_organisation
from allmende.accounts.models import Organisation, User
from allmende.core.log import record
from allmende.correspondence.actions import write_to_organisation
from allmende.correspondence.models import Message
from allmende.entries.actions import create, relist, wait_for_check
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.queries import profile_by_name
from allmende.regions.models import Region
from allmende.regions.queries import recognised_until


@transaction.atomic
def introduce(
    values: dict[str, Any], *, region: Region, by: User, organisation: Organisation | None
) -> OrganisationProfile:
    """A draft of a profile, for an organisation of the person or for a new one that they found with it.

    Raises ValidationError if the organisation has a profile in the region: two people may be at it at once.
    """
    if organisation is None:
        organisation = found_organisation(values["title"], by=by)
    elif OrganisationProfile.objects.filter(region=region, organisation=lock_organisation(organisation)).exists():
        raise ValidationError(_("Diese Organisation stellt sich hier schon vor."), code="profile")
    known = {"recognised_until": recognised_until(region, organisation)}
    return create(OrganisationProfile, values | known, region=region, by=by, organisation=organisation)


@transaction.atomic
def note_recognition(region: Region, organisation_id: int, until: date | None) -> None:
    """The profile tells by itself until when the region recognises the organisation; lists filter by it."""
    profiles = OrganisationProfile.objects.filter(region=region, organisation=organisation_id)
    keys = list(profiles.values_list("pk", flat=True))
    OrganisationProfile.objects.filter(pk__in=keys).update(recognised_until=until)
    relist(keys)


@transaction.atomic
def propose(region: Region, name: str, *, by: User | None, source: str) -> Organisation:
    """The organisation that is known here by this name, else a new one whose profile waits for an editor.

    It stands for the whole town; nobody is written to: whoever named it is not part of it. ``by`` is None for imports.
    """
    known = profile_by_name(region, name)
    if known is not None and known.organisation is not None:
        return known.organisation
    organisation = found_organisation(name, by=None)
    profile = create(
        OrganisationProfile, {"title": name}, region=region, by=None, organisation=organisation, source=source
    )
    wait_for_check(profile)
    record("organisation proposed", profile, by=by, new={"name": name, "source": source}, region_id=region.pk)
    return organisation


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
