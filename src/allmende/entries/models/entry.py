from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Circle, Guest, Organisation, Person, User
from allmende.core.models import Picture
from allmende.core.text import fold
from allmende.entries.kinds import model_of, url_name
from allmende.regions.models import District, Region


class Status(models.TextChoices):
    """Publication, the same for all kinds."""

    DRAFT = "draft", _("Entwurf")
    WAITING = "waiting", _("Wird geprüft")
    PUBLIC = "public", _("Veröffentlicht")
    HIDDEN = "hidden", _("Verborgen")
    ARCHIVED = "archived", _("Archiviert")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Für alle")
    SIGNED_IN = "signed_in", _("Nur für Angemeldete")
    CIRCLE = "circle", _("Nur für einen Kreis")
    LINK = "link", _("Nur mit Link")


class Accessible(models.TextChoices):
    YES = "yes", _("Barrierefrei")
    PARTLY = "partly", _("Teilweise barrierefrei")
    NO = "no", _("Nicht barrierefrei")
    UNKNOWN = "unknown", _("Keine Angabe")


class Precision(models.TextChoices):
    EXACT = "exact", _("genau")
    BLURRED = "blurred", _("ungefähr")
    NONE = "", _("ohne Punkt")


class Check(models.TextChoices):
    BEFORE = "before", _("vor der Veröffentlichung")
    AFTER = "after", _("nach der Veröffentlichung")
    FIRST = "first", _("nur beim ersten Beitrag vorher")


