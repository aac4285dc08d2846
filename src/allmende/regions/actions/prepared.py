"""The team makes an account for somebody who asked for it; the person takes it over by a mailed link, or refuses it."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.accounts.actions import (
    add_member,
    found_organisation,
    join_circle,
    lock_organisation,
    make_account,
    note_takeover,
    require,
)
from allmende.accounts.models import Membership, Organisation, User
from allmende.accounts.queries import is_bare
from allmende.core.log import record
from allmende.core.tokens import issue, revoke, use
from allmende.regions.actions.telling import tell
from allmende.regions.models import PreparedAccount, Region
from allmende.regions.permissions import can_prepare_account
from allmende.regions.queries.prepared import TAKEOVER, account_by_link, waiting_accounts
from allmende.regions.queries.regions import entrance_of

LINK_LIFETIME = timedelta(days=30)
LIFETIME = timedelta(days=90)  # then an account that nobody took over is erased


@transaction.atomic
def prepare_account(
    region: Region,
    *,
    mail: str,
    name: str,
    consent: str = "",
    organisation: Organisation | None = None,
    organisation_name: str = "",
    by: User,
) -> PreparedAccount:
    """Make an account for somebody else and mail them the link. They own ``organisation``, which nobody runs yet, or a
    new one of this name.

    Raises PermissionDenied; ValidationError if the address has an account or the organisation has people by now.
    """
    require(can_prepare_account(by, region))
    user = make_account(mail, name=name, confirmed=False, made_by=by)
    join_circle(region.circle, user=user)
    founded = found_organisation(organisation_name, by=None) if organisation_name else None
    run = founded or (organisation and _without_people(organisation))
    if run is not None:
        add_member(run, user, role=Membership.Role.OWNER, by=None)
    prepared = PreparedAccount.objects.create(user=user, region=region, consent=consent, founded=founded)
    new = {"consent": consent, "organisation": run and run.pk}
    record("account prepared", user, by=by, new=new, region_id=region.pk)
    _send(prepared)
    return prepared


def _without_people(organisation: Organisation) -> Organisation:
    held = lock_organisation(organisation)
    if held.memberships.exists():
        raise ValidationError(_("Diese Organisation hat inzwischen jemand anderes übernommen."), code="run")
    return held


@transaction.atomic
def send_takeover(prepared: PreparedAccount, *, by: User) -> None:
    """Mail a new link; older ones are worthless. Raises PermissionDenied, ValidationError for what is over."""
    require(can_prepare_account(by, prepared.region))
    held = _held(prepared.pk)
    _send(held)
    record("takeover sent", held.user, by=by, region_id=held.region_id)


def _send(prepared: PreparedAccount) -> None:
    user, region = prepared.user, prepared.region
    revoke(TAKEOVER, str(user.pk))
    token = issue(TAKEOVER, str(user.pk), lifetime=LINK_LIFETIME, data={"mail": user.email})
    facts = {"prepared": prepared, "until": timezone.now() + LINK_LIFETIME, "erased_on": prepared.made_at + LIFETIME}
    tell(user, "takeover", region=region, sensitive=True, link=entrance_of(region, "portal:takeover", token), **facts)


def _held(pk: int) -> PreparedAccount:
    """The account as it is now; nobody else takes it over or erases it until the transaction ends."""
    User.objects.select_for_update(of=("self",)).filter(prepared=pk).first()
    found = waiting_accounts().filter(pk=pk).first()
    if found is None:
        raise ValidationError(_("Dieses Konto wartet nicht mehr: Es ist übernommen oder gelöscht."), code="over")
    return found


@transaction.atomic
def take_over(token: str) -> User:
    """Use the link up: the account is its person's, and the address confirmed. Raises ValidationError if it is over."""
    held = _by_link(token)
    user = held.user
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
    note_takeover(user, region_id=held.region_id)
    return user


@transaction.atomic
def refuse_takeover(token: str) -> None:
    """The person does not want it: the account is erased. Raises ValidationError if the link is over."""
    _erase(_by_link(token), by=None, reason=_("Die Person möchte das Konto nicht."))


def _by_link(token: str) -> PreparedAccount:
    over = ValidationError(_("Dieser Link gilt nicht mehr."), code="link")
    found = account_by_link(token)
    if found is None:
        raise over
    held = _held(found.pk)  # before the token: whoever erases the account takes them in this order
    if use(TAKEOVER, token) is None:
        raise over
    return held


@transaction.atomic
def discard_account(prepared: PreparedAccount, *, by: User) -> None:
    """The team takes back what was a mistake. Raises PermissionDenied, ValidationError for what is over."""
    require(can_prepare_account(by, prepared.region))
    _erase(_held(prepared.pk), by=by)


def _erase(prepared: PreparedAccount, *, by: User | None, reason: str = "") -> None:
    """With the organisation that was founded for it, unless somebody or something else is in it by now."""
    user, founded = prepared.user, prepared.founded
    revoke(TAKEOVER, str(user.pk))
    record("account erased", user, by=by, reason=reason, region_id=prepared.region_id)
    user.delete()
    if founded is not None and is_bare(founded):
        record("organisation dissolved", founded, by=by, region_id=prepared.region_id)
        founded.delete()


def erase_forgotten_accounts() -> int:
    """Those that nobody took over in time; return how many."""
    over = list(waiting_accounts().filter(made_at__lt=timezone.now() - LIFETIME).values_list("pk", flat=True))
    return sum(_erase_forgotten(pk) for pk in over)


@transaction.atomic
def _erase_forgotten(pk: int) -> bool:
    try:
        held = _held(pk)
    except ValidationError:
        return False
    _erase(held, by=None, reason=_("Niemand hat das Konto übernommen."))
    return True
