import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from allmende.core.doctor import GOOD, HINT, UNSEEN, WRONG, Asked, Finding, examine

WORDS = {GOOD: "gut", HINT: "Hinweis", WRONG: "FEHLER", UNSEEN: "nicht geprüft"}


class Command(BaseCommand):
    help = "Looks what ails this installation and says how to mend it. Ends with 1 if something is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for a machine that watches")
        parser.add_argument("--mail-to", default="", help="an address that the mail server is asked about")
        parser.add_argument("--dkim", default="", metavar="SELECTOR", help="the name of the DKIM key")

    def handle(self, *_: Any, mail_to: str, dkim: str, **options: Any) -> None:
        asked = Asked(mail_to=mail_to, selector=dkim)
        findings = []
        for finding in examine(asked):
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(_told(finding))
                self.stdout.flush()
        counts = Counter(finding.state for finding in findings)
        if options["json"]:
            well = not counts[WRONG]
            told = {"well": well, "findings": [asdict(finding) for finding in findings]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(", ".join(f"{counts[state]} {word}" for state, word in WORDS.items()))
        if counts[WRONG]:
            raise SystemExit(1)


def _told(finding: Finding) -> str:
    line = f"{WORDS[finding.state]:>13}  {finding.about}: {finding.text}"
    return f"{line}\n{'':15}-> {finding.mend}" if finding.mend else line
