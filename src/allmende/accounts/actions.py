from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.models import Circle, CircleMember, Guest, Membership, Organisation, User, fold_mail
from allmende.accounts.permissions import can_hand_over, can_manage_members, forget_roles
from allmende.accounts.queries import claimable_guests, written_by
from allmende.core.log import record

Role = Membership.Role
NOTED = "noted_at"


def require(allowed: bool) -> None:  # noqa: FBT001  # reads as a sentence: require(can_edit(user, entry))
    """Raise PermissionDenied unless allowed."""
    if not allowed:
        raise PermissionDenied


@transaction.atomic
def found_organisation(name: str, *, by: User | None) -> Organisation:
    """A new organisation; ``by`` becomes its owner. Without ``by`` (an import) nobody owns it yet."""
    organisation = Organisation.objects.create(name=name)
    if by is not None:
        Membership.objects.create(organisation=organisation, user=by, role=Role.OWNER)
        forget_roles(by)
    record("organisation founded", organisation, by=by, new={"name": name})
    return organisation


def lock_organisation(organisation: Organisation) -> Organisation:
    """Within a transaction: whoever else changes what hangs on the organisation waits."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


@transaction.atomic
def add_member(organisation: Organisation, user: User, *, role: str = Role.MEMBER, by: User | None) -> Membership:
    """Add a member; who is one already keeps the role that they have. Raises PermissionDenied."""
    if by is not None:
        require(can_manage_members(by, organisation) and (role != Role.OWNER or can_hand_over(by, organisation)))
    membership, created = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    if created:
        record("member added", organisation, by=by, new={"user": user.pk, "role": role})
    forget_roles(user)
    return membership


def _lock(organisation: Organisation | int, *, by: User) -> None:
    """Nobody else changes its members until the transaction ends: two owners who leave at once wait for each other.

    What ``by`` may is read anew, since it may have changed while waiting.
    """
    key = organisation.pk if isinstance(organisation, Organisation) else organisation
    Organisation.objects.select_for_update().get(pk=key)
    forget_roles(by)


def _present(membership: Membership) -> Membership:
    """The membership as it is now."""
    found = Membership.objects.select_related("organisation", "user").filter(pk=membership.pk).first()
    if found is None:
        raise ValidationError(_("Diese Person gehört nicht mehr dazu."), code="not_a_member")
    return found


def _refuse_without_owner(membership: Membership) -> None:
    others = membership.organisation.memberships.filter(role=Role.OWNER).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise ValidationError(
            _(
                "Bitte übergeben Sie zuerst die Hauptverantwortung: "
                "Eine Organisation braucht immer jemanden, der sie hat."
            ),
            code="last_owner",
        )


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> None:
    """Raises PermissionDenied, or ValidationError if it would leave the organisation without an owner."""
    _lock(membership.organisation_id, by=by)
    member = _present(membership)
    organisation = member.organisation
    touches_owner = Role.OWNER in {role, member.role}
    require(can_hand_over(by, organisation) if touches_owner else can_manage_members(by, organisation))
    if role != Role.OWNER:
        _refuse_without_owner(member)
    record("role changed", organisation, by=by, old={"role": member.role}, new={"user": member.user_id, "role": role})
    member.role = role
    member.save(update_fields=["role"])
    forget_roles(by)


@transaction.atomic
def remove_member(membership: Membership, *, by: User) -> None:
    """Leave (``by`` is the member) or be removed. Raises PermissionDenied or ValidationError (last owner)."""
    _lock(membership.organisation_id, by=by)
    member = _present(membership)
    organisation = member.organisation
    allowed = can_hand_over(by, organisation) if member.role == Role.OWNER else can_manage_members(by, organisation)
    require(member.user_id == by.pk or allowed)
    _refuse_without_owner(member)
    record("member removed", organisation, by=by, old={"user": member.user_id, "role": member.role})
    member.delete()
    forget_roles(by)


@transaction.atomic
def leave_organisations(user: User) -> None:
    """All of them, before an account goes. One where nobody else belongs is left to whoever asks for it.

    Raises ValidationError where others belong and nobody else is its owner.
    """
    for membership in user.memberships.order_by("organisation_id"):
        _lock(membership.organisation_id, by=user)
        member = _present(membership)
        if member.organisation.memberships.exclude(pk=member.pk).exists():
            _refuse_without_owner(member)
        record("member removed", member.organisation, by=user, old={"user": user.pk, "role": member.role})
        member.delete()
    forget_roles(user)


@transaction.atomic
def hand_over(organisation: Organisation, *, to: User, by: User) -> None:
    """Another member becomes owner, ``by`` goes on as admin. Raises PermissionDenied, ValidationError."""
    _lock(organisation, by=by)
    require(can_hand_over(by, organisation))
    if not Membership.objects.filter(organisation=organisation, user=to).update(role=Role.OWNER):
        raise ValidationError(_("Nur ein Mitglied kann die Hauptverantwortung übernehmen."), code="not_a_member")
    if to.pk != by.pk:
        Membership.objects.filter(organisation=organisation, user=by).update(role=Role.ADMIN)
    record("organisation handed over", organisation, by=by, old={"owner": by.pk}, new={"owner": to.pk})
    forget_roles(by)


@transaction.atomic
def welcome_guest(mail: str, *, name: str = "", language: str = "") -> Guest:
    """An unconfirmed guest; whatever they do waits for the link in the mail."""
    return Guest.objects.create(mail=fold_mail(mail), name=name, language=language)


@transaction.atomic
def confirm_guest(guest: Guest) -> None:
    if not guest.is_confirmed:
        guest.confirmed_at = timezone.now()
        guest.save(update_fields=["confirmed_at"])


def keep_guest(guest: Guest, *, until: datetime) -> None:
    """Whoever still waits for an answer is not erased meanwhile; the time never becomes shorter."""
    Guest.objects.filter(pk=guest.pk, expires_at__lt=until).exclude(mail="").update(expires_at=until)


@transaction.atomic
def claim_guests(user: User) -> int:
    """Whatever somebody wrote as a guest in the last days becomes the account's, if both have shown to read the same
    mailbox; the guest is erased. Return how many contributions that were.
    """
    guests = list(claimable_guests(user))
    count = sum(rows.update(user=user, guest=None) for rows in written_by(guests)) if guests else 0
    _erase(Guest.objects.filter(pk__in=[guest.pk for guest in guests]))
    if guests:
        record("guest claimed", user, by=user, new={"contributions": count})
    return count


@transaction.atomic
def join_circle(circle: Circle, *, user: User | None = None, organisation: Organisation | None = None) -> None:
    CircleMember.objects.get_or_create(circle=circle, user=user, organisation=organisation)


@transaction.atomic
def leave_circle(circle: Circle, *, user: User) -> None:
    CircleMember.objects.filter(circle=circle, user=user).delete()


def new_circle(name: str) -> Circle:
    return Circle.objects.create(name=name)


@transaction.atomic
def make_account(mail: str, *, name: str, language: str = "", confirmed: bool, made_by: User | None = None) -> User:
    """A new account without a password; ``confirmed`` says that its person has just shown to read this mailbox.

    Raises ValidationError if the address has an account.
    """
    taken = ValidationError(_("Zu dieser Adresse gibt es schon ein Konto."), code="taken")
    if User.objects.filter(email=fold_mail(mail)).exists():
        raise taken
    try:
        with transaction.atomic():
            user = User.objects.create_user(mail, name=name, language=language, made_by=made_by)
    except IntegrityError:  # two at the same moment
        raise taken from None
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=confirmed)
    record("account made", user, by=made_by or user)
    return user


@transaction.atomic
def note_takeover(user: User, *, region_id: int | None = None) -> None:
    """An account that somebody else made is its person's from now on."""
    user.taken_over_at = timezone.now()
    user.save(update_fields=["taken_over_at"])
    record("account taken over", user, by=user, old={"made_by": user.made_by_id}, region_id=region_id)


