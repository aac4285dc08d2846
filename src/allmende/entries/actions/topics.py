from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.entries.models import Entry, EntryTopic, Topic, TopicScheme
from allmende.entries.models.topics import COLORS
from allmende.regions.models import Portal, Region
from allmende.regions.permissions import can_administer

# Two ready sets, what a town begins with and what has proved right for the climate: slug, name, English name, icon.
_TOWN = [
    ("sport", "Sport und Bewegung", "Sports and movement", "sport"),
    ("kultur", "Musik und Bühne", "Music and stage", "music"),
    ("bildung", "Lesen und Lernen", "Reading and learning", "book"),
    ("rettung", "Feuerwehr und Rettung", "Fire brigade and rescue", "fire"),
    ("nachbarschaft", "Nachbarschaft und Hilfe", "Neighbours and help", "hands"),
    ("mitreden", "Mitreden und Politik", "Having a say", "politics"),
    ("gesundheit", "Gesundheit und Alter", "Health and later life", "health"),
    ("natur", "Natur und Garten", "Nature and gardens", "tree"),
    ("klima", "Klima, Energie und Rad", "Climate, energy and cycling", "energy"),
    ("heimat", "Heimat und Geschichte", "Home and history", "house"),
    ("familie", "Kinder, Jugend, Familie", "Children, youth, family", "people"),
    ("teilen", "Reparieren und Teilen", "Repairing and sharing", "recycle"),
]
_CLIMATE = [
    ("bildung", "Bildung/Sensibilisierung & Wissenschaft", "Education, awareness & science", "book"),
    ("energie", "Energie", "Energy", "energy"),
    ("gebaeude", "Gebäude", "Buildings", "house"),
    ("gesundheit", "Gesundheit", "Health", "health"),
    ("mobilitaet", "Mobilität", "Mobility", "bike"),
    ("politik", "Politik & Öffentlichkeitsarbeit", "Politics & public relations", "politics"),
    ("produktion", "Produktion, Konsum, Recycling", "Production, consumption, recycling", "recycle"),
    ("stadtgruen", "Stadtgrün und Biodiversität", "Urban green and biodiversity", "tree"),
]
TOWN_TOPICS, CLIMATE_TOPICS = (
    [dict(zip(("slug", "name", "name_en", "icon"), row, strict=True)) for row in rows] for rows in (_TOWN, _CLIMATE)
)
READY_SCHEMES = {"themen": ("Themen", TOWN_TOPICS), "klima": ("Klima", CLIMATE_TOPICS)}


@transaction.atomic
def add_scheme(
    region: Region, *, slug: str, name: str, topics: Sequence[dict[str, Any]], is_main: bool, by: User | None
) -> TopicScheme:
    """A scheme with its topics; topics that are there already (by slug) are changed, none is deleted."""
    if by is not None:
        require(can_administer(by, region))
    if is_main:
        TopicScheme.objects.filter(region=region, is_main=True).exclude(slug=slug).update(is_main=False)
    scheme, _created = TopicScheme.objects.update_or_create(
        region=region, slug=slug, defaults={"name": name, "is_main": is_main}
    )
    save_topics(scheme, topics, by=by)
    record("topics", scheme, by=by, new={"topics": [topic["slug"] for topic in topics]}, region_id=region.pk)
    return scheme


def add_ready_scheme(region: Region, slug: str, *, by: User | None) -> TopicScheme:
    """One of the ready sets; it holds everywhere in the region if no other does. Raises PermissionDenied."""
    name, topics = READY_SCHEMES[slug]
    is_main = not TopicScheme.objects.filter(region=region, is_main=True).exclude(slug=slug).exists()
    return add_scheme(region, slug=slug, name=name, topics=topics, is_main=is_main, by=by)


@transaction.atomic
def save_topics(scheme: TopicScheme, topics: Sequence[dict[str, Any]], *, by: User | None) -> None:
    """Raises PermissionDenied."""
    if by is not None:
        require(can_administer(by, scheme.region))
    for position, topic in enumerate(topics):
        values = {"position": position, "color": position % COLORS + 1} | {
            k: v for k, v in topic.items() if k != "slug"
        }
        Topic.objects.update_or_create(scheme=scheme, slug=topic["slug"], defaults=values)
    scheme.region.__dict__.pop("known_topics", None)


@transaction.atomic
def copy_topics(source: Region, *, to: Region) -> TopicScheme:
    """The main topics of a region become those of another one. Raises ValidationError if there are none."""
    scheme = TopicScheme.objects.filter(region=source, is_main=True).first()
    columns = ("slug", "name", "name_en", "description", "icon", "color", "check_when")
    topics = list(scheme.topics.values(*columns)) if scheme else []
    if scheme is None or not topics:
        raise ValidationError(_("%(name)s hat selbst noch keine Themen.") % {"name": source.name}, code="no_topics")
    return add_scheme(to, slug=scheme.slug, name=scheme.name, topics=topics, is_main=True, by=None)


@transaction.atomic
def give_scheme(portal: Portal, scheme: TopicScheme, *, by: User | None) -> None:
    """The portal shows what has a topic of this scheme. Raises PermissionDenied, ValidationError for one that is not
    free: another region's, the main one, or that of another portal.
    """
    if by is not None:
        require(can_administer(by, portal.region))
    free = TopicScheme.objects.filter(pk=scheme.pk, region=portal.region_id, is_main=False, portal=None)
    if not free.update(portal=portal):
        raise ValidationError(_("Diese Themen gehören schon zu etwas anderem. Bitte wählen Sie andere."), code="scheme")
    record("topics", scheme, by=by, new={"portal": portal.name}, region_id=portal.region_id)


@transaction.atomic
def set_topics(
    entry: Entry, topics: Sequence[Topic], *, main: Topic | None, schemes: Collection[int] | None = None
) -> None:
    """The entry's topics; ``main`` is one of them or is added. Lists follow by relist().

    What it has of other schemes than ``schemes`` (numbers; the region's main one if not given) stays.
    """
    wanted = {topic.pk: topic for topic in [*([main] if main else []), *topics]}
    among = Q(topic__scheme__is_main=True) if schemes is None else Q(topic__scheme__in=schemes)
    rows = EntryTopic.objects.filter(entry=entry.pk)
    rows.filter(among).exclude(topic__in=wanted).delete()
    rows.filter(main=True).filter(Q() if main else among).exclude(topic=main).update(main=False)
    for pk in wanted:
        is_main = main is not None and pk == main.pk
        EntryTopic.objects.update_or_create(entry_id=entry.pk, topic_id=pk, defaults={"main": is_main})
