from typing import TypeVar, cast

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from allmende.accounts.models import Organisation, Person
from allmende.accounts.permissions import roles_of
from allmende.accounts.queries import circles_of
from allmende.entries.models import Entry, EntryTopic, ExactPlace, Move, Status, Visibility
from allmende.entries.permissions import can_see_exact_place
from allmende.regions.models import Region
from allmende.regions.permissions import EDITS, MODERATES, can_edit_content, districts_of, may_enter
from allmende.regions.queries import switchboard

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def rows_of(model: type[AnyEntry]) -> QuerySet[AnyEntry]:
    """All rows of the kind; the stubs take the manager for one of Entry."""
    return cast("QuerySet[AnyEntry]", model._default_manager.all())


def visible_entries(
    region: Region,
    person: Person,
    model: type[AnyEntry] = Entry,  # type: ignore[assignment]  # the default of a type variable
    *,
    key: str = "",
) -> QuerySet[AnyEntry]:
    """What the person may open: the public, their own, and for the editorial team what left the draft.

    ``key`` is the secret of an entry that is visible with its link only.
    """
    if not may_enter(person, region):
        return rows_of(model).none()
    entries = rows_of(model).filter(region=region, kind__in=switchboard(region).kinds())
    return entries.filter(_readable(person, key) | _own(person) | _for_team(region, person))


def _readable(person: Person, key: str = "") -> Q:
    """Published, and visible to the person."""
    sees = Q(visibility=Visibility.PUBLIC)
    if key:
        sees |= Q(visibility=Visibility.LINK, link_key=key)
    if person.is_authenticated:
        sees |= Q(visibility=Visibility.SIGNED_IN) | Q(visibility=Visibility.CIRCLE, circle__in=circles_of(person))
    return Q(status=Status.PUBLIC) & sees


def _own(person: Person) -> Q:
    if not person.is_authenticated:
        return Q(pk__in=[])
    return Q(user=person.pk) | Q(organisation__in=list(roles_of(person)))


def _for_team(region: Region, person: Person) -> Q:
    parts = districts_of(person, region, *MODERATES)
    handed_in = ~Q(status=Status.DRAFT)
    return handed_in if parts is None else handed_in & Q(district__in=parts)


def browsable_entries(region: Region, person: Person, kind: str = "") -> QuerySet[Entry]:
    """What lists show the person: listed entries, and for the signed-in what is published for them. Base rows.

    Through a portal, those that have one of its topics.
    """
    if not may_enter(person, region):
        return Entry.objects.none()
    entries = on_site(Entry.objects.filter(region=region), region)
    if kind:
        entries = entries.filter(kind=kind)
    if not person.is_authenticated:
        return entries.filter(listed=True)
    return entries.filter(
        Q(listed=True) | (_readable(person) & ~Q(visibility=Visibility.LINK) & Q(kind__in=switchboard(region).kinds()))
    )


def on_site(entries: QuerySet[Entry], region: Region) -> QuerySet[Entry]:
    """All of them, or through a portal those that have one of its topics."""
    if region.portal is None:
        return entries
    return entries.filter(pk__in=EntryTopic.objects.filter(topic__scheme__portal=region.portal).values("entry"))


def with_card_parts(entries: QuerySet[AnyEntry]) -> QuerySet[AnyEntry]:
    """Everything that a card shows, in a fixed number of queries."""
    return entries.select_related("picture", "district", "organisation").prefetch_related(card_topics())


def card_topics() -> Prefetch:
    """What ``card_topic`` chooses among."""
    rows = EntryTopic.objects.select_related("topic__scheme").order_by("-main", "pk")
    return Prefetch("topic_rows", rows, to_attr="card_topic_rows")


def entry_for(
    region: Region, person: Person, model: type[AnyEntry], pk: int | str, *, key: str = ""
) -> AnyEntry | None:
    """One entry with what its page shows, or None if the person may not see it."""
    return (
        visible_entries(region, person, model, key=key)
        .select_related("region", "picture", "district", "organisation", "user", *model.further_pictures)
        .prefetch_related(
            Prefetch(
                "topic_rows",
                EntryTopic.objects.select_related("topic__scheme__portal").order_by("-main", "topic__position"),
            )
        )
        .filter(pk=pk)
        .first()
    )


def profile_of(region: Region, person: Person, entry: Entry) -> Entry | None:
    """What the region has of the organisation in whose name the entry stands, if the person may see it."""
    if entry.organisation_id is None:
        return None
    seen: QuerySet[Entry] = visible_entries(region, person)
    return seen.filter(kind="organisation", organisation=entry.organisation_id).first()


def released_first(region: Region, organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The organisations by name, but before the others those whose profile is public in the region: ``is_released``."""
    profiles = Entry.objects.filter(
        region=region, kind="organisation", status=Status.PUBLIC, organisation=OuterRef("pk")
    )
    return organisations.annotate(is_released=Exists(profiles)).order_by("-is_released", "name", "pk")


def own_entries(region: Region, person: Person) -> QuerySet[Entry]:
    """Everything of the person and of their organisations that has a page just now, last change first."""
    return _switched_on(region).filter(_own(person)).order_by("-updated_at", "-pk")


def waiting_entries(region: Region, person: Person) -> QuerySet[Entry]:
    """The queue of what waits for a check, oldest first; nothing for people who may not check."""
    return _in_charge_of(region, person).filter(status=Status.WAITING).order_by("created_at", "id")


def edited_since_check(region: Region, person: Person) -> QuerySet[Entry]:
    """Public entries that changed, or came in, without an editor having seen them; oldest change first."""
    return _in_charge_of(region, person).filter(status=Status.PUBLIC, checked_at=None).order_by("updated_at", "id")


def _switched_on(region: Region) -> QuerySet[Entry]:
    return Entry.objects.filter(region=region, kind__in=switchboard(region).kinds())


def _in_charge_of(region: Region, person: Person) -> QuerySet[Entry]:
    """What the person checks as an editor: all of the region, or what lies in some districts."""
    parts = districts_of(person, region, *EDITS)
    return _switched_on(region) if parts is None else _switched_on(region).filter(district__in=parts)


def exact_place(person: Person, entry: Entry) -> ExactPlace | None:
    """Where it really is, for those who may know."""
    if not can_see_exact_place(person, entry):
        return None
    return ExactPlace.objects.filter(entry=entry.pk).first()


def moves_of(person: Person, entry: Entry) -> QuerySet[Move]:
    """The life of the entry, oldest first, for its authors and the editors."""
    if not (can_see_exact_place(person, entry) or can_edit_content(person, entry.region, entry.district_id)):
        return Move.objects.none()
    return entry.moves.select_related("by")
