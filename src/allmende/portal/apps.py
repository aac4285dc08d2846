from allmende.core.modules import FloorConfig


class PortalConfig(FloorConfig):
    name = "allmende.portal"
    label = "portal"
