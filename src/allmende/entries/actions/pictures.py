from datetime import timedelta
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from allmende.accounts.models import User
from allmende.core.files import delete_picture, store_picture
from allmende.core.models import Picture
from allmende.entries.models import Entry
from allmende.regions.models import Region


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
    Picture.objects.filter(pk=entry.picture_id).update(alt=alt, credit=credit)


def remove_orphan_pictures() -> int:
    """Pictures older than a day that nothing shows any more."""
    used = [
        Entry.objects.filter(picture=OuterRef("pk")),
        Region.objects.filter(logo=OuterRef("pk")),
        Region.objects.filter(picture=OuterRef("pk")),
    ]
    old = Picture.objects.filter(created_at__lt=timezone.now() - timedelta(days=1))
    orphans = list(old.exclude(Exists(used[0])).exclude(Exists(used[1])).exclude(Exists(used[2])))
    for picture in orphans:
        delete_picture(picture)
    return len(orphans)
