from allmende.core.modules import FloorConfig, every


class CorrespondenceConfig(FloorConfig):
    name = "allmende.correspondence"
    label = "correspondence"
    work = [every("1h", "actions.drop_unconfirmed")]