class Entry(models.Model):
    """A field stands here only if a list, the map, the search, a feed or a moderator needs it for every kind."""

    # What a kind says of itself.
    kind_slug: ClassVar[str] = ""
    icon: ClassVar[str] = "entry"
    default_check: ClassVar[str] = Check.BEFORE
    trusts_released_organisations_only: ClassVar[bool] = False  # the rule "after" holds for them alone
    commentable: ClassVar[bool] = False
    has_dates: ClassVar[bool] = False  # listed by the next date, with month view and calendar feed
    has_place: ClassVar[bool] = True  # with a map; what has none shows at most its district
    personal: ClassVar[bool] = False  # somebody about themselves: one a region, never an organisation's, gone with them
    unlogged: ClassVar[tuple[str, ...]] = ()  # columns of which the log tells that they changed, not what they hold
    state_names: ClassVar[dict[str, Any]] = {}  # what the kind's own states are called
    further_pictures: ClassVar[tuple[str, ...]] = ()  # names of the kind's own keys to Picture
    # Which role in an organisation changes what stands in its name: what they entered themselves ("own"), or "any".
    rights: ClassVar[dict[str, str]] = {"member": "own", "moderator": "any", "admin": "any", "owner": "any"}
    list_order: ClassVar[str] = "newest"  # newest | name | date
    lifetime: ClassVar[timedelta | None] = timedelta(days=91)  # then its people are asked whether it is still right

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=20)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="entries"
    )
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="entries")
    entered_by = models.ForeignKey(  # the member who entered it in the organisation's name
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guest = models.ForeignKey(Guest, on_delete=models.SET_NULL, null=True, blank=True, related_name="entries")

    title = models.CharField(_("Titel"), max_length=200)
    sort_key = models.CharField(max_length=200, editable=False)  # folded title: both databases order alike
    folded = models.TextField(editable=False, blank=True)  # folded title and summary, for the search box
    summary = models.CharField(_("Kurz gesagt"), max_length=300, blank=True)
    body = models.TextField(_("Beschreibung"), max_length=20_000, blank=True)
    target_groups = models.JSONField(default=list, blank=True)
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    state = models.CharField(max_length=20, blank=True)
    visibility = models.CharField(_("Wer sieht das?"), max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    link_key = models.CharField(max_length=32, blank=True)
    listed = models.BooleanField(default=False, editable=False)  # only move() and the switches set it

    # The place that everybody may see.
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    precision = models.CharField(max_length=10, choices=Precision, default=Precision.NONE, blank=True)
    district = models.ForeignKey(District, on_delete=models.SET_NULL, null=True, blank=True, related_name="entries")
    place_text = models.CharField(_("Ort"), max_length=200, blank=True)
    cell = models.BigIntegerField(null=True, blank=True, editable=False)

    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)  # None: the end is unknown
    accessible = models.CharField(_("Barrierefrei?"), max_length=10, choices=Accessible, default=Accessible.UNKNOWN)
    free_of_charge = models.BooleanField(_("Kostenlos"), null=True, blank=True)

    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # its owner said that it is still current
    reminded_at = models.DateTimeField(null=True, blank=True)  # when its people were last asked whether it still is
    expires_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)  # an editor has seen the present version
    version = models.PositiveIntegerField(default=1)  # rises with each edit; two tabs cannot overwrite each other

    part_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="parts")
    source = models.CharField(max_length=60, blank=True)
    foreign_id = models.CharField(max_length=255, blank=True)
    licence = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(user=None) | Q(guest=None), name="entry_has_one_author"),
            models.CheckConstraint(
                condition=Q(visibility="circle", circle__isnull=False) | (~Q(visibility="circle") & Q(circle=None)),
                name="entry_circle_when_visible_to_it",
            ),
            models.CheckConstraint(
                condition=Q(listed=False) | Q(status="public", visibility="public"), name="entry_listed_is_public"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")), name="entry_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["region", "kind", "source", "foreign_id"],
                condition=~Q(foreign_id=""),
                name="entry_foreign_once",
            ),
        ]
        indexes = [
            models.Index(
                "region",
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=Q(listed=True),
                name="listed_region",
            ),
            models.Index(
                "region",
                "kind",
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=Q(listed=True),
                name="listed_kind",
            ),
            models.Index("region", "kind", "sort_key", "id", condition=Q(listed=True), name="listed_kind_name"),
            models.Index(
                "region",
                "district",
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=Q(listed=True),
                name="listed_district",
            ),
            models.Index(
                "region",
                "district",
                "kind",
                models.F("published_at").desc(),
                models.F("id").desc(),
                condition=Q(listed=True),
                name="listed_district_kind",
            ),
            models.Index("region", "cell", condition=Q(listed=True), name="listed_cell"),
            models.Index("region", "status", "created_at", "id", name="queue"),
            models.Index("region", "updated_at", condition=Q(status="public", checked_at=None), name="unchecked"),
            models.Index("region", "kind", "sort_key", condition=Q(listed=False), name="unlisted_kind_name"),
            models.Index("expires_at", condition=Q(status="public", expires_at__isnull=False), name="expiring"),
            models.Index(
                "region", "confirmed_at", condition=Q(status="public", starts_at=None), name="confirmed_longest_ago"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.fill_in()
        super().save(*args, **kwargs)

    def fill_in(self) -> None:
        """Columns that follow from others; bulk writing, which goes round save(), calls it too."""
        self.kind = self.kind or self.kind_slug
        self.sort_key = fold(self.title)[:200]
        self.folded = f"{self.sort_key} {fold(self.summary)}".strip()

    @property
    def kind_model(self) -> type["Entry"]:
        return model_of(self.kind)

    @property
    def log_label(self) -> str:
        return str(self.kind_model._meta.label)

    @property
    def url(self) -> str:
        """Path of the page within the running request's region."""
        return self.page("detail")

    def page(self, name: str) -> str:
        """Path of a page of the entry: detail, edit, preview, ics …"""
        return reverse(url_name(self.kind, name), args=[self.pk]) + self.key_query

    @property
    def key_query(self) -> str:
        """What opens it for those who have only the link; '' for all other entries."""
        return f"?key={self.link_key}" if self.visibility == Visibility.LINK else ""

    @property
    def grows_old(self) -> bool:
        """Is it asked about from time to time? What has a date says itself when it is over."""
        return self.lifetime is not None and self.starts_at is None

    @property
    def current_since(self) -> datetime:
        """When somebody last said or showed that it is right: confirmed, edited or published it."""
        return max(moment for moment in (self.confirmed_at, self.published_at, self.updated_at) if moment is not None)

    @property
    def is_stale(self) -> bool:
        """Public, and for longer than its lifetime nobody has looked after it."""
        old = self.lifetime is not None and self.current_since < timezone.now() - self.lifetime
        return old and self.grows_old and self.status == Status.PUBLIC

    # A kind overrides what differs.

    def facets(self) -> set[str]:
        """Tokens that only this kind filters by, e.g. {"form:association"}."""
        return set()

    def facts(self) -> list[tuple[str, Any, Any, str]]:
        """What the page lists beside the text: (icon, label, value, link or '')."""
        return []

    def badges(self) -> list[tuple[Any, str]]:
        """Short marks on card and page: (text, tone)."""
        return []

    def hints(self) -> list[Any]:
        """What would make the entry more complete, one sentence each."""
        return []

    def as_ical(self) -> list[dict[str, Any]]:
        """Fields of the calendar components (core.calendars) of a kind with dates."""
        return []

    def organiser_name(self) -> str:
        """In whose name it stands, as a card shows it."""
        return self.organisation.name if self.organisation else ""

    @classmethod
    def shows_further_pictures(cls, person: Person) -> Q:  # noqa: ARG003  # for kinds that show them to some
        """Of which entries the person, who may see them, sees the pictures of ``further_pictures`` as well."""
        return Q()

    def contact_mail(self) -> str:
        """Where a message about the entry goes; shown nowhere."""
        return ""
