from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation, User
from allmende.core.models import PrivateFile
from allmende.regions.models.region import Region


class Recognition(models.Model):
    """A region says whether an organisation serves the common good, until when. Each request is a row of its own."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Beantragt")
        RECOGNISED = "recognised", _("Anerkannt")
        REFUSED = "refused", _("Abgelehnt")
        EXPIRED = "expired", _("Abgelaufen")
        WITHDRAWN = "withdrawn", _("Zurückgezogen")

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="recognitions")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="recognitions")
    state = models.CharField(max_length=12, choices=State, default=State.REQUESTED)
    reason = models.TextField(_("Warum dient Ihre Organisation dem Gemeinwohl?"), max_length=2000)
    proof = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decision = models.TextField(_("Begründung"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    valid_until = models.DateField(_("Gültig bis"), null=True, blank=True)  # the last day
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "organisation"], condition=Q(state="requested"), name="one_open_recognition_request"
            ),
            models.UniqueConstraint(
                fields=["region", "organisation"], condition=Q(state="recognised"), name="one_recognition_holds"
            ),
            models.CheckConstraint(
                condition=~Q(state="recognised") | Q(valid_until__isnull=False), name="recognition_has_an_end"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["recognised", "refused"]) | Q(decided_at__isnull=False) & ~Q(decision=""),
                name="recognition_decision_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["valid_until"], condition=Q(state="recognised"), name="recognition_ends")]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.region_id}: {self.state}"
