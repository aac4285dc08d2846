from django.db.models import Count, QuerySet

from allmende.accounts.models import User
from allmende.regions.models import Region, Role
from allmende.regions.permissions import Name


def staff(region: Region, *names: str) -> QuerySet[User]:
    """People with one of the roles in the region (all staff without names)."""
    wanted = names or (Name.REGION_ADMIN, Name.EDITOR, Name.MODERATOR)
    return User.objects.filter(roles__region=region, roles__name__in=wanted, is_active=True).distinct().order_by("pk")


def roles_in(region: Region) -> QuerySet[Role]:
    return Role.objects.filter(region=region).select_related("user").order_by("name", "user__name")


def people_in_charge(region: Region) -> dict[str, int]:
    """How many living holders each task of the region has, by the name of the role; one query."""
    rows = Role.objects.filter(region=region, user__is_active=True).order_by().values_list("name")
    return dict(rows.annotate(people=Count("user", distinct=True)))
