from allmende.core.modules import FloorConfig


class NotificationsConfig(FloorConfig):
    name = "allmende.notifications"
    label = "notifications"

    def ready(self) -> None:
        from allmende.notifications import receivers  # noqa: F401, PLC0415  # connects itself
