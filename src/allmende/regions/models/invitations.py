from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.accounts.models import Membership, Organisation, User
from allmende.regions.models.places import District
from allmende.regions.models.region import Region
from allmende.regions.models.roles import Role


class Invitation(models.Model):
    """A way in for those who have the link or the typed code: into a region, an organisation, a role.

    The code stands in letters and posters, hence in plain; where only one person is meant, ``mail`` says whom.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="invitations")
    code = models.CharField(max_length=20, unique=True)  # upper case, e.g. "AUEN-2345"; link and letter carry it
    label = models.CharField(_("Wofür?"), max_length=120)
    mail = models.EmailField(blank=True)  # only the account of this address may use it
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    membership = models.CharField(max_length=10, choices=Membership.Role, blank=True)  # in the organisation
    role = models.CharField(max_length=20, choices=Role.Name, blank=True)  # in the region
    district = models.ForeignKey(District, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    founds = models.BooleanField(default=False)  # whoever comes in enters an organisation of their own
    uses_allowed = models.PositiveIntegerField(_("Wie oft darf sie benutzt werden?"), default=1)
    expires_at = models.DateTimeField(_("Gültig bis"))
    created_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(uses_allowed__gte=1), name="invitation_may_be_used"),
            models.CheckConstraint(
                condition=Q(organisation=None, membership="") | Q(organisation__isnull=False) & ~Q(membership=""),
                name="invitation_membership_of_organisation",
            ),
            models.CheckConstraint(condition=Q(founds=False) | Q(organisation=None), name="invitation_founds_or_joins"),
        ]
        indexes = [models.Index(fields=["region", "-created_at"], name="invitation_newest")]

    def __str__(self) -> str:
        return f"{self.region_id}: {self.label}"

    @property
    def until(self) -> datetime:
        """The last minute of its last day, as people write a date."""
        return self.expires_at - timedelta(minutes=1)


class InvitationUse(models.Model):
    """Who came in by it. Rows are counted under a lock on the invitation, so that the last use is given once."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="uses")
    # Whoever deletes the account has used it all the same.
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invitation", "user"], name="invitation_used_once_each")]

    def __str__(self) -> str:
        return f"{self.invitation_id}: {self.user_id}"
