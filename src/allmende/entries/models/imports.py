from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation, User
from allmende.entries.models.entry import Entry
from allmende.regions.models import Region


class ImportRun(models.Model):
    """One file on its way in: uploaded, looked through, running, done, and perhaps undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Hochgeladen")
        LOOKING = "looking", _("Wird durchgesehen")
        READY = "ready", _("Bereit")
        RUNNING = "running", _("Läuft")
        DONE = "done", _("Fertig")
        FAILED = "failed", _("Fehlgeschlagen")
        UNDOING = "undoing", _("Wird zurückgenommen")
        UNDONE = "undone", _("Zurückgenommen")

    AT_WORK = (State.LOOKING, State.RUNNING, State.UNDOING)

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="import_runs")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=60)
    licence = models.CharField(max_length=60, blank=True)
    file_name = models.CharField(max_length=200)
    file_path = models.CharField(max_length=200, blank=True)  # private; removed a week after the end
    columns = models.JSONField(default=dict, blank=True)  # heading in the file -> our field
    organisers = models.CharField(max_length=10, default="propose")  # what becomes of names: propose, match, ignore
    names = models.JSONField(default=dict, blank=True)  # name in the file -> what becomes of it, see imports/names.py
    facts = models.JSONField(default=dict, blank=True)  # what holds for the whole file, as its reader found out
    findings = models.JSONField(default=dict, blank=True)  # of looking through it: numbers, first rows, problems
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)  # somebody is at it; later work waits so long
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # records finished; a killed run goes on behind them
    message = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "-created_at"], name="runs_newest"),
            models.Index(fields=["state"], condition=Q(state__in=["looking", "running", "undoing"]), name="runs_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class ImportName(models.Model):
    """What somebody decided about a doubtful name: the next file of the same source need not ask again."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=60)
    folded = models.CharField(max_length=200)
    do = models.CharField(max_length=10)  # link, alias, new, text: see imports/names.py
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    alias = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "kind", "source", "folded"], name="import_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.folded} {self.do}"


class ImportLine(models.Model):
    """What became of one line of the file."""

    class Result(models.TextChoices):
        CREATED = "created", _("Neu")
        CHANGED = "changed", _("Geändert")
        UNCHANGED = "unchanged", _("Unverändert")
        REFUSED = "refused", _("Abgelehnt")

    class Undone(models.TextChoices):
        DELETED = "deleted", _("Gelöscht")
        ARCHIVED = "archived", _("Archiviert, weil inzwischen jemand daran war")
        RESTORED = "restored", _("Auf den alten Stand gebracht")
        KEPT = "kept", _("Behalten, weil inzwischen jemand daran war")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()  # of the line, as people see it in their program
    result = models.CharField(max_length=10, choices=Result)
    label = models.CharField(max_length=200, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)  # of the entry after this; a later one was edited since
    before = models.JSONField(null=True, blank=True)  # values that undo puts back
    keys = models.JSONField(default=list, blank=True)  # what this line says it is; no other of the file may say so
    message = models.TextField(blank=True)
    undone = models.CharField(max_length=10, choices=Undone, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="line_once")]
        indexes = [models.Index(fields=["run", "result", "number"], name="lines_by_result")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.number} {self.result}"
