"""What answers are made of, in a few letters: whoever has the answer already need not be given it again."""

from hashlib import blake2b
from importlib.metadata import version
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language

from allmende.entries.models import Entry, Topic
from allmende.regions.models import Region
from allmende.regions.queries import districts

VERSION = version("allmende")


def mark(region: Region, *facts: Any) -> str:
    """Return letters that change whenever one of the facts (plain values) does, or the name or address of the region or
    the portal, the reader's language, the software.
    """
    site = (region.site.name, region.site.root())
    told = repr((VERSION, get_language(), region.pk, region.name, region.slug, region.root(), site, facts))
    return blake2b(told.encode(), digest_size=12).hexdigest()


def mark_of(region: Region, entries: QuerySet[Entry], *facts: Any) -> str:
    """Return letters that change whenever one of the entries does, or which they are. One query.

    Every one of them is looked at: a newest change and a number are the same after one was hidden and another shown.
    """
    rows = entries.order_by("pk").annotate(changed=Cast("updated_at", TextField()))  # as text: no moment is needed
    told = list(rows.values_list("pk", "version", "state", "changed", "organisation__name"))
    return mark(region, [(district.pk, district.name) for district in districts(region)], told, *facts)


def mark_of_one(entry: Entry) -> str:
    """The same for an entry of ``entry_for``. No query."""
    changed = (entry.pk, entry.version, entry.state, entry.updated_at.isoformat())
    names = (entry.organisation and entry.organisation.name, entry.district and entry.district.name)
    return mark(entry.region, changed, names)


def topic_names(region: Region) -> list[tuple[int, str]]:
    """Number and name of each topic of the region, those of all schemes: what a table of entries is written with."""
    return list(Topic.objects.filter(scheme__region=region).order_by("pk").values_list("pk", "name"))
