from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.regions.models.places import District
from allmende.regions.models.region import Region


class Role(models.Model):
    """What somebody may do for a region, or, without a region, for the whole installation."""

    class Name(models.TextChoices):
        PLATFORM_ADMIN = "platform_admin", _("Plattform-Verwaltung")
        REGION_ADMIN = "region_admin", _("Verwaltung der Region")
        EDITOR = "editor", _("Redaktion")
        MODERATOR = "moderator", _("Moderation")
        DATA_PROTECTION = "data_protection", _("Datenschutz")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, null=True, blank=True, related_name="roles")
    name = models.CharField(max_length=20, choices=Name)
    district = models.ForeignKey(District, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "region", "name"], condition=Q(district=None), name="role_once"),
            models.UniqueConstraint(
                fields=["user", "region", "name", "district"],
                condition=Q(district__isnull=False),
                name="role_once_a_district",
            ),
            models.CheckConstraint(
                condition=Q(district=None) | Q(name__in=["editor", "moderator"]), name="role_of_a_district"
            ),
            models.UniqueConstraint(fields=["user", "name"], condition=Q(region=None), name="platform_role_once"),
            models.CheckConstraint(
                condition=Q(region=None, name="platform_admin") | (Q(region__isnull=False) & ~Q(name="platform_admin")),
                name="platform_role_has_no_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name} {self.region_id or 'platform'}"


class Absence(models.Model):
    """Somebody is away; the deputy holds all roles of theirs in the region from the first day to the last."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="absences")
    deputy = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="stands_in")
    starts_on = models.DateField(_("Erster Tag"))
    ends_on = models.DateField(_("Letzter Tag"))
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_start"),
            models.CheckConstraint(condition=~Q(deputy=F("user")), name="absence_deputy_is_another"),
        ]
        indexes = [models.Index(fields=["deputy", "ends_on"], name="absence_of_deputy")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.starts_on} to {self.ends_on}"


class Suspension(models.Model):
    """Somebody may not write in a region for a while, or, without a region, not sign in at all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="suspensions")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, null=True, blank=True, related_name="suspensions")
    reason = models.TextField(_("Begründung"), max_length=2000)  # the person reads it
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)  # None: until it is lifted
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="suspension_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["user"], condition=Q(lifted_at=None), name="suspension_standing")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.region_id or 'all regions'}"
