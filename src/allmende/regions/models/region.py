from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.urls import get_script_prefix, reverse, set_script_prefix
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Circle
from allmende.core.models import Picture


class Land(models.TextChoices):
    """The German Länder, by ISO 3166-2."""

    BW = "DE-BW", "Baden-Württemberg"
    BY = "DE-BY", "Bayern"
    BE = "DE-BE", "Berlin"
    BB = "DE-BB", "Brandenburg"
    HB = "DE-HB", "Bremen"
    HH = "DE-HH", "Hamburg"
    HE = "DE-HE", "Hessen"
    MV = "DE-MV", "Mecklenburg-Vorpommern"
    NI = "DE-NI", "Niedersachsen"
    NW = "DE-NW", "Nordrhein-Westfalen"
    RP = "DE-RP", "Rheinland-Pfalz"
    SL = "DE-SL", "Saarland"
    SN = "DE-SN", "Sachsen"
    ST = "DE-ST", "Sachsen-Anhalt"
    SH = "DE-SH", "Schleswig-Holstein"
    TH = "DE-TH", "Thüringen"


class Region(models.Model):
    """A tenant: a municipality with its own people in charge, modules, words and look."""

    class Stage(models.TextChoices):
        PREPARING = "preparing", _("In Vorbereitung: nur für das Team")
        INVITED = "invited", _("Auf Einladung")
        OPEN = "open", _("Geöffnet")
        READ_ONLY = "read_only", _("Nur zum Lesen")

    OPEN_STAGES = (Stage.OPEN, Stage.READ_ONLY)

    portal: "Portal | None" = None  # a request's memory, not a field: the portal through which somebody looks

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=80)
    land = models.CharField(_("Bundesland"), max_length=5, choices=Land)
    official_key = models.CharField(_("Amtlicher Gemeindeschlüssel"), max_length=12, blank=True)
    lat = models.FloatField(_("Breitengrad der Mitte"), null=True, blank=True)
    lon = models.FloatField(_("Längengrad der Mitte"), null=True, blank=True)
    border = models.JSONField(null=True, blank=True)  # GeoJSON geometry
    has_basemap = models.BooleanField(default=False)
    stage = models.CharField(_("Stand"), max_length=10, choices=Stage, default=Stage.PREPARING)
    listed = models.BooleanField(_("In der Übersicht der Regionen zeigen"), default=True)
    is_home = models.BooleanField(default=False)
    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="+")  # who may enter while invited

    claim = models.CharField(_("Leitsatz"), max_length=120, blank=True)
    about = models.TextField(_("Über diese Seite"), max_length=2000, blank=True)
    contact_mail = models.EmailField(_("E-Mail-Adresse für Fragen"))
    contact_phone = models.CharField(_("Telefon für Fragen"), max_length=40, blank=True)
    postal_address = models.TextField(_("Anschrift"), max_length=300, blank=True)
    mail_signature = models.TextField(_("Unterschrift unter E-Mails"), max_length=500, blank=True)

    brand = models.CharField(_("Hauptfarbe"), max_length=7, default="#1f5c4a")
    accent = models.CharField(_("Zweite Farbe"), max_length=7, default="#f2b84b")
    logo = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.JSONField(default=dict, blank=True)
    texts_in_force = models.JSONField(default=list, blank=True)  # their kinds; the foot of every page asks nothing else
    time_zone = models.CharField(max_length=40, default="Europe/Berlin")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["is_home"], condition=Q(is_home=True), name="one_home_region")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_open(self) -> bool:
        return self.stage in self.OPEN_STAGES

    @property
    def is_writable(self) -> bool:
        return self.stage != self.Stage.READ_ONLY

    @property
    def site(self) -> "Region | Portal":
        """Whose name and look the pages bear: the portal's through which somebody looks, else the region's own."""
        return self.portal or self

    def address(self) -> "Address | None":
        """The canonical address: a host of its own, else the path under the home region's host."""
        own = sorted((a for a in self.addresses.all() if a.portal_id is None), key=lambda a: (not a.host, a.pk))
        return own[0] if own else None

    def root(self) -> tuple[str, str]:
        """Origin and path prefix of every link to this region, e.g. ("https://mitmachen.example", "/auenstedt/").

        Read once per region object: a page has many links.
        """
        if "_root" not in self.__dict__:
            self.__dict__["_root"] = self._read_root()
        known: tuple[str, str] = self.__dict__["_root"]
        return known

    def _read_root(self) -> tuple[str, str]:
        address = self.address()
        if address and address.host:
            return address.origin, "/"
        home = Address.objects.filter(region__is_home=True, portal=None).exclude(host="").order_by("pk").first()
        origin = home.origin if home else "http://localhost"
        return origin, "/" if self.is_home or address is None else f"/{address.path}/"

    def url(self, name: str, *args: Any, query: str = "") -> str:
        """Absolute link to a page of this region, never of a portal; the only way to one outside a request."""
        return absolute(self.root(), name, *args) + query


def absolute(root: tuple[str, str], name: str, *args: Any) -> str:
    """The address of a page under an origin and a path prefix."""
    origin, prefix = root
    with script_prefix(prefix):
        return origin + reverse(name, args=args)


@contextmanager
def script_prefix(prefix: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


class Portal(models.Model):
    """A window of its own on what a region has to one set of topics, with its own address, name and look."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="portals")
    name = models.CharField(_("Name"), max_length=80)
    claim = models.CharField(_("Leitsatz"), max_length=120, blank=True)
    about = models.TextField(_("Über diese Seite"), max_length=2000, blank=True)
    brand = models.CharField(_("Hauptfarbe"), max_length=7, default="#1f5c4a")
    accent = models.CharField(_("Zweite Farbe"), max_length=7, default="#f2b84b")
    logo = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    picture = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    on = models.BooleanField(_("Eingeschaltet"), default=True)

    town = "/"  # a request's memory, not a field: where the region's own pages lie, as seen from the portal's

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def root(self) -> tuple[str, str]:
        """Origin and path prefix: a host of its own, else a path beside the region."""
        own = [address for address in self.region.addresses.all() if address.portal_id == self.pk]
        host = next((address for address in own if address.host), None)
        if host:
            return host.origin, "/"
        return self.region.root()[0], next((f"/{address.path}/" for address in own), "/")

    def url(self, name: str, *args: Any) -> str:
        """Absolute link to a page of this portal."""
        return absolute(self.root(), name, *args)


class Address(models.Model):
    """A host name or a first path segment that leads to a region, or to a portal of it."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="addresses")
    portal = models.ForeignKey(Portal, on_delete=models.CASCADE, null=True, blank=True, related_name="addresses")
    scheme = models.CharField(max_length=5, choices=[("https", "https"), ("http", "http")], default="https")
    host = models.CharField(max_length=253, blank=True)  # with port, lower case; '' = any host
    path = models.SlugField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "path"], name="address_once"),
            models.CheckConstraint(
                condition=(Q(host="") & ~Q(path="")) | (~Q(host="") & Q(path="")), name="address_is_host_or_path"
            ),
        ]

    def __str__(self) -> str:
        return self.host or f"/{self.path}/"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


class ModuleSwitch(models.Model):
    """A region's word on a module; without a row the module's own default holds."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="switches")
    module = models.CharField(max_length=40)
    on = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=100)
    options = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "module"], name="switch_once")]
        ordering = ["position", "module"]

    def __str__(self) -> str:
        return f"{self.module}: {'on' if self.on else 'off'}"
