"""Somebody lost telephone and codes for an emergency: the platform's administration opens the way in again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.accounts.actions import require, take_second_factor
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.notifications.actions import notify
from allmende.portal.permissions import can_reset_second_factor
from allmende.regions.models import Region


@transaction.atomic
def reset_second_factor(user: User, *, by: User | None, reason: str, region: Region) -> None:
    """Take every second factor of an account away, sign it out everywhere, log it, and tell both sides by mail.

    ``by`` is None for the operator's command. Raises PermissionDenied, ValidationError if there is none.
    """
    require(by is None or can_reset_second_factor(by, region))
    if not take_second_factor(user):
        raise ValidationError(_("Dieses Konto hat keinen zweiten Faktor."), code="none")
    record("second factor reset", user, by=by, reason=reason)
    notify(user, "portal/second_factor_reset", region=region, reason=reason)
    if by is not None:
        notify(by, "portal/second_factor_was_reset", region=region, reason=reason, user=user)
