"""What of the desk somebody may see; who may do what is decided on the floors below."""

from allauth.account.models import EmailAddress

from allmende.accounts.models import Person, User
from allmende.regions.models import Region
from allmende.regions.permissions import can_administer, can_read_records, is_platform_admin, is_staff
from allmende.regions.queries.prepared import is_prepared_elsewhere


def can_see_desk(person: Person, region: Region) -> bool:
    return is_staff(person, region)


def can_read_log(person: Person, region: Region) -> bool:
    """The log shows drafts' titles and old texts: for those who may read these anyway, and for data protection."""
    return can_read_records(person, region)


def can_read_log_of_platform(person: Person) -> bool:
    """What belongs to no region: accounts, organisations, the installation."""
    return is_platform_admin(person)


def can_change_settings(person: Person, region: Region) -> bool:
    return can_administer(person, region)


def can_see_mails(person: Person, region: Region) -> bool:
    """What became of them, not what stands in them."""
    return can_administer(person, region)


def can_see_mails_of_platform(person: Person) -> bool:
    return is_platform_admin(person)


def can_correct_address(person: Person, region: Region, user: User) -> bool:
    """The address is the way into an account: once its person confirmed it, or works here, only the platform may."""
    if is_platform_admin(person):
        return True
    if not can_administer(person, region) or user.roles.exists() or is_prepared_elsewhere(user, region):
        return False
    return not EmailAddress.objects.filter(user=user, verified=True).exists()


def can_manage_people(person: Person, region: Region) -> bool:
    return can_administer(person, region)


def can_reset_second_factor(person: Person, region: Region) -> bool:
    """An account belongs to no region, so neither does what guards it."""
    return is_platform_admin(person)
