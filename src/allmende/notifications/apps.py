from allmende.core.modules import FloorConfig


class NotificationsConfig(FloorConfig):
    name = "allmende.notifications"
    label = "notifications"
