from allmende.core.modules import FloorConfig


class RegionsConfig(FloorConfig):
    name = "allmende.regions"
    label = "regions"
