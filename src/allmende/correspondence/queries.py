from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from allmende.accounts.models import Person
from allmende.core.tokens import peek
from allmende.correspondence.models import Message, Side, Thread
from allmende.correspondence.permissions import can_speak_for, own_sides
from allmende.regions.models import Region
from allmende.regions.permissions import can_edit_content


def threads_of(region: Region, person: Person) -> QuerySet[Thread]:
    """Threads of the person and of their organisations, newest first; sides are fetched along."""
    if not person.is_authenticated:
        return Thread.objects.none()
    mine = Side.objects.filter(own_sides(person)).values("thread")
    return _with_sides(_begun(region).filter(pk__in=mine))


def threads_for_editors(region: Region, person: Person) -> QuerySet[Thread]:
    """Threads whose one side has no address, so that an editor passes messages on; the newest first."""
    if not can_edit_content(person, region):
        return Thread.objects.none()
    waiting = Side.objects.filter(through_editors=True).values("thread")
    return _with_sides(_begun(region).filter(pk__in=waiting))


def _begun(region: Region) -> QuerySet[Thread]:
    """Threads in which something was passed on: until a guest has confirmed, nobody reads even the subject."""
    passed_on = Message.objects.filter(thread=OuterRef("pk"), passed_on_at__isnull=False)
    return Thread.objects.filter(Exists(passed_on), region=region)


def _with_sides(threads: QuerySet[Thread]) -> QuerySet[Thread]:
    sides = Side.objects.select_related("user", "guest", "organisation").order_by("pk")
    return threads.prefetch_related(Prefetch("sides", sides)).order_by("-updated_at", "-pk")


def my_side(region: Region, person: Person, thread: int) -> Side | None:
    """The side for which the person may speak in the thread; None if there is none."""
    sides = Side.objects.filter(thread__in=_begun(region).filter(pk=thread)).select_related(
        "thread__region", "user", "guest", "organisation"
    )
    return own_side([side for side in sides.order_by("pk") if can_speak_for(person, side)], person)


def own_side(sides: list[Side], person: Person) -> Side | None:
    """Of the sides for which the person may speak their own: who wrote to their organisation is the one who wrote."""
    return min(sides, key=lambda side: (side.user_id != person.pk, side.pk), default=None)


def side_by_token(region: Region, token: str) -> Side | None:
    """The side whose mailed link this is. The link may be used again until it expires; it opens this thread alone."""
    found = peek("thread", token)
    if found is None:
        return None
    return (
        Side.objects.filter(pk=found.subject, thread__region=region)
        .select_related("thread__region", "user", "guest", "organisation")
        .first()
    )


def message_to_confirm(token: str) -> Message | None:
    """What a guest wrote and has not confirmed yet, by the link of the mail, which is not used up."""
    found = peek("message", token)
    messages = Message.objects.select_related("side", "thread")
    return messages.filter(pk=found.subject).first() if found else None


def other_side(side: Side) -> Side:
    return Side.objects.select_related("user", "guest", "organisation").exclude(pk=side.pk).get(thread=side.thread_id)


def messages_for(side: Side) -> QuerySet[Message]:
    """What the side may read: what was passed on, and what it wrote itself."""
    return (
        Message.objects.filter(thread=side.thread_id)
        .filter(Q(passed_on_at__isnull=False) | Q(side=side))
        .select_related("side")
    )
