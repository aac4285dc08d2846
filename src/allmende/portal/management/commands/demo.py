from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from allmende.portal.actions import make_demo, move_demo
from allmende.portal.actions.demo import NotEmpty


class Command(BaseCommand):
    help = "Make the demo towns Lindach and Auenstedt with their people. A second run changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--origin", default="", help="where the demo answers (http://127.0.0.1:8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo town is made in a demo alone: ALLMENDE_DEMO=1 on an empty database.")
        origin = options["origin"].rstrip("/")
        if origin and (
            urlsplit(origin).scheme not in ("http", "https") or not urlsplit(origin).netloc or urlsplit(origin).path
        ):
            raise CommandError("--origin is an address such as http://127.0.0.1:8000")
        began = monotonic()
        try:
            made = make_demo(origin or "http://127.0.0.1:8000", tell=self._tell)
        except NotEmpty as error:
            raise CommandError(
                f"This database holds a real region, {error}; nothing was changed. "
                "The demo wants an empty database: give it a data folder of its own, ALLMENDE_DATA=…"
            ) from error
        if made:
            self._tell(f"Lindach ist fertig ({monotonic() - began:.0f} s).")
        elif origin:
            move_demo(origin)

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
