from allmende.core.modules import FloorConfig, every


class ModerationConfig(FloorConfig):
    name = "allmende.moderation"
    label = "moderation"
    work = [every("1h", "actions.drop_unconfirmed")]
