from typing import Any, NoReturn

from django.db import models
from django.utils import timezone

from allmende.accounts.models import User
from allmende.entries.models.entry import Entry


class Move(models.Model):
    """A change of status or state; append-only."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="moves")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by_name = models.CharField(max_length=80, blank=True)
    field = models.CharField(max_length=6, choices=[("status", "status"), ("state", "state")])
    before = models.CharField(max_length=20, blank=True)
    after = models.CharField(max_length=20, blank=True)
    note = models.TextField(max_length=2000, blank=True)  # those concerned read it

    class Meta:
        indexes = [models.Index(fields=["entry", "at"], name="moves_of_entry")]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.before} > {self.after}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("moves are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("moves are append-only")
