"""Which organisations a region recognises as serving the common good, and who asks for it."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from allmende.accounts.models import Organisation, Person
from allmende.core.models import LogEntry
from allmende.regions.models import Recognition, Region
from allmende.regions.permissions import can_decide_recognition, can_see_proof

State = Recognition.State
LOOKED = "looked at proof"  # the log's word


def is_recognised(region: Region, organisation: Organisation | int) -> bool:
    """Does the region recognise it today? Tariffs and rights hang on this."""
    return recognised_until(region, organisation) is not None


def recognised_until(region: Region, organisation: Organisation | int) -> date | None:
    """The last day of the recognition that holds today, in the region's zone; None without one."""
    rows = Recognition.objects.filter(region=region, organisation=organisation, state=State.RECOGNISED)
    return rows.filter(valid_until__gte=today_in(region)).values_list("valid_until", flat=True).first()


def today_in(region: Region) -> date:
    return timezone.localdate(timezone=region.zone)


def recognitions_of(region: Region, organisation: Organisation) -> QuerySet[Recognition]:
    """All requests of the organisation, the newest first."""
    rows = Recognition.objects.filter(region=region, organisation=organisation)
    return rows.select_related("region", "organisation", "proof", "decided_by").order_by("-requested_at", "-pk")


def open_recognitions(region: Region, person: Person) -> QuerySet[Recognition]:
    """What waits for a decision, the oldest first; nothing for those who do not decide."""
    return _at_the_desk(region, person).filter(state=State.REQUESTED).order_by("requested_at", "pk")


def decided_recognitions(region: Region, person: Person) -> QuerySet[Recognition]:
    """What was decided, the newest first."""
    decided = _at_the_desk(region, person).filter(decided_at__isnull=False)
    return decided.select_related("decided_by").order_by("-decided_at", "-pk")


def recognition_for(region: Region, person: Person, pk: int) -> Recognition | None:
    """One request for the desk, or None if the person has no business with it."""
    return _at_the_desk(region, person).select_related("proof", "decided_by").filter(pk=pk).first()


def _at_the_desk(region: Region, person: Person) -> QuerySet[Recognition]:
    if not can_decide_recognition(person, region):
        return Recognition.objects.none()
    return Recognition.objects.filter(region=region).select_related("region", "organisation", "requested_by")


def proof_for(region: Region, person: Person, pk: int) -> Recognition | None:
    """A request whose proof the person may look at, if it still has one."""
    rows = Recognition.objects.filter(region=region, pk=pk, proof__isnull=False)
    found = rows.select_related("region", "organisation", "proof").first()
    return found if found and can_see_proof(person, found) else None


def looks_at(recognition: Recognition) -> QuerySet[LogEntry]:
    """Who looked at the proof and when, the first look first."""
    looks = LogEntry.objects.filter(model=Recognition._meta.label, key=str(recognition.pk), verb=LOOKED)
    return looks.order_by("at", "pk")
