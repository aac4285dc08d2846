from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from allmende.core.health import is_migrated
from allmende.core.text import slug
from allmende.portal.actions import set_up
from allmende.regions.actions import HOST
from allmende.regions.models import Land
from allmende.regions.queries import home_region

QUESTIONS = {
    "name": "Name of the town or village",
    "land": "Land, such as DE-BY",
    "address": "Address in the internet, such as https://town.example",
    "admin_mail": "Mail address of the first administrator",
}


class Command(BaseCommand):
    help = (
        "Set up this installation: database, first region, first administrator. The last line is a link that signs the "
        "administrator in, once. Run again with --admin-mail alone, it gives that person all rights and a new link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="name of the town or village")
        parser.add_argument("--slug", help="short name in addresses; made of the name if not given")
        parser.add_argument("--land", help=f"one of {', '.join(Land.values)}")
        parser.add_argument("--address", help="where people find it: https://town.example")
        parser.add_argument("--contact-mail", help="mail address for questions; the administrator's if not given")
        parser.add_argument("--admin-mail", help="mail address of the first administrator")
        parser.add_argument("--no-input", action="store_true", help="ask nothing; fail if something is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError("A demo has its own towns: allmende demo. For real use, take ALLMENDE_DEMO away.")
        if not is_migrated():
            call_command("migrate", interactive=False, verbosity=0)
        present = home_region()
        owed = QUESTIONS if present is None else {"admin_mail": QUESTIONS["admin_mail"]}
        given = self._complete(options, owed)
        try:
            link = set_up(**_checked(given, first=present is None))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._tell(given, present)
        self.stdout.write(link)

    def _complete(self, options: dict[str, Any], owed: dict[str, str]) -> dict[str, str]:
        given = {name: (options[name] or "").strip() for name in [*QUESTIONS, "slug", "contact_mail"]}
        missing = [name for name in owed if not given[name]]
        if missing and options["no_input"]:
            raise CommandError(f"Missing: {', '.join('--' + name.replace('_', '-') for name in missing)}.")
        for name in missing:
            given[name] = input(f"{owed[name]}: ").strip()
        return given

    def _tell(self, given: dict[str, str], present: Any) -> None:
        if present is None:
            self.stdout.write(f"{given['name']} is set up, in preparation: only the team sees it until you open it.")
        else:
            self.stdout.write(f"{present.name} was set up before; nothing of it is changed.")
        self.stdout.write("This link signs the administrator in, once, within seven days:")


def _checked(given: dict[str, str], *, first: bool) -> dict[str, str]:
    """What set_up() takes. Raises CommandError with a sentence for the operator."""
    _refuse_bad_mail(given["admin_mail"])
    contact = (given["contact_mail"] or given["admin_mail"]).lower()
    _refuse_bad_mail(contact)
    scheme, host = _address(given["address"]) if first else ("", "")
    if first and given["land"] not in Land.values:
        raise CommandError(f"--land is one of {', '.join(Land.values)}.")
    short = given["slug"] or slug(given["name"], length=40)
    if first and not short:
        raise CommandError("The name has no letters for an address; choose some with --slug.")
    return {
        "name": given["name"], "slug": short, "land": given["land"], "host": host, "scheme": scheme,
        "contact_mail": contact, "admin_mail": given["admin_mail"],
    }  # fmt: skip


def _refuse_bad_mail(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError(f"{address or 'An empty text'} is no mail address.") from error


def _address(text: str) -> tuple[str, str]:
    """(scheme, host with port) of what was given: https unless it says otherwise."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = parts.netloc.lower()
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host) or parts.path.strip("/"):
        raise CommandError("--address is a host such as https://town.example, without a path.")
    return parts.scheme, host
