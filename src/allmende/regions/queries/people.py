from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from allmende.accounts.models import User
from allmende.regions.models import Absence, Region, Role, Suspension
from allmende.regions.permissions import Name
from allmende.regions.queries.prepared import waiting_accounts

ADMINS = (Name.REGION_ADMIN, Name.PLATFORM_ADMIN)  # of each somebody has to be left
TEAM = (Name.REGION_ADMIN, Name.EDITOR, Name.MODERATOR)


def staff(region: Region, *names: str, district: int | None = None) -> QuerySet[User]:
    """Who does one of the tasks in the region just now (all without names): its holders who are there, and the
    deputies of those who are away. Holders for a single district count for that one alone.
    """
    today = timezone.localdate()
    away = Absence.objects.filter(region=region, starts_on__lte=today, ends_on__gte=today)
    stood_in_for = away.filter(deputy__is_active=True)
    roles = Role.objects.filter(Q(district=None) | Q(district=district), region=region, name__in=names or TEAM)
    present = roles.exclude(user__in=stood_in_for.values("user")).values("user")
    deputies = stood_in_for.filter(user__in=roles.values("user")).values("deputy")
    return User.objects.filter(Q(pk__in=present) | Q(pk__in=deputies), is_active=True).order_by("pk")


def team_of(region: Region) -> QuerySet[User]:
    """Everybody with a task in the region, there or away, by name."""
    return User.objects.filter(pk__in=Role.objects.filter(region=region).values("user"), is_active=True).order_by(
        "name"
    )


def unheld_tasks(region: Region) -> list[str]:
    """Tasks on which people wait and that nobody who is there does: each queue needs a living holder."""
    today = timezone.localdate()
    away = Absence.objects.filter(region=region, starts_on__lte=today, ends_on__gte=today, deputy=None).values("user")
    queues = {
        Name.EDITOR: (Name.EDITOR, Name.REGION_ADMIN),
        Name.MODERATOR: (Name.MODERATOR, Name.EDITOR, Name.REGION_ADMIN),
        Name.REGION_ADMIN: (Name.REGION_ADMIN,),
    }
    return [task for task, names in queues.items() if not staff(region, *names).exclude(pk__in=away).exists()]


def admins_of_platform() -> QuerySet[User]:
    return User.objects.filter(roles__name=Name.PLATFORM_ADMIN, is_active=True).order_by("pk")


def absences_in(region: Region) -> QuerySet[Absence]:
    """Who is or will be away, the soonest first."""
    found = Absence.objects.filter(region=region, ends_on__gte=timezone.localdate())
    return found.select_related("user", "deputy").order_by("starts_on", "pk")


def suspensions_in(region: Region | None) -> QuerySet[Suspension]:
    """Who may not write in the region (None: not sign in) just now, the newest first."""
    standing = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    found = Suspension.objects.filter(standing, region=region, lifted_at=None)
    return found.select_related("user", "by").order_by("-starts_at", "-pk")


def last_admin_roles(user: User) -> list[Role]:
    """Where the person administers and nobody else does."""
    own = Role.objects.filter(user=user, name__in=ADMINS).select_related("region")
    return [role for role in own if not administering(role).exclude(user=user).exists()]


def administering(role: Role) -> QuerySet[Role]:
    """Who has the same task and is there; an account that nobody has taken over yet administers nothing."""
    same = Role.objects.filter(region=role.region, name=role.name, user__is_active=True)
    return same.exclude(user__in=waiting_accounts().values("user"))


def roles_in(region: Region) -> QuerySet[Role]:
    return Role.objects.filter(region=region).select_related("user", "district").order_by("name", "user__name", "pk")


def people_in_charge(region: Region) -> dict[str, int]:
    """How many living holders each task of the region has, by the name of the role; one query."""
    rows = Role.objects.filter(region=region, user__is_active=True).order_by().values_list("name")
    return dict(rows.annotate(people=Count("user", distinct=True)))
