from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from allmende.accounts.models import Person
from allmende.moderation.models import Flag
from allmende.moderation.permissions import can_decide
from allmende.regions.models import Region

RECENT = timedelta(days=90)


def open_flags(region: Region, person: Person) -> QuerySet[Flag]:
    """What waits for a decision, the most urgent first; nothing for those who may not decide."""
    if not can_decide(person, region):
        return Flag.objects.none()
    flags = Flag.objects.filter(region=region, state=Flag.State.OPEN)
    return flags.select_related("entry", "user", "guest").order_by("due_at", "pk")


def decided_flags(region: Region, person: Person) -> QuerySet[Flag]:
    """Decisions of the last 90 days, newest first."""
    if not can_decide(person, region):
        return Flag.objects.none()
    flags = Flag.objects.filter(region=region, decided_at__gt=timezone.now() - RECENT)
    return flags.select_related("entry", "decided_by").order_by("-decided_at", "-pk")


def flag_for(region: Region, person: Person, pk: int) -> Flag | None:
    """One flag for those who decide, or None."""
    if not can_decide(person, region):
        return None
    return (
        Flag.objects.filter(region=region, pk=pk)
        .select_related("entry__region", "entry__user", "entry__organisation", "user", "guest", "region")
        .first()
    )
