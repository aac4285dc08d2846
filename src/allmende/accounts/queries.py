from collections.abc import Collection
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Case, Exists, ManyToOneRel, Q, QuerySet, Value, When
from django.utils import timezone

from allmende.accounts.models import (
    CLAIM_WITHIN,
    Application,
    CircleMember,
    Guest,
    Membership,
    Organisation,
    Person,
    User,
    fold_mail,
)
from allmende.accounts.permissions import roles_of

Type = Authenticator.Type


class SecondFactors(NamedTuple):
    """What somebody has besides the mailed code or the password."""

    totp: Authenticator | None
    passkeys: list[Authenticator]
    recovery: Authenticator | None

    def __bool__(self) -> bool:
        """Codes for an emergency alone are none."""
        return bool(self.totp or self.passkeys)


def organisations_of(person: Person) -> QuerySet[Organisation]:
    """The organisations in whose name the person may act, by name."""
    return Organisation.objects.filter(pk__in=roles_of(person)).order_by("name", "pk")


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Memberships with their people: owners, admins, moderators, then the others, by name."""
    order = list(Membership.Role)
    rank = Case(*(When(role=role, then=Value(number)) for number, role in enumerate(order)))
    return organisation.memberships.select_related("user").order_by(rank, "user__name", "pk")


def leaders_of(organisation: Organisation) -> QuerySet[User]:
    """Who runs the organisation: its owners and admins who have a living account."""
    runs = Membership.objects.filter(organisation=organisation, role__in=[Membership.Role.OWNER, Membership.Role.ADMIN])
    return User.objects.filter(pk__in=runs.values("user"), is_active=True).order_by("pk")


def circles_of(person: Person) -> QuerySet[CircleMember, int]:
    """Ids of the circles that hold the person or one of their organisations, for use in a subquery."""
    if not person.is_authenticated:
        return CircleMember.objects.none().values("circle")  # type: ignore[return-value]  # values() of one column
    return CircleMember.objects.filter(Q(user=person.pk) | Q(organisation__in=list(roles_of(person)))).values("circle")  # type: ignore[return-value]  # values() of one column


def user_by_mail(address: str) -> User | None:
    return User.objects.filter(email=fold_mail(address)).first()


def applications_to(organisation: Organisation) -> QuerySet[Application]:
    """Who waits for a word whether they belong to it, the longest wait first."""
    waiting = organisation.applications.filter(decided_at=None, claims=False)
    return waiting.select_related("organisation", "user").order_by("created_at", "pk")


def claims_in(region_id: int) -> QuerySet[Application]:
    """Who says in this region that an organisation without people is theirs, the longest wait first."""
    waiting = Application.objects.filter(region_id=region_id, decided_at=None, claims=True)
    return waiting.select_related("organisation", "user").order_by("created_at", "pk")


def open_application(person: Person, organisation: Organisation | int) -> Application | None:
    """What the person asked of the organisation and nobody has answered yet."""
    if not person.is_authenticated:
        return None
    return Application.objects.filter(user=person.pk, organisation=organisation, decided_at=None).first()


def open_applications_of(person: Person, region_id: int) -> QuerySet[Application]:
    """What the person asked of organisations in this region and nobody has answered yet, the longest wait first."""
    waiting = Application.objects.filter(user=person.pk, region_id=region_id, decided_at=None)
    return waiting.select_related("organisation").order_by("created_at", "pk")


def has_members(organisation: int) -> bool:
    return Membership.objects.filter(organisation=organisation).exists()


def people_who_take_in(organisation: Organisation) -> QuerySet[User]:
    """Everybody who decides about new members."""
    able = [Membership.Role.OWNER, Membership.Role.ADMIN, Membership.Role.MODERATOR]
    return User.objects.filter(memberships__organisation=organisation, memberships__role__in=able, is_active=True)


def is_bare(organisation: Organisation) -> bool:
    """Does no row of the house name it: no member, no entry, no letter, no invitation?"""
    relations = [one for one in Organisation._meta.get_fields(include_hidden=True) if isinstance(one, ManyToOneRel)]
    return not any(
        one.related_model._default_manager.filter(**{one.field.name: organisation}).exists() for one in relations
    )


def guest(pk: int | str) -> Guest | None:
    return Guest.objects.filter(pk=pk).first()


def claimable_guests(user: User) -> QuerySet[Guest]:
    """Guests of the last seven days who showed to read the mailbox of the account, if the account showed it as well."""
    own = EmailAddress.objects.filter(user=user.pk, email=user.email, verified=True)
    since = timezone.now() - CLAIM_WITHIN
    return Guest.objects.filter(Exists(own), mail=user.email, confirmed_at__gt=since).exclude(mail="")


def written_by(guests: Collection[Guest]) -> list[QuerySet[Any]]:
    """What the guests wrote: the rows of every table of the house that names either a user or a guest."""
    relations = Guest._meta.get_fields(include_hidden=True)
    tables = [one.related_model for one in relations if isinstance(one, ManyToOneRel)]
    return [table._base_manager.filter(guest__in=guests) for table in tables]


def number_to_claim(user: User) -> int:
    """How many contributions the account may take over; one query if there are none."""
    guests = list(claimable_guests(user))
    return sum(rows.count() for rows in written_by(guests)) if guests else 0


def second_factors(user: User) -> SecondFactors:
    """App, passkeys (oldest first) and codes for an emergency."""
    rows = list(Authenticator.objects.filter(user=user.pk).order_by("created_at", "pk"))
    one = {row.type: row for row in rows}
    passkeys = [row for row in rows if row.type == Type.WEBAUTHN]
    return SecondFactors(one.get(Type.TOTP), passkeys, one.get(Type.RECOVERY_CODES))


def has_second_factor(user: User) -> bool:
    """An app or a passkey."""
    return bool(Authenticator.objects.filter(user=user.pk, type__in=(Type.TOTP, Type.WEBAUTHN)).exists())


def sessions_of(user: User) -> list[UserSession]:
    """The living sessions of an account, that which was used last first."""
    living = UserSession.objects.purge_and_list(user)
    return sorted(living, key=lambda session: (session.last_seen_at, session.pk), reverse=True)
