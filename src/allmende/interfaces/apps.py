from allmende.core.modules import FloorConfig


class InterfacesConfig(FloorConfig):
    name = "allmende.interfaces"
    label = "interfaces"
