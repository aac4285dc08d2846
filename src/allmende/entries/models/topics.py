from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import translation

from allmende.entries.models.entry import Check, Entry
from allmende.regions.models import District, Portal, Region

COLORS = 12


class TopicScheme(models.Model):
    """A set of topics; a region has a main one, a portal may have its own."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="topic_schemes")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    is_main = models.BooleanField(default=False)
    portal = models.OneToOneField(Portal, on_delete=models.SET_NULL, null=True, blank=True, related_name="scheme")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "slug"], name="scheme_once"),
            models.UniqueConstraint(fields=["region"], condition=Q(is_main=True), name="one_main_scheme"),
        ]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    scheme = models.ForeignKey(TopicScheme, on_delete=models.CASCADE, related_name="topics")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300, blank=True)
    icon = models.CharField(max_length=30, default="star")
    color = models.PositiveSmallIntegerField(default=1)  # 1 to 12, see look.md
    position = models.PositiveSmallIntegerField(default=0)
    check_when = models.CharField(max_length=10, choices=Check, blank=True)  # stricter than the module's setting

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "slug"], name="topic_once")]
        ordering = ["position", "name"]

    def __str__(self) -> str:
        own = (translation.get_language() or settings.LANGUAGE_CODE)[:2] == settings.LANGUAGE_CODE
        return self.name if own else self.name_en or self.name


class EntryTopic(models.Model):
    """Kind, district, published and cell are filled while the entry is listed, so that a topic's list is one index."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="topic_rows")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="entry_rows")
    main = models.BooleanField(default=False)
    kind = models.CharField(max_length=20, blank=True)
    district = models.ForeignKey(District, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    cell = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "topic"], name="entry_topic_once"),
            models.UniqueConstraint(fields=["entry"], condition=Q(main=True), name="one_main_topic"),
        ]
        indexes = [
            models.Index(
                "topic",
                "kind",
                models.F("published_at").desc(),
                models.F("entry").desc(),
                condition=Q(published_at__isnull=False),
                name="topic_newest",
            ),
            models.Index("topic", "cell", condition=Q(published_at__isnull=False), name="topic_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.topic_id}"
