"""Rows of the machinery. They know no domain: a region is a plain number, a person a plain text."""

import secrets
from typing import Any, Never

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


def random_token() -> str:
    return secrets.token_urlsafe(16)


class Mail(models.Model):
    """One mail to one recipient. The text is erased as soon as the mail is settled."""

    WAITING, SENT, REFUSED, GIVEN_UP = "waiting", "sent", "refused", "given_up"
    STATES = (WAITING, SENT, REFUSED, GIVEN_UP)

    message_id = models.CharField(max_length=255, unique=True)
    region_id = models.BigIntegerField(null=True, blank=True)
    to = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=500)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    sensitive = models.BooleanField(default=False)  # holds a code or token: never shown to anybody
    state = models.CharField(max_length=10, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)  # what the mail server answered last
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="core_mail_waiting"),
            models.Index(fields=["region_id", "-created_at"], name="core_mail_region"),
            models.Index(fields=["settled_at"], condition=~Q(state="waiting"), name="core_mail_settled"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sent", "refused", "given_up"]), name="core_mail_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | Q(~Q(state="waiting"), body="", settled_at__isnull=False),
                name="core_mail_erased_once_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk} ({self.state})"


class Lease(models.Model):
    """When a piece of later work is due, who does it just now, and how it went the last time."""

    name = models.CharField(max_length=100, unique=True)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=200, blank=True)  # host and process, so that the work of a dead one is free
    attempts = models.PositiveIntegerField(default=0)  # failures in a row
    last_error = models.CharField(max_length=500, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)  # when it last went well
    last_count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """How often one address or account did one thing in one span of time; ``key`` is an HMAC, no address."""

    key = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "starts_at"], name="core_window_one_a_span"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="core_window_not_empty"),
        ]

    def __str__(self) -> str:
        return f"window {self.pk}"


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, *_: Any, **__: Any) -> Never:
        raise TypeError("The log is only ever added to.")

    delete = bulk_update = update


class LogEntry(models.Model):
    """Who changed what, when and why. Append-only; things and people stand in it as text and outlive their rows."""

    at = models.DateTimeField(default=timezone.now)
    region_id = models.BigIntegerField(null=True, blank=True)
    actor_id = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=200, blank=True)
    verb = models.CharField(max_length=50)
    model = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    old = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=32, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["region_id", "-at", "-id"], name="core_log_region"),
            models.Index(fields=["model", "key", "-at"], name="core_log_thing"),
            models.Index(fields=["actor_id", "-at"], name="core_log_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.model} {self.key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("The log is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> Never:
        raise TypeError("The log is only ever added to.")


class FormToken(models.Model):
    """A form that was sent, and where its sender was led; the same form sent again leads there too."""

    token = models.CharField(max_length=64, unique=True)
    url = models.CharField(max_length=2000, blank=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"form {self.pk}"


class Token(models.Model):
    """A link that was mailed: used once, kept as a digest, good until it expires."""

    purpose = models.CharField(max_length=50)
    digest = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=200)  # whom or what it stands for, e.g. the key of a row
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["purpose", "subject"], name="core_token_subject")]

    def __str__(self) -> str:
        return f"token {self.pk} ({self.purpose})"


class Picture(models.Model):
    """A picture of somebody's, re-encoded; the files lie in the data folder under its token, one for each width."""

    token = models.CharField(max_length=32, unique=True, default=random_token)
    region_id = models.BigIntegerField(null=True, blank=True)
    alt = models.CharField(max_length=300, blank=True)
    credit = models.CharField(max_length=200, blank=True)
    people_recognisable = models.BooleanField(default=False)
    consent = models.BooleanField(default=False)  # of the people that one recognises
    rights_confirmed = models.BooleanField(default=False)
    widths = models.JSONField(default=list)  # of the files, ascending
    width = models.PositiveIntegerField()  # of the largest file
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(people_recognisable=False) | Q(consent=True), name="core_picture_people_agree"
            ),
        ]

    def __str__(self) -> str:
        return f"picture {self.pk}"


class PrivateFile(models.Model):
    """A file of somebody's that only a checked view hands out, and every look at it is logged."""

    path = models.CharField(max_length=100, unique=True)  # below the data folder's files, see core.files
    name = models.CharField(max_length=200)  # as it was called where it came from
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    region_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"file {self.pk}"
