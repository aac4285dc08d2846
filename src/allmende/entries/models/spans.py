from django.db import models
from django.db.models import Q

from allmende.entries.models.entry import Entry
from allmende.regions.models import Region


class Span(models.Model):
    """One occurrence of whatever happens at times; half-open. ``until`` is the start when the end is unknown."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="spans")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    listed = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("starts_at")), name="span_ends_after_start"),
            models.UniqueConstraint(fields=["entry", "starts_at"], name="span_once"),
        ]
        indexes = [
            models.Index(
                fields=["region", "kind", "starts_at", "entry"], condition=Q(listed=True), name="listed_spans"
            ),
            models.Index(fields=["region", "kind", "until"], condition=Q(listed=True), name="listed_spans_until"),
            models.Index(fields=["entry", "until"], name="spans_of_entry"),
        ]
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.starts_at:%Y-%m-%d %H:%M}"
