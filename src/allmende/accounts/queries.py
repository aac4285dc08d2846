from django.db.models import Case, Q, QuerySet, Value, When

from allmende.accounts.models import CircleMember, Guest, Membership, Organisation, Person, User, fold_mail
from allmende.accounts.permissions import roles_of


def organisations_of(person: Person) -> QuerySet[Organisation]:
    """The organisations in whose name the person may act, by name."""
    return Organisation.objects.filter(pk__in=roles_of(person)).order_by("name", "pk")


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Memberships with their people: owners, then admins, then the others, by name."""
    order = [Membership.Role.OWNER, Membership.Role.ADMIN, Membership.Role.MEMBER]
    rank = Case(*(When(role=role, then=Value(number)) for number, role in enumerate(order)))
    return organisation.memberships.select_related("user").order_by(rank, "user__name", "pk")


def circles_of(person: Person) -> QuerySet[CircleMember, int]:
    """Ids of the circles that hold the person or one of their organisations, for use in a subquery."""
    if not person.is_authenticated:
        return CircleMember.objects.none().values("circle")  # type: ignore[return-value]  # values() of one column
    return CircleMember.objects.filter(Q(user=person.pk) | Q(organisation__in=list(roles_of(person)))).values("circle")  # type: ignore[return-value]  # values() of one column


def user_by_mail(address: str) -> User | None:
    return User.objects.filter(email=fold_mail(address)).first()


def guest(pk: int | str) -> Guest | None:
    return Guest.objects.filter(pk=pk).first()
