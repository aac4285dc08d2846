from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import FloorConfig, every


class RegionsConfig(FloorConfig):
    name = "allmende.regions"
    label = "regions"
    checks: ClassVar = ["doctor.keys", "doctor.zones", "doctor.addresses"]
    work: ClassVar = [
        every("1d", "actions.check_holders"),
        every("1h", "actions.lift_expired"),
        every("1d", "actions.expire_recognitions"),
        every("1d", "actions.remind_of_recognitions"),
        every("1d", "actions.forget_proofs"),
        every("1d", "actions.erase_forgotten_accounts"),
    ]
    keeps: ClassVar = [
        (
            _("Nachweise zu Anträgen auf Anerkennung fürs Gemeinwohl"),
            "actions.recognition.KEEP_PROOF",
            _("nach der Ablehnung oder dem Ende der Anerkennung"),
            "regions.forget_proofs",
        ),
        (
            _("Konten, die wir für andere angelegt haben und die niemand übernommen hat"),
            "actions.prepared.LIFETIME",
            _("nach dem Anlegen"),
            "regions.erase_forgotten_accounts",
        ),
    ]
    answers: ClassVar = [
        (_("Anträge auf Anerkennung fürs Gemeinwohl"), _("Redaktion"), "actions.recognition.DECIDE_WITHIN"),
    ]
