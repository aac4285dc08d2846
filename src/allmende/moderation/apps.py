from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import FloorConfig, every


class ModerationConfig(FloorConfig):
    name = "allmende.moderation"
    label = "moderation"
    work = [every("1h", "actions.drop_unconfirmed"), every("1d", "actions.remind_of_barriers")]
    keeps: ClassVar = [
        (
            _("Meldungen, die niemand über den Link in unserer E-Mail bestätigt"),
            "actions.CONFIRM_WITHIN",
            _("nach dem Absenden"),
            "moderation.drop_unconfirmed",
        ),
    ]
    answers: ClassVar = [
        (_("Meldungen zu einem Eintrag"), _("Moderation"), "actions.ANSWER_WITHIN"),
        (_("Gemeldete Barrieren"), _("Redaktion"), "actions.barriers.ANSWER_WITHIN"),
    ]
