from typing import ClassVar

from allmende.core.modules import FloorConfig


class RegionsConfig(FloorConfig):
    name = "allmende.regions"
    label = "regions"
    checks: ClassVar = ["doctor.keys", "doctor.zones", "doctor.addresses"]
