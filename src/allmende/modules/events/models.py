from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.core.html import plain_text
from allmende.entries.models import Accessible, Check, Entry


class Event(Entry):
    kind_slug: ClassVar[str] = "event"
    icon: ClassVar[str] = "calendar"
    default_check: ClassVar[str] = Check.AFTER
    trusts_released_organisations_only: ClassVar[bool] = True
    has_dates: ClassVar[bool] = True
    list_order: ClassVar[str] = "date"
    lifetime: ClassVar[None] = None

    CANCELLED = "cancelled"
    state_names: ClassVar = {CANCELLED: _("Abgesagt"), "": _("Findet statt")}

    dates = models.TextField()  # an RFC 5545 set: local start and end, zone, later the rule; spans are made from it
    all_day = models.BooleanField(_("Ganztägig"), default=False)
    online_url = models.URLField(_("Link zur Teilnahme im Internet"), blank=True)
    link = models.URLField(_("Mehr im Internet"), max_length=500, blank=True)
    organiser = models.CharField(
        _("Wer lädt ein?"), max_length=200, blank=True
    )  # as people read it; the key is organisation
    category = models.CharField(_("Rubrik"), max_length=200, blank=True)
    info_for_participants = models.TextField(_("Hinweise zur Teilnahme"), max_length=3000, blank=True)
    accessible_text = models.CharField(_("Hinweise zur Barrierefreiheit"), max_length=500, blank=True)
    price_text = models.CharField(_("Kosten"), max_length=300, blank=True)

    organiser_url = ""  # where the organiser's page is: whoever shows the page of an event says it

    class Meta:
        verbose_name = _("Veranstaltung")
        verbose_name_plural = _("Veranstaltungen")

    @property
    def is_cancelled(self) -> bool:
        return self.state == self.CANCELLED

    def organiser_name(self) -> str:
        return self.organiser or super().organiser_name()

    def badges(self) -> list[tuple[Any, str]]:
        marks = [(_("Abgesagt"), "bad")] if self.is_cancelled else []
        if self.free_of_charge:
            marks.append((_("Kostenlos"), "good"))
        if self.online_url:
            marks.append((_("Online"), "info"))
        return marks

    def facts(self) -> list[tuple[str, Any, Any, str]]:
        district = self.district.name if self.district else ""
        access = "" if self.accessible == Accessible.UNKNOWN else str(self.get_accessible_display())
        rows = [
            ("pin", _("Wo"), ", ".join(filter(None, [self.place_text, district])), ""),
            ("link", _("Im Internet dabei sein"), self.online_url, self.online_url),
            ("people", _("Wer lädt ein?"), self.organiser_name(), self.organiser_url),
            ("free", _("Kosten"), self.price_text or (_("Kostenlos") if self.free_of_charge else ""), ""),
            ("accessible", _("Barrierefreiheit"), ". ".join(filter(None, [access, self.accessible_text])), ""),
            ("external", _("Mehr im Internet"), self.link.partition("://")[2][:60], self.link),
        ]
        return [row for row in rows if row[2]]

    def as_ical(self) -> list[dict[str, Any]]:
        organiser = self.organiser_name()
        inviting = gettext("Veranstalter: %(name)s") % {"name": organiser} if organiser else ""
        return [
            {
                "title": self.title,
                "dates": self.dates,
                "description": "\n\n".join(filter(None, [self.summary, plain_text(self.body), inviting])),
                "place": self.place_text or self.online_url,
                "categories": tuple(filter(None, [self.category])),
                "cancelled": self.is_cancelled,
            }
        ]

    def hints(self) -> list[Any]:
        hints = []
        if not self.summary:
            hints.append(gettext("Sagen Sie in einem Satz, worum es geht: Er steht auf jeder Karte."))
        if self.ends_at is None:
            hints.append(gettext("Wann ist Schluss? Viele planen danach den Heimweg."))
        if self.accessible == Accessible.UNKNOWN:
            hints.append(gettext("Ist der Ort barrierefrei? Auch ein „Nein“ hilft."))
        return hints
