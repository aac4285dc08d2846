from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Organisation, Person, User
from allmende.core.models import Picture
from allmende.core.text import fold
from allmende.entries.models import Accessible, Entry
from allmende.regions.models import Region


class OrganisationProfile(Entry):
    """What people of a region read of an organisation; the title is its public name there."""

    kind_slug: ClassVar[str] = "organisation"
    icon: ClassVar[str] = "people"
    list_order: ClassVar[str] = "name"
    further_pictures: ClassVar[tuple[str, ...]] = ("logo",)
    rights: ClassVar[dict[str, str]] = {"moderator": "any", "admin": "any", "owner": "any"}  # its face to the town

    class Form(models.TextChoices):
        ASSOCIATION = "association", _("Verein")
        FOUNDATION = "foundation", _("Stiftung")
        COMPANY = "company", _("Unternehmen")
        OFFICE = "office", _("Amt oder Einrichtung")
        INITIATIVE = "initiative", _("Initiative ohne Rechtsform")
        BOARD = "board", _("Beirat oder Gremium")
        PERSON = "person", _("Einzelne Person")

    class JoinPolicy(models.TextChoices):
        OPEN = "open", _("Alle können mitmachen")
        ASK = "ask", _("Bitte vorher fragen")
        CLOSED = "closed", _("Zurzeit keine neuen Mitglieder")

    logo = models.ForeignKey(Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    form = models.CharField(_("Art"), max_length=20, choices=Form, default=Form.ASSOCIATION)
    legal_form = models.CharField(_("Rechtsform"), max_length=80, blank=True)
    goals = models.TextField(_("Unsere Ziele"), max_length=3000, blank=True)
    cooperation = models.TextField(_("Womit wir andere unterstützen und was wir suchen"), max_length=3000, blank=True)
    how_to_join = models.TextField(_("So machen Sie mit"), max_length=3000, blank=True)
    join_policy = models.CharField(_("Neue Mitglieder"), max_length=10, choices=JoinPolicy, default=JoinPolicy.ASK)
    opening_hours = models.CharField(_("Öffnungszeiten"), max_length=300, blank=True)
    accessible_text = models.CharField(_("Hinweise zur Barrierefreiheit"), max_length=500, blank=True)
    relay_mail = models.EmailField(_("E-Mail-Adresse für Nachrichten"), blank=True)  # never shown
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    website = models.URLField(_("Internetseite"), blank=True)
    social_links = models.JSONField(_("Soziale Medien"), default=list, blank=True)
    contact_name = models.CharField(_("Ansprechperson"), max_length=120, blank=True)
    contact_function = models.CharField(_("Aufgabe der Ansprechperson"), max_length=120, blank=True)
    contact_interests = models.CharField(_("Themen der Ansprechperson"), max_length=200, blank=True)
    members_visible = models.BooleanField(_("Mitglieder auf der Seite zeigen"), default=False)
    tags = models.JSONField(_("Stichwörter"), default=list, blank=True)
    private_address = models.BooleanField(_("Das ist eine private Adresse"), default=False)
    recognised_until = models.DateField(null=True, blank=True)  # the last day; follows the region's recognition
    partner_agency_id = models.CharField(_("Kennung bei der Freiwilligenagentur"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("Organisation")
        verbose_name_plural = _("Organisationen")

    def facets(self) -> set[str]:
        return {f"form:{self.form}"} | ({"recognised"} if self.is_recognised else set())

    @property
    def is_recognised(self) -> bool:
        """Serves the common good, as the region says of it today."""
        return self.recognised_until is not None and self.recognised_until >= timezone.localdate()

    def organiser_name(self) -> str:
        return ""  # the title says it

    def contact_mail(self) -> str:
        return self.relay_mail

    def badges(self) -> list[tuple[Any, str]]:
        badges: list[tuple[Any, str]] = [(_("Barrierefrei"), "good")] if self.accessible == Accessible.YES else []
        if self.recognised_until and self.is_recognised:
            day = date_format(self.recognised_until, "SHORT_DATE_FORMAT")
            badges.append((gettext("Gemeinwohl anerkannt bis %(day)s") % {"day": day}, "brand"))
        return badges

    def facts(self) -> list[tuple[str, Any, Any, str]]:
        district = self.district.name if self.district else None
        rows = [
            ("clock", _("Öffnungszeiten"), self.opening_hours, ""),
            ("phone", _("Telefon"), self.phone, f"tel:{self.phone.replace(' ', '')}"),
            ("pin", _("Ort"), ", ".join(filter(None, [self.place_text, district])), ""),
            ("link", _("Internetseite"), self.website.partition("://")[2].rstrip("/"), self.website),
            ("accessible", _("Barrierefreiheit"), self._accessible_text(), ""),
            ("people", _("Art"), self.legal_form or self.get_form_display(), ""),
        ]
        return [row for row in rows if row[2]]

    def _accessible_text(self) -> str:
        known = "" if self.accessible == Accessible.UNKNOWN else str(self.get_accessible_display())
        return ". ".join(filter(None, [known, self.accessible_text]))

    def hints(self) -> list[Any]:
        missing = {
            "summary": gettext("Sagen Sie in einem Satz, was Sie tun: Er steht auf jeder Karte."),
            "picture": gettext("Ein Bild macht neugierig."),
            "how_to_join": gettext("Beschreiben Sie, wie jemand mitmachen kann."),
            "contact_name": gettext("Nennen Sie eine Ansprechperson."),
            "relay_mail": gettext("Ohne E-Mail-Adresse kommen Nachrichten erst bei der Redaktion an."),
            "opening_hours": gettext("Wann erreicht man Sie? Tragen Sie Öffnungs- oder Treffzeiten ein."),
        }
        hints = [text for name, text in missing.items() if not getattr(self, name)]
        if self.accessible == Accessible.UNKNOWN:
            hints.append(gettext("Ist Ihr Treffpunkt barrierefrei? Auch ein „Nein“ hilft."))
        return hints


class Audience(models.TextChoices):
    """Who reads one field of a contact person's profile."""

    EVERYBODY = "everybody", _("Alle")
    SIGNED_IN = "signed_in", _("Wer angemeldet ist")
    NOBODY = "nobody", _("Niemand")


def audience(label: Any, default: Audience) -> Any:
    return models.CharField(label, max_length=10, choices=Audience, default=default)


class ContactPerson(Entry):
    """Somebody whom others may ask, by their own wish: one profile an account and region; the title is the name.

    What not everybody may read stands in no column of the envelope, so that no channel comes across it.
    """

    kind_slug: ClassVar[str] = "person"
    icon: ClassVar[str] = "person"
    list_order: ClassVar[str] = "name"
    personal: ClassVar[bool] = True
    has_place: ClassVar[bool] = False
    unlogged: ClassVar[tuple[str, ...]] = ("phone", "mail", "languages", "portrait_id")
    further_pictures: ClassVar[tuple[str, ...]] = ("portrait",)

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")  # gone with it
    account_region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")  # as the envelope has it
    interests = models.JSONField(_("Fragen Sie mich zu"), default=list, blank=True)
    languages = models.CharField(_("Sprachen"), max_length=120, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    mail = models.EmailField(_("E-Mail-Adresse"), blank=True)
    portrait = models.ForeignKey(  # while not everybody may see the picture
        Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("Bild")
    )
    functions_for = audience(_("Wer sieht Ihre Aufgaben?"), Audience.EVERYBODY)
    languages_for = audience(_("Wer sieht Ihre Sprachen?"), Audience.EVERYBODY)
    picture_for = audience(_("Wer sieht Ihr Bild?"), Audience.SIGNED_IN)
    phone_for = audience(_("Wer sieht Ihre Telefonnummer?"), Audience.NOBODY)
    mail_for = audience(_("Wer sieht Ihre E-Mail-Adresse?"), Audience.NOBODY)

    class Meta:
        verbose_name = _("Ansprechperson")
        verbose_name_plural = _("Ansprechpersonen")
        constraints = [models.UniqueConstraint(fields=["account", "account_region"], name="one_person_an_account")]

    def fill_in(self) -> None:
        """The search box finds people by what they know about."""
        super().fill_in()
        self.folded = f"{self.folded} {fold(' '.join(self.interests))}".strip()

    def hints(self) -> list[Any]:
        missing = {
            "summary": gettext("Sagen Sie in einem Satz, wobei Sie helfen."),
            "interests": gettext("Nennen Sie Stichwörter: Danach suchen andere."),
        }
        return [text for name, text in missing.items() if not getattr(self, name)]

    @classmethod
    def shows_further_pictures(cls, person: Person) -> Q:
        if not person.is_authenticated:
            return Q(pk__in=[])
        return Q(picture_for=Audience.SIGNED_IN) | Q(account=person.pk)


class Function(models.Model):
    """What a contact person does at one of their organisations; it counts while they are a member there."""

    person = models.ForeignKey(ContactPerson, on_delete=models.CASCADE, related_name="functions")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "organisation"], name="one_function_an_organisation")]

    def __str__(self) -> str:
        return self.title
