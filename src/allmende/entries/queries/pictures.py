from django.db.models import Q

from allmende.accounts.models import Person
from allmende.core.models import Picture
from allmende.entries.models import Entry
from allmende.entries.queries.doors import visible_entries
from allmende.regions.models import Region


def picture_for(region: Region, person: Person, token: str) -> tuple[Picture | None, bool]:
    """The picture if the person may see an entry or a region that shows it, and whether everybody may."""
    picture = Picture.objects.filter(token=token).first()
    if picture is None:
        return None, False
    if Entry.objects.filter(picture=picture, listed=True, region=region).exists() and region.is_open:
        return picture, True
    if _of_open_region(picture):
        return picture, True
    if visible_entries(region, person).filter(picture=picture).exists() or picture.pk in {
        region.logo_id,
        region.picture_id,
    }:
        return picture, False
    return None, False


def _of_open_region(picture: Picture) -> bool:
    shown = Region.objects.filter(Q(logo=picture) | Q(picture=picture))
    return shown.filter(stage__in=[Region.Stage.OPEN, Region.Stage.READ_ONLY]).exists()
