from datetime import datetime

from django.db.models import QuerySet

from allmende.entries.models import Entry, Span

MOST_IN_A_MONTH = 600


def spans_between(entries: QuerySet[Entry], start: datetime, end: datetime) -> list[Span]:
    """Every date of the entries that touches [start, end), in order, with its entry; at most 600."""
    touching = Span.objects.filter(entry__in=entries.order_by().values("pk"), starts_at__lt=end, until__gte=start)
    return list(touching.select_related("entry").order_by("starts_at", "entry_id")[:MOST_IN_A_MONTH])
