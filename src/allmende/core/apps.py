from typing import ClassVar

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

    def ready(self) -> None:
        from allmende.core import logs  # noqa: PLC0415  # it reads settings, which stand only now

        logs.configure()
