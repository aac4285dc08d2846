from allmende.core.modules import FloorConfig, every


class EntriesConfig(FloorConfig):
    name = "allmende.entries"
    label = "entries"
    work = [
        every("2s", "imports.run_imports"),
        every("1d", "imports.forget_files"),
        every("1d", "actions.archive_expired"),
        every("1d", "actions.remove_orphan_pictures"),
    ]

    def ready(self) -> None:
        from allmende.entries import receivers  # noqa: F401, PLC0415  # connects itself
