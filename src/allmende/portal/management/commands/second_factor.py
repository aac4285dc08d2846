from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from allmende.accounts.queries import user_by_mail
from allmende.portal.actions import reset_second_factor
from allmende.regions.queries import home_region


class Command(BaseCommand):
    help = (
        "Take away every second factor of an account that lost telephone and codes, and sign it out everywhere. "
        "Platform admins do the same in the browser; this is for when the only one of them is locked out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("mail", help="mail address of the account")
        parser.add_argument("--reason", required=True, help="how you know that it is this person; they read it")

    def handle(self, *args: Any, **options: Any) -> None:
        user, region = user_by_mail(options["mail"]), home_region()
        if user is None or region is None:
            raise CommandError(f"No account has the address {options['mail']}.")
        try:
            reset_second_factor(user, by=None, reason=options["reason"], region=region)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.email} signs in without a second factor now, and knows it by mail.")
