from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import FloorConfig, every


class AccountsConfig(FloorConfig):
    name = "allmende.accounts"
    label = "accounts"
    work = [every("1d", "actions.erase_expired_guests"), every("1d", "actions.forget_ended_sessions")]
    keeps: ClassVar = [
        (
            _("Name und E-Mail-Adresse von Menschen, die ohne Konto geschrieben haben"),
            "models.GUEST_LIFETIME",
            _("nach dem Schreiben"),
            "accounts.erase_expired_guests",
        ),
    ]
