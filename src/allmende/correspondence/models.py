from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.models import Guest, Organisation, User
from allmende.regions.models import Region


class Thread(models.Model):
    """Messages between two sides that never see each other's address."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="threads")
    subject = models.CharField(max_length=200)
    about = models.CharField(
        max_length=60, blank=True
    )  # what it is about, e.g. "entry:12"; no key, since entries are above
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "-updated_at"], name="thread_newest"),
            models.Index(fields=["about"], name="thread_about"),
        ]

    def __str__(self) -> str:
        return self.subject


class Side(models.Model):
    """One of the two: a person, a guest, an organisation, or (none of them) the editors of the region."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="sides")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="sides")
    guest = models.ForeignKey(Guest, on_delete=models.SET_NULL, null=True, blank=True, related_name="sides")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="sides"
    )
    name = models.CharField(max_length=200)  # as the other side reads it
    relay = models.EmailField(blank=True)  # where mail for an organisation goes; the other side never sees it
    through_editors = models.BooleanField(default=False)  # it has no address: the editors pass messages on
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, guest=None) | Q(user=None, organisation=None) | Q(guest=None, organisation=None),
                name="side_is_one",
            )
        ]
        indexes = [
            models.Index(fields=["thread"], condition=Q(through_editors=True), name="side_through_editors"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_reachable(self) -> bool:
        """Does a message still arrive? Not at a guest who was erased, nor at an account that is gone."""
        if self.guest is not None:
            return self.guest.mail != ""
        if self.user is not None or self.through_editors or self.relay != "":
            return True
        return self.organisation is not None and self.organisation.memberships.exists()

    @property
    def is_confirmed(self) -> bool:
        return self.guest is None or self.guest.is_confirmed


class Message(models.Model):
    """Waits until a guest has confirmed the address; then it is passed on."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    side = models.ForeignKey(Side, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=10_000)
    created_at = models.DateTimeField(default=timezone.now)
    passed_on_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_name or self.side_id}: {self.created_at:%Y-%m-%d}"


def side_name(user: User | None, guest: Guest | None, organisation: Organisation | None) -> Any:
    """How a side is called before the other one."""
    return next((one.name for one in (organisation, user, guest) if one is not None and one.name), _("Gast"))
