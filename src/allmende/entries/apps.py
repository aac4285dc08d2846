from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import FloorConfig, every


class EntriesConfig(FloorConfig):
    name = "allmende.entries"
    label = "entries"
    work = [
        every("2s", "imports.run_imports"),
        every("1d", "imports.forget_files"),
        every("1d", "actions.archive_expired"),
        every("1d", "actions.ask_whether_current"),
        every("1d", "actions.remove_orphan_pictures"),
    ]
    keeps: ClassVar = [
        (
            _("Bilder, die aus einem Eintrag herausgenommen wurden"),
            "actions.pictures.KEEP_ORPHANS",
            _("nach dem Herausnehmen"),
            "entries.remove_orphan_pictures",
        ),
        (
            _("Dateien, aus denen das Team Einträge eingelesen hat"),
            "imports.queries.FORGET_FILE_AFTER",
            _("nach dem Einlesen"),
            "entries.forget_files",
        ),
    ]

    def ready(self) -> None:
        from allmende.entries import receivers  # noqa: F401, PLC0415  # connects itself
