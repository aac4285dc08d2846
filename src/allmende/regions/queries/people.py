from django.db.models import QuerySet

from allmende.accounts.models import User
from allmende.regions.models import Region, Role
from allmende.regions.permissions import Name


def staff(region: Region, *names: str) -> QuerySet[User]:
    """People with one of the roles in the region (all staff without names)."""
    wanted = names or (Name.REGION_ADMIN, Name.EDITOR, Name.MODERATOR)
    return User.objects.filter(roles__region=region, roles__name__in=wanted, is_active=True).distinct().order_by("pk")


def roles_in(region: Region) -> QuerySet[Role]:
    return Role.objects.filter(region=region).select_related("user").order_by("name", "user__name")
