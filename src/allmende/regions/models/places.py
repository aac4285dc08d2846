from django.db import models

from allmende.regions.models.region import Region


class District(models.Model):
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="districts")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    area = models.JSONField(null=True, blank=True)  # GeoJSON geometry
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "slug"], name="district_once")]
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """A street or a house in it, so that an address is found without asking anybody outside."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="streets")
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=12, blank=True)
    folded = models.CharField(max_length=140)
    district = models.ForeignKey(District, on_delete=models.SET_NULL, null=True, blank=True)
    lat = models.FloatField()
    lon = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["region", "folded"], name="street_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()
