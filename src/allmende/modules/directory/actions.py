from datetime import date
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.accounts.actions import found_organisation, lock_organisation
from allmende.accounts.models import Organisation, User
from allmende.accounts.permissions import is_member
from allmende.core.files import store_picture
from allmende.core.log import record
from allmende.core.models import Picture
from allmende.correspondence.actions import write_to_organisation, write_to_person
from allmende.correspondence.models import Message
from allmende.entries.actions import create, edit, relist, wait_for_check
from allmende.modules.directory.models import Audience, ContactPerson, Function, OrganisationProfile
from allmende.modules.directory.queries import own_person, profile_by_name
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


@transaction.atomic
def show_oneself(
    values: dict[str, Any], *, region: Region, by: User, functions: dict[int, str], picture: "File[Any] | None" = None
) -> ContactPerson:
    """A draft of somebody's own profile; ``functions``: organisation id -> what they do there.

    Raises ValidationError if they have one in the region, or a function where they do not belong.
    """
    User.objects.select_for_update().get(pk=by.pk)  # whoever sends it twice at the same moment waits here
    if own_person(region, by) is not None:
        raise ValidationError(_("Sie haben hier schon ein Profil. Sie finden es unter „Mein Bereich“."), code="person")
    own = {"account": by, "account_region": region, **_pictures(values, _stored(picture, values, region, by))}
    contact = create(ContactPerson, values | own, region=region, by=by)
    _set_functions(contact, functions)
    return contact


@transaction.atomic
def change_person(
    contact: ContactPerson,
    values: dict[str, Any],
    *,
    by: User,
    version: int | None = None,
    functions: dict[int, str] | None = None,
    picture: "File[Any] | Literal[False] | None" = None,
) -> ContactPerson:
    """Change a profile. ``picture``: a new one, False for none any more, None for the one that is there.

    What others may not see any more is out of sight together with the rest: one transaction. ``functions`` is None for
    editors, who have no part in it.
    """
    kept = contact.picture or contact.portrait
    if picture is not None:
        kept = _stored(picture or None, values, contact.region, by)
    if "picture_for" in values:
        values = values | _pictures(values, kept)
    changed = edit(contact, values, by=by, version=version)
    if functions is not None:
        _set_functions(changed, functions)
    return changed


def _stored(file: "File[Any] | None", values: dict[str, Any], region: Region, by: User) -> Picture | None:
    if not file:
        return None
    alt = _("Bild von %(name)s") % {"name": values["title"]}
    said: dict[str, Any] = {"people_recognisable": True, "consent": True, "rights_confirmed": True}  # in the form
    return store_picture(file, alt=alt, region_id=region.pk, by=by, **said)


def _pictures(values: dict[str, Any], picture: Picture | None) -> dict[str, Picture | None]:
    """In the envelope, from where every channel takes it, stands only what everybody may see."""
    is_public = values["picture_for"] == Audience.EVERYBODY
    return {"picture": picture if is_public else None, "portrait": None if is_public else picture}


def _set_functions(contact: ContactPerson, functions: dict[int, str]) -> None:
    """Raises ValidationError for an organisation to which the person does not belong."""
    wanted = {pk: title for pk, title in functions.items() if title}
    if not all(is_member(contact.account, pk) for pk in wanted):
        raise ValidationError(_("Eine Aufgabe gibt es nur dort, wo Sie Mitglied sind."), code="not_a_member")
    Function.objects.filter(person=contact).exclude(organisation__in=wanted).delete()
    for pk, title in wanted.items():
        Function.objects.update_or_create(person=contact, organisation_id=pk, defaults={"title": title})


@transaction.atomic
def write_to_contact(contact: ContactPerson, *, subject: str, body: str, **sender: Any) -> Message:
    """Send a message to the person without showing anybody's address; see correspondence for ``sender``."""
    return write_to_person(
        contact.account,
        region=contact.region,
        name=contact.title,
        subject=subject,
        body=body,
        about=f"entry:{contact.pk}",
        **sender,
    )
