from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Guest, User
from allmende.entries.models import Entry
from allmende.regions.models import Region


class Flag(models.Model):
    """Somebody says that an entry should not be there; it is decided with a reason, and both sides are told."""

    class Reason(models.TextChoices):
        ILLEGAL = "illegal", _("Verstößt gegen Gesetze")
        HURTS = "hurts", _("Beleidigt oder bedroht jemanden")
        PRIVATE = "private", _("Zeigt Privates ohne Erlaubnis, zum Beispiel ein Bild oder eine Adresse")
        WRONG = "wrong", _("Stimmt nicht oder ist veraltet")
        ADVERTISING = "advertising", _("Ist Werbung oder gehört nicht hierher")
        OTHER = "other", _("Etwas anderes")

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("E-Mail-Adresse noch nicht bestätigt")
        OPEN = "open", _("Offen")
        UPHELD = "upheld", _("Berechtigt: Eintrag verborgen")
        MENDED = "mended", _("Berechtigt: Eintrag berichtigt")
        DISMISSED = "dismissed", _("Nicht berechtigt: Eintrag bleibt")

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="flags")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="flags")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(Guest, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("Was stimmt nicht?"), max_length=20, choices=Reason)
    text = models.TextField(_("Bitte beschreiben Sie es kurz"), max_length=2000, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()  # until when the team owes an answer
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    decision = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) | Q(guest=None), name="flag_has_one_author"),
            models.CheckConstraint(
                condition=Q(state__in=["unconfirmed", "open"], decided_at=None)
                | Q(decided_at__isnull=False) & ~Q(decision=""),
                name="flag_decision_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["region", "due_at"], condition=Q(state="open"), name="open_flags")]

    def __str__(self) -> str:
        return f"{self.reason} {self.entry_id}"


class BarrierReport(models.Model):
    """Somebody cannot use a page; the town owes an answer in time."""

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("E-Mail-Adresse noch nicht bestätigt")
        OPEN = "open", _("Offen")
        ANSWERED = "answered", _("Beantwortet")

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="barrier_reports")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.ForeignKey(Guest, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    page = models.CharField(_("Um welche Seite geht es?"), max_length=500, blank=True)
    text = models.TextField(_("Was hindert Sie?"), max_length=4000)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()  # until when the town owes an answer
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.TextField(_("Antwort"), max_length=4000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) | Q(guest=None), name="barrier_report_has_one_author"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="barrier_report_answered_in_words",
            ),
        ]
        indexes = [models.Index(fields=["region", "due_at"], condition=Q(state="open"), name="open_barrier_reports")]

    def __str__(self) -> str:
        return f"barrier {self.pk}"

    @property
    def link(self) -> str:
        """The page, if what stands there is a path of ours; people may write there what they like."""
        ours = self.page.startswith("/") and url_has_allowed_host_and_scheme(self.page, allowed_hosts=None)
        return self.page if ours else ""
