from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import FloorConfig, every


class CoreConfig(FloorConfig):
    name = "allmende.core"
    label = "core"
    work: ClassVar = [
        every("1s", "outbox.send_due"),
        every("1h", "outbox.give_up_old"),
        every("1d", "outbox.forget_settled"),
        every("1h", "limits.forget_past_windows"),
        every("1d", "once.forget_old_forms"),
        every("1d", "tokens.forget_expired"),
        every("1d", "files.remove_orphans"),
    ]
    keeps: ClassVar = [
        (
            _("Ihre Sitzung: dass Sie angemeldet sind, mit welchem Gerät, in welcher Sprache"),
            "retention.SESSION",
            _("nach der Anmeldung"),
            "accounts.forget_ended_sessions",
        ),
        (_("Text einer E-Mail, die wir schicken"), "retention.AT_ONCE", _("nach dem Versand"), "core.send_due"),
        (
            _("Empfänger und Betreff dieser E-Mail"),
            "outbox.FORGET_AFTER",
            _("nach dem Versand"),
            "core.forget_settled",
        ),
        (
            _("Prüfsummen der Links in unseren E-Mails"),
            "tokens.KEEP_EXPIRED",
            _("nach dem Ablauf des Links"),
            "core.forget_expired",
        ),
        (
            _("Prüfsummen abgeschickter Formulare"),
            "once.REMEMBER",
            _("nach dem Absenden"),
            "core.forget_old_forms",
        ),
        (
            _("Zähler gegen Missbrauch, ohne lesbare Adresse"),
            "retention.A_DAY",
            _("nach dem Zählen"),
            "core.forget_past_windows",
        ),
    ]

    checks: ClassVar = [
        "doctor.machine.secret",
        "doctor.machine.variables",
        "doctor.running.database",
        "doctor.machine.storage",
        "doctor.machine.disk",
        "doctor.machine.clock",
        "doctor.running.work",
        "doctor.machine.sender",
        "doctor.post.server",
        "doctor.post.names",
        "doctor.running.mails",
        "doctor.running.backup",
    ]

    def ready(self) -> None:
        from allmende.core import logs  # noqa: PLC0415  # it reads settings, which stand only now

        logs.configure()
