import re

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.regions.models.region import Region

# What a delivered text leaves to the town, such as «Name der Leitung»; »these« are quotation marks.
GAP = re.compile(r"(?<![\w.,!?])«(\S|\S[^«»\n]*\S)»")


class LegalText(models.Model):
    """One version of a text that a region owes its people. The newest published one holds; none is ever changed."""

    class Kind(models.TextChoices):
        IMPRINT = "impressum", _("Impressum")
        PRIVACY = "datenschutz", _("Datenschutz")
        ACCESSIBILITY = "barrierefreiheit", _("Erklärung zur Barrierefreiheit")
        TERMS = "nutzungsbedingungen", _("Nutzungsbedingungen")
        NETIQUETTE = "netiquette", _("Netiquette")
        RESPONSIBILITIES = "zustaendigkeiten", _("Wer ist zuständig?")

    COMPULSORY = (Kind.IMPRINT, Kind.PRIVACY, Kind.ACCESSIBILITY)  # without them no region opens

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="legal_texts")
    kind = models.CharField(max_length=20, choices=Kind)
    version = models.PositiveIntegerField()  # 1, 2, 3 … within the kind
    body = models.TextField(max_length=60_000)  # Markdown
    created_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)  # None: a draft

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "version"], name="legal_text_version_once"),
            models.UniqueConstraint(
                fields=["region", "kind"], condition=Q(published_at=None), name="one_draft_of_a_legal_text"
            ),
        ]
        ordering = ["kind", "-version"]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def gaps(self) -> list[str]:
        """What is still to be filled in, without its marks, each once, in the order of the text."""
        return list(dict.fromkeys(GAP.findall(self.body)))


class Consent(models.Model):
    """Somebody agreed to one version of a text."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(LegalText, on_delete=models.CASCADE, related_name="consents")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "text"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.text_id}"
