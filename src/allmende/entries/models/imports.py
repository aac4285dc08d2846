from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import User
from allmende.entries.models.entry import Entry
from allmende.regions.models import Region


class ImportRun(models.Model):
    """One file on its way in: uploaded, looked at, running, done, and perhaps undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Hochgeladen")
        RUNNING = "running", _("Läuft")
        DONE = "done", _("Fertig")
        FAILED = "failed", _("Fehlgeschlagen")
        UNDOING = "undoing", _("Wird zurückgenommen")
        UNDONE = "undone", _("Zurückgenommen")

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="import_runs")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(max_length=200, blank=True)  # private; removed a week after the end
    options = models.JSONField(default=dict, blank=True)  # columns, organisers, decisions of doubt
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # lines finished; a killed run goes on behind them
    message = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "-created_at"], name="runs_newest"),
            models.Index(fields=["state"], condition=models.Q(state__in=["running", "undoing"]), name="runs_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"


class ImportLine(models.Model):
    """What became of one line."""

    class Result(models.TextChoices):
        CREATED = "created", _("Neu")
        CHANGED = "changed", _("Geändert")
        UNCHANGED = "unchanged", _("Unverändert")
        REFUSED = "refused", _("Abgelehnt")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    result = models.CharField(max_length=10, choices=Result)
    label = models.CharField(max_length=200, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.JSONField(null=True, blank=True)  # values that undo puts back
    message = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="line_once")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number} {self.result}"
