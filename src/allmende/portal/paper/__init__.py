"""What the town prints: Typst sources and the words that go into them."""

from pathlib import Path

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.core.pdf import qr_svg, write_pdf
from allmende.regions.models import Invitation
from allmende.regions.queries import address_of

HERE = Path(__file__).resolve().parent


def invitation_letter(invitation: Invitation) -> bytes:
    """A letter with the code, a QR code of the link, and how to go on with either; German or English as the reader's
    language is now.
    """
    region = invitation.region
    link = address_of(invitation, "portal:invitation", invitation.code)
    typed = address_of(invitation, "portal:invitation_code").partition("://")[2]
    last_day = timezone.localtime(invitation.until, region.zone)
    data = {
        "language": translation.get_language() or "de",
        "brand": region.brand,
        "region": region.name,
        "claim": region.claim,
        "date": date_format(timezone.localdate(), "DATE_FORMAT"),
        "title": _("Machen Sie mit in %(town)s") % {"town": region.name},
        "paragraphs": _paragraphs(invitation),
        "qr": qr_svg(link),
        "qr_text": _("QR-Code, der zu dieser Adresse führt: %(link)s") % {"link": link},
        "by_phone": _("Mit dem Telefon: Richten Sie die Kamera auf das Bild."),
        "by_hand": _("Am Rechner: Geben Sie diese Adresse ein:"),
        "page": typed,
        "code_is": _("Dort tippen Sie diesen Code ab:"),
        "code": invitation.code,
        "closing": [_("Der Code gilt bis %(day)s.") % {"day": date_format(last_day, "DATE_FORMAT")}],
        "signature": (region.mail_signature or region.name).splitlines(),
        "footer": " · ".join(
            filter(None, [*region.postal_address.splitlines(), region.contact_mail, region.contact_phone])
        ),
    }
    return write_pdf(HERE / "invitation.typ", data)


def _paragraphs(invitation: Invitation) -> list[str]:
    town = {"town": invitation.region.name}
    greeting = _("Guten Tag,")
    if invitation.organisation:
        about = _(
            "„%(name)s“ steht schon im Verzeichnis von %(town)s. Übernehmen Sie Ihr Profil und ergänzen Sie es."
        ) % {
            **town,
            "name": invitation.organisation.name,
        }
    elif invitation.founds:
        about = (
            _(
                "in %(town)s entsteht eine gemeinsame Seite aller Vereine, Initiativen und Einrichtungen. "
                "Ihre Organisation soll dabei sein: mit einem Profil, mit Ihren Terminen und so, dass man Sie findet."
            )
            % town
        )
    else:
        about = _("%(town)s lädt Sie ein, auf der gemeinsamen Seite des Ortes dabei zu sein.") % town
    return [greeting, about, _("Es kostet nichts und dauert wenige Minuten. Ein Passwort brauchen Sie nicht.")]
