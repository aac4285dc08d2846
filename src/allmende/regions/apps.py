from typing import ClassVar

from allmende.core.modules import FloorConfig, every


class RegionsConfig(FloorConfig):
    name = "allmende.regions"
    label = "regions"
    checks: ClassVar = ["doctor.keys", "doctor.zones", "doctor.addresses"]
    work: ClassVar = [
        every("1d", "actions.check_holders"),
        every("1h", "actions.lift_expired"),
    ]
