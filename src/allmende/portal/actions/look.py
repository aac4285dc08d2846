from typing import Any

from django.core.files import File
from django.db import transaction

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.files import store_picture
from allmende.core.models import Picture
from allmende.regions.actions import update_portal, update_region
from allmende.regions.models import Portal, Region
from allmende.regions.permissions import can_administer

NewPicture = File | bool | None  # a new one, False to take it away, None to leave it


@transaction.atomic
def change_look(  # what a look is
    site: Region | Portal,
    *,
    brand: str,
    accent: str,
    by: User,
    logo: NewPicture = None,
    picture: NewPicture = None,
    logo_alt: str = "",
    picture_alt: str = "",
    picture_credit: str = "",
    **words: str,
) -> None:
    """Colours, logo and picture of a region or a portal, and ``words`` about it (name, claim, about).

    Raises PermissionDenied, ValidationError for a file that is no picture.
    """
    region = site.region if isinstance(site, Portal) else site
    require(can_administer(by, region))
    values: dict[str, Any] = {"brand": brand, "accent": accent, **words}
    values |= _picture(site, region, "logo", logo, by, alt=logo_alt, keep_alpha=True)
    values |= _picture(site, region, "picture", picture, by, alt=picture_alt, credit=picture_credit)
    if isinstance(site, Portal):
        update_portal(site, values, by=by)
    else:
        update_region(site, values, by=by)


def _picture(
    site: Region | Portal,
    region: Region,
    name: str,
    file: NewPicture,
    by: User,
    *,
    keep_alpha: bool = False,
    **words: Any,
) -> dict[str, Any]:
    """What changes: the picture, nothing, or only the words beside the one that stays."""
    if file is False:
        return {name: None}
    if isinstance(file, File):
        stored = store_picture(file, region_id=region.pk, by=by, rights_confirmed=True, keep_alpha=keep_alpha, **words)
        return {name: stored}
    Picture.objects.filter(pk=getattr(site, f"{name}_id")).update(**words)
    return {}
