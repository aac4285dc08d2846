"""What hangs on an account: what goes with it, what stays without it, and what somebody else has to take on before."""

from dataclasses import dataclass

from allmende.accounts.models import Membership, Organisation, User
from allmende.entries.models import Entry, Status
from allmende.regions.models import Role
from allmende.regions.queries.people import last_admin_roles


@dataclass(frozen=True)
class Leaving:
    to_hand_over: list[Organisation]  # others belong to it, and nobody else answers for it
    left_alone: list[Organisation]  # nobody else belongs to it: the editors hand it to whoever asks
    last_admin_of: list[Role]
    published: int  # what the person wrote in nobody else's name, but for drafts and what is about themselves
    signed: int  # what they wrote in an organisation's name, which keeps it

    @property
    def is_free(self) -> bool:
        return not self.to_hand_over and not self.last_admin_of


def before_leaving(user: User) -> Leaving:
    """Asked of the database now."""
    others = Membership.objects.exclude(user=user)
    alone, owed = [], []
    for membership in user.memberships.select_related("organisation").order_by("organisation__name"):
        rest = others.filter(organisation=membership.organisation)
        if not rest.exists():
            alone.append(membership.organisation)
        elif membership.role == Membership.Role.OWNER and not rest.filter(role=Membership.Role.OWNER).exists():
            owed.append(membership.organisation)
    return Leaving(
        to_hand_over=owed,
        left_alone=alone,
        last_admin_of=last_admin_roles(user),
        published=sum(not goes_anyway(entry) for entry in written_alone(user)),
        signed=Entry.objects.filter(entered_by=user).exclude(organisation=None).count(),
    )


def written_alone(user: User) -> list[Entry]:
    """Of all regions: what stands in no organisation's name."""
    return list(Entry.objects.filter(user=user, organisation=None).select_related("region"))


def goes_anyway(entry: Entry) -> bool:
    """Drafts, what never was public, and what somebody wrote about themselves."""
    return entry.status == Status.DRAFT or entry.published_at is None or entry.kind_model.personal
