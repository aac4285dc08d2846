from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from allmende.regions.actions import HOST, add_region
from allmende.regions.models import Land
from allmende.regions.queries import home_region


class Command(BaseCommand):
    help = "Regions of this installation: allmende region add SLUG …"

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_subparsers(dest="do", required=True).add_parser(
            "add", help="make another region, in preparation"
        )
        add.add_argument("slug", help="short name in addresses: https://home.example/SLUG/")
        add.add_argument("--name", required=True, help="name of the town or village")
        add.add_argument("--land", required=True, choices=Land.values, metavar="LAND", help="such as DE-BY")
        add.add_argument("--contact-mail", required=True, help="mail address for questions")
        add.add_argument("--host", default="", help="a host of its own, such as other-town.example; https")

    def handle(self, *args: Any, **options: Any) -> None:
        if home_region() is None:
            raise CommandError("There is no first region yet: allmende init")
        if options["host"] and not HOST.fullmatch(options["host"].lower()):
            raise CommandError("--host is a name such as other-town.example, without https:// and path.")
        try:
            region = add_region(
                options["slug"], name=options["name"], land=options["land"], contact_mail=options["contact_mail"],
                host=options["host"], by=None,
            )  # fmt: skip
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{region.name} is set up, in preparation: only the team sees it until you open it.")
        self.stdout.write(region.url("portal:home"))
