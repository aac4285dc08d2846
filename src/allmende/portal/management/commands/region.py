from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from allmende.portal.actions import add_town
from allmende.portal.management.answers import a_host, a_land, a_mail, a_name, a_short_name
from allmende.regions.models import Land, Region
from allmende.regions.queries import all_regions, home_region, region_by_slug


class Command(BaseCommand):
    help = "Regions of this installation: allmende region add SLUG … makes another one, allmende region list names all."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="do", required=True)
        add = verbs.add_parser("add", help="make another region, in preparation; the last line is its address")
        add.add_argument("slug", help="short name in addresses: https://home.example/SLUG/")
        add.add_argument("--name", required=True, help="name of the town or village")
        add.add_argument("--land", required=True, help=f"one of {', '.join(Land.values)}")
        add.add_argument("--contact-mail", help="mail address for questions; the administrator's if not given")
        add.add_argument("--admin", default="", help="mail address of the first administrator, who is invited by mail")
        add.add_argument("--topics-from", default="", help="slug of a region whose topics the new one begins with")
        add.add_argument("--host", default="", help="a host of its own, such as other-town.example; https")
        verbs.add_parser("list", help="slug, stage, name and address of each region")

    def handle(self, *args: Any, **options: Any) -> None:
        if home_region() is None:
            raise CommandError("Es gibt noch keine erste Region. Sie entsteht mit: allmende init")
        if options["do"] == "list":
            for region in all_regions():
                self.stdout.write(f"{region.slug}\t{region.stage}\t{region.name}\t{region.url('portal:home')}")
            return
        self._add(options)

    def _add(self, options: dict[str, Any]) -> None:
        admin = a_mail(options["admin"]) if options["admin"] else ""
        if not (options["contact_mail"] or admin):
            raise CommandError("Es fehlt: --contact-mail oder --admin.")
        try:
            region = add_town(
                a_short_name(options["slug"]),
                name=a_name(options["name"].strip()),
                land=a_land(options["land"]),
                contact_mail=a_mail(options["contact_mail"]) if options["contact_mail"] else admin,
                host=a_host(options["host"]),
                topics_from=_source(options["topics_from"]),
                admin=admin,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{region.name} ist angelegt. Bis zur Eröffnung sieht es nur das Team.")
        if admin:
            self.stdout.write(f"Die Einladung für die Verwaltung geht an {admin}, sobald der Dienst läuft.")
        self.stdout.write(region.url("portal:home"))


def _source(slug: str) -> Region | None:
    region = region_by_slug(slug) if slug else None
    if slug and region is None:
        raise CommandError(f"--topics-from: Eine Region „{slug}“ gibt es nicht. Alle nennt: allmende region list")
    return region
