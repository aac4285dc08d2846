from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from allmende.accounts.models import User
from allmende.core.files import delete_picture, store_picture
from allmende.core.models import Picture
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry
from allmende.regions.models import Portal, Region

KEEP_ORPHANS = timedelta(days=1)


@transaction.atomic
def set_picture(entry: Entry, file: "File[Any] | None", *, by: User | None, **facts: Any) -> None:
    """Give the entry a picture, re-encoded and without what a camera adds; None takes it away.

    ``facts``: alt, credit, people_recognisable, consent, rights_confirmed. Raises ValidationError if it is no picture.
    """
    picture = store_picture(file, region_id=entry.region_id, by=by, **facts) if file else None
    entry.picture = picture
    Entry.objects.filter(pk=entry.pk).update(picture=picture)


@transaction.atomic
def describe_picture(entry: Entry, *, alt: str, credit: str) -> None:
    """New words for the picture that is there."""
    Picture.objects.filter(pk__in=[entry.picture_id]).update(alt=alt, credit=credit)


@transaction.atomic
def set_further_picture(entry: Entry, name: str, file: "File | None", *, by: User | None, **facts: Any) -> None:
    """A picture by a key of the kind's own, such as a logo, likewise; it keeps its transparency."""
    picture = store_picture(file, region_id=entry.region_id, by=by, keep_alpha=True, **facts) if file else None
    setattr(entry, name, picture)
    type(entry)._default_manager.filter(pk=entry.pk).update(**{name: picture})


def remove_orphan_pictures() -> int:
    """Pictures older than a day that nothing shows any more."""
    of_a_site = Q(logo=OuterRef("pk")) | Q(picture=OuterRef("pk"))
    showing: list[QuerySet[Any]] = [Region.objects.filter(of_a_site), Portal.objects.filter(of_a_site)]
    showing += [Entry.objects.filter(picture=OuterRef("pk"))]
    showing += [
        m._default_manager.filter(**{name: OuterRef("pk")}) for m in kinds().values() for name in m.further_pictures
    ]
    orphans = Picture.objects.filter(created_at__lt=timezone.now() - KEEP_ORPHANS)
    for rows_that_show in showing:
        orphans = orphans.filter(~Exists(rows_that_show))
    rows = list(orphans)
    for picture in rows:
        delete_picture(picture)
    return len(rows)
