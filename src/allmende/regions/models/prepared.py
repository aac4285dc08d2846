from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation, User
from allmende.regions.models.region import Region


class PreparedAccount(models.Model):
    """An account that the team made for somebody at the counter or on the telephone, and how they agreed to it."""

    class Consent(models.TextChoices):
        COUNTER = "counter", _("persönlich, am Schalter")
        PHONE = "phone", _("am Telefon")
        LETTER = "letter", _("mit einem Brief")
        MAIL = "mail", _("mit einer E-Mail")

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="prepared")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    consent = models.CharField(max_length=10, choices=Consent, blank=True)
    founded = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["region", "-made_at"], name="prepared_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.region_id}"
