from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

GUEST_LIFETIME = timedelta(days=60)
CLAIM_WITHIN = timedelta(days=7)  # of confirming: an account takes over what it wrote as a guest


def fold_mail(address: str) -> str:
    """Databases fold differently, hence one folding here: it is unique and looked up."""
    return address.strip().lower()


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=fold_mail(username or ""))

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=fold_mail(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One account for all regions."""

    email = models.EmailField(_("E-Mail-Adresse"), unique=True)
    name = models.CharField(_("Anzeigename"), max_length=80)
    first_name = models.CharField(_("Vorname"), max_length=80, blank=True)
    last_name = models.CharField(_("Nachname"), max_length=80, blank=True)
    language = models.CharField(_("Sprache"), max_length=5, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_over_at = models.DateTimeField(null=True, blank=True)  # of an account that somebody else made

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = fold_mail(self.email)
        super().save(*args, **kwargs)

    @property
    def mail(self) -> str:
        return self.email

    @property
    def waits_for_its_person(self) -> bool:
        """Somebody else made it, and nobody has signed in yet."""
        return self.made_by_id is not None and self.taken_over_at is None


Person = User | AnonymousUser


def guest_expiry() -> Any:
    return timezone.now() + GUEST_LIFETIME


class Guest(models.Model):
    """Somebody without an account: a mail address that is confirmed, expires and is erased."""

    mail = models.EmailField()
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(default=guest_expiry)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="guest_expires")]

    def __str__(self) -> str:
        return self.name or str(_("Gast"))

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None


class Organisation(models.Model):
    """An actor on the ground; what people read of it is its profile, an entry per region."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(User, through="Membership", related_name="organisations")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        OWNER = "owner", _("Hauptverantwortung")
        ADMIN = "admin", _("Verwaltung")
        MODERATOR = "moderator", _("Moderation")
        MEMBER = "member", _("Mitglied")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class Application(models.Model):
    """Somebody asks to belong to an organisation, or says that it is theirs; who runs it (or the editors) decide."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="applications")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="applications")
    claims = models.BooleanField(default=False)  # it has nobody yet and the person wants to be its owner
    text = models.TextField(_("Wer sind Sie dort?"), max_length=1000, blank=True)
    region_id = models.BigIntegerField()  # where the person asked; a plain number, since regions are above
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(default=False)
    answer = models.TextField(_("Begründung"), max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(decided_at=None), name="one_open_application"
            ),
        ]
        indexes = [
            models.Index(fields=["region_id", "created_at"], condition=Q(decided_at=None), name="open_applications")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.organisation_id}"


class Circle(models.Model):
    """A set of people and organisations. Who owns it (a group, a list, a region's invitation) is not its business."""

    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class CircleMember(models.Model):
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, organisation__isnull=False) | Q(user__isnull=False, organisation=None),
                name="circle_member_is_one",
            ),
            models.UniqueConstraint(fields=["circle", "user"], name="circle_user_once"),
            models.UniqueConstraint(fields=["circle", "organisation"], name="circle_organisation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id}: {self.user_id or self.organisation_id}"