@transaction.atomic
def name_account(user: User, name: str, *, language: str) -> None:
    """What a new account learns when somebody signs up."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])


@transaction.atomic
def update_account(user: User, *, name: str, first_name: str, last_name: str, language: str) -> None:
    user.name, user.first_name, user.last_name, user.language = name, first_name, last_name, language
    user.save(update_fields=["name", "first_name", "last_name", "language"])


def set_active(user: User, *, active: bool) -> None:
    """Whether the person may sign in; without, sessions that are open count for nothing from the next page on."""
    User.objects.filter(pk=user.pk).update(is_active=active)
    user.is_active = active


def erase_expired_guests() -> int:
    """Guests whose date is over lose name and address; what they wrote stays with its owner (domain, states 14)."""
    over = Guest.objects.filter(expires_at__lt=timezone.now()).exclude(mail="")
    return _erase(over)


def _erase(guests: QuerySet[Guest]) -> int:
    return guests.update(mail="", name="")


def use_up_code(authenticator: Authenticator, code: str) -> bool:
    """Note the half minute that a code of an app is for; False if that one or a later one opened already.

    One statement, so that of two processes that get the same code at once only one lets it pass.
    """
    secret = decrypt(authenticator.data["secret"])
    step = max((step for step in yield_hotp_counters_from_time() if _is_code(code, secret, step)), default=0)
    is_new = Q(data__last_step__isnull=True) | Q(data__last_step__lt=step)
    fresh = Authenticator.objects.filter(is_new, pk=authenticator.pk)
    return bool(step and fresh.update(data={**authenticator.data, "last_step": step}))


def _is_code(code: str, secret: str, step: int) -> bool:
    return bool(compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))))


@transaction.atomic
def take_second_factor(user: User) -> int:
    """Take away app, passkeys and codes for an emergency, and sign the account out everywhere; return how many ways
    in that were.
    """
    count: int = Authenticator.objects.filter(user=user).delete()[0]
    for session in UserSession.objects.filter(user=user):
        session.end()
    return count


def note_session(request: Any) -> None:
    """Write down from where and when this session was used; the session remembers that it was."""
    UserSession.objects.create_from_request(request)
    request.session[NOTED] = timezone.now().timestamp()


def forget_ended_sessions() -> int:
    """Delete what we noted of sessions that have run out; return of how many."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return int(UserSession.objects.exclude(session_key__in=living).delete()[0])
