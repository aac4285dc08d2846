"""A region: its addresses, places, people and texts."""

from allmende.regions.models.invitations import Invitation, InvitationUse
from allmende.regions.models.places import District, Street
from allmende.regions.models.prepared import PreparedAccount
from allmende.regions.models.recognition import Recognition
from allmende.regions.models.region import Address, Land, ModuleSwitch, Portal, Region, script_prefix
from allmende.regions.models.roles import Absence, Role, Suspension
from allmende.regions.models.texts import Consent, LegalText

__all__ = [
    "Absence",
    "Address",
    "Consent",
    "District",
    "Invitation",
    "InvitationUse",
    "Land",
    "LegalText",
    "ModuleSwitch",
    "Portal",
    "PreparedAccount",
    "Recognition",
    "Region",
    "Role",
    "Street",
    "Suspension",
    "script_prefix",
]
