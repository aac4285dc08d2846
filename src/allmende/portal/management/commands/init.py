from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from allmende.core.health import is_migrated
from allmende.core.text import slug
from allmende.portal.actions import set_up
from allmende.portal.management.answers import a_land, a_mail, a_name, a_short_name, an_address
from allmende.regions.models import Land, Region
from allmende.regions.queries import home_region

WELCOME = """\
Willkommen! Nach vier Antworten steht die Installation. Abbrechen: Strg+C; vorher wird nichts angelegt.
"""


class Question(NamedTuple):
    text: str
    checked: Callable[[str], str]  # what is kept of an answer; raises CommandError with what to do


QUESTIONS = {
    "name": Question("Wie heißt der Ort?", a_name),
    "land": Question("In welchem Bundesland liegt er? (zum Beispiel Bayern oder DE-BY)", a_land),
    "address": Question("Unter welcher Adresse werden Menschen ihn finden? (https://…)", an_address),
    "admin_mail": Question("Welche E-Mail-Adresse hat die erste Person in der Verwaltung?", a_mail),
}


class Command(BaseCommand):
    help = (
        "Set up this installation: database, first region, first administrator. The last line is a link that signs the "
        "administrator in, once. With --admin-mail alone, it gives that person all rights and a new link later on, too."
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
            raise CommandError(
                "Eine Demo hat ihre eigenen Orte: allmende demo. Für echte Menschen bitte ALLMENDE_DEMO wegnehmen."
            )
        given = {name: text for name in [*QUESTIONS, "slug", "contact_mail"] if (text := (options[name] or "").strip())}
        present = _present()
        if present:
            _refuse_second(present, given)
        answers = self._answers(given, QUESTIONS if present is None else {}, ask=not options["no_input"])
        call_command("migrate", interactive=False, verbosity=0)
        try:
            link = set_up(**answers)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._tell(answers["name"] or str(present))
        self.stdout.write(link)

    def _answers(self, given: dict[str, str], owed: dict[str, Question], *, ask: bool) -> dict[str, str]:
        """What set_up() takes, all of it checked before anything is made."""
        answers = {name: question.checked(given[name]) for name, question in QUESTIONS.items() if name in given}
        missing = [name for name in owed if name not in answers]
        if missing and not ask:
            raise CommandError(f"Es fehlt: {', '.join('--' + name.replace('_', '-') for name in missing)}.")
        if len(missing) == len(QUESTIONS):
            self.stdout.write(WELCOME)
        for name in missing:
            answers[name] = self._asked(QUESTIONS[name])
        name, (scheme, _, host) = answers.get("name", ""), answers.get("address", "").partition("://")
        return {
            "name": name,
            "slug": a_short_name(given.get("slug") or slug(name, length=40)) if owed else "",
            "land": answers.get("land", ""),
            "scheme": scheme,
            "host": host,
            "contact_mail": a_mail(given.get("contact_mail") or answers["admin_mail"]),
            "admin_mail": answers["admin_mail"],
        }

    def _asked(self, question: Question) -> str:
        """Ask until the answer is good."""
        while True:
            try:
                return question.checked(input(f"{question.text} ").strip())
            except CommandError as error:
                self.stdout.write(f"  {error}")
            except (EOFError, KeyboardInterrupt) as end:
                raise CommandError("Abgebrochen. Es ist nichts eingerichtet.") from end

    def _tell(self, name: str) -> None:
        self.stdout.write(f"{name} ist eingerichtet. Bis zur Eröffnung sieht es nur das Team.")
        if not settings.EMAIL_HOST:
            self.stdout.write("Es fehlt noch der Mailserver (ALLMENDE_MAIL_URL): Ohne ihn startet der Dienst nicht.")
        self.stdout.write("Starten Sie jetzt den Dienst. Was noch fehlt, sagt: allmende doctor")
        self.stdout.write("Mit diesem Link meldet sich die Verwaltung an, einmal und innerhalb von sieben Tagen.")
        self.stdout.write("Geben Sie ihn nur ihr: Wer ihn hat, darf alles.")


def _present() -> Region | None:
    """The first region of the installation that is here; None where there is none, or an init was broken off."""
    if Region._meta.db_table not in connection.introspection.table_names():
        return None
    if is_migrated():
        return home_region()
    if Region.objects.exists():
        raise CommandError(
            "Hier liegt eine Installation einer älteren Version. Bitte zuerst sichern (allmende backup), "
            "dann auf den neuen Stand bringen (allmende migrate)."
        )
    return None


def _refuse_second(present: Region, given: dict[str, str]) -> None:
    """Only a new link for an administrator is to be had."""
    if set(given) != {"admin_mail"}:
        raise CommandError(
            f"Hier ist schon {present.name} eingerichtet ({present.url('portal:home')}); daran ist nichts geändert.\n"
            "Einen neuen Link für die Verwaltung gibt: allmende init --admin-mail ADRESSE\n"
            "Einen weiteren Ort legt an: allmende region add KÜRZEL"
        )
