from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import FloorConfig, every


class CorrespondenceConfig(FloorConfig):
    name = "allmende.correspondence"
    label = "correspondence"
    work = [every("1h", "actions.drop_unconfirmed")]
    keeps: ClassVar = [
        (
            _("Nachrichten, die niemand über den Link in unserer E-Mail bestätigt"),
            "actions.CONFIRM_WITHIN",
            _("nach dem Absenden"),
            "correspondence.drop_unconfirmed",
        ),
        (
            _("Ihre E-Mail-Adresse, wenn Sie ohne Konto eine Nachricht geschrieben haben"),
            "actions.LINK_LIFETIME",
            _("nach der letzten Nachricht des Gesprächs"),
            "accounts.erase_expired_guests",
        ),
    ]
