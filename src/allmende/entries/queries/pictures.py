from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from allmende.accounts.models import Person
from allmende.core.models import Picture
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry, Status, Visibility
from allmende.entries.queries.doors import visible_entries
from allmende.regions.models import Portal, Region
from allmende.regions.permissions import can_administer, may_enter
from allmende.regions.queries import switchboard

GUEST = AnonymousUser()


def picture_for(region: Region, person: Person, token: str) -> tuple[Picture | None, bool]:
    """The picture if the person may see an entry or a region that shows it, and whether everybody may."""
    picture = Picture.objects.filter(token=token).first()
    if picture is None:
        return None, False
    if region.is_open and Entry.objects.filter(showing(picture, GUEST), listed=True, region=region).exists():
        return picture, True
    if _of_open_region(picture):
        return picture, True
    if picture.pk in {region.logo_id, region.picture_id} or _of_portal(picture, region, person):
        return picture, False
    shows = showing(picture, person)
    if visible_entries(region, person).filter(shows).exists() or _shown_behind_a_link(region, person, shows):
        return picture, False
    return None, False


def _shown_behind_a_link(region: Region, person: Person, shows: Q) -> bool:
    """A picture's address cannot be guessed: whoever has it has opened the page with its link."""
    linked = Q(region=region, status=Status.PUBLIC, visibility=Visibility.LINK, kind__in=switchboard(region).kinds())
    return may_enter(person, region) and Entry.objects.filter(shows, linked).exists()


def showing(picture: Picture, person: Person) -> Q:
    """Entries that show the person the picture: as theirs, or by a key that their kind has of its own."""
    shows = Q(picture=picture)
    for model in kinds().values():
        for name in model.further_pictures:
            rows = model._default_manager.filter(model.shows_further_pictures(person), **{name: picture})
            shows |= Q(pk__in=rows.values("pk"))
    return shows


def _of_open_region(picture: Picture) -> bool:
    """Is it the logo or the picture of an open region, or of a portal of one?"""
    own = Q(logo=picture) | Q(picture=picture)
    of_portals = Portal.objects.filter(own, on=True).values("region")
    return Region.objects.filter(own | Q(pk__in=of_portals), stage__in=Region.OPEN_STAGES).exists()


def _of_portal(picture: Picture, region: Region, person: Person) -> bool:
    """A portal of a closed region is for those who may enter, one that is off for those who may switch it on."""
    shown = Portal.objects.filter(Q(logo=picture) | Q(picture=picture), region=region)
    on = Q(on=True) if not can_administer(person, region) else Q()
    return may_enter(person, region) and shown.filter(on).exists()
