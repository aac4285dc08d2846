"""What stands beside an entry in rows of its own."""

from django.db import models

from allmende.entries.models.entry import Entry
from allmende.regions.models import Region


class Facet(models.Model):
    """A token by which lists filter; there only while the entry is published, with the columns that lists sort by."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="facet_rows")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "token"], name="facet_once")]
        indexes = [
            models.Index(
                "region",
                "token",
                "kind",
                models.F("published_at").desc(),
                models.F("entry").desc(),
                name="facet_newest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.token}"


class ExactPlace(models.Model):
    """Where it really is, when the entry's own place is only near it. Behind its own door: queries.exact_place."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="exact_place")
    street = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)

    def __str__(self) -> str:
        return f"place of {self.entry_id}"
