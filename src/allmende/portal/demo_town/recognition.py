"""One organisation is recognised, one waits for the decision, one has forgotten to renew it."""

from datetime import date, timedelta
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from allmende.accounts.models import User
from allmende.core.pdf import write_pdf
from allmende.entries.demo import Town
from allmende.regions.actions import decide_recognition, expire_recognitions, look_at_proof, request_recognition
from allmende.regions.models import Recognition

HERE = Path(__file__).parent
GRANTED = "Der Freistellungsbescheid liegt vor, die Satzung verfolgt gemeinnützige Zwecke."
# (organisation, who asks, why, requested so many days ago, recognised until so many days from now)
REQUESTS = [
    (
        "feuerwehrverein-lindach",
        "anbieter",
        "Wir bilden Kinder und Erwachsene im Brandschutz aus und helfen im Notfall, alles ehrenamtlich.",
        390,
        -18,
    ),
    (
        "tsv-lindach-1921",
        "verein",
        "Sport für alle von 3 bis 89 Jahren. Wer den Beitrag nicht zahlen kann, macht trotzdem mit.",
        170,
        560,
    ),
    (
        "theatergruppe-kulissenschieber",
        "verein2",
        "Wir spielen zweimal im Jahr für die ganze Stadt, unsere Jugendgruppe kostet nichts. Die Satzung liegt bei.",
        3,
        None,
    ),
]


def load(town: Town) -> None:
    today = timezone.localdate(timezone=town.region.zone)
    for slug, account, reason, days_ago, days_left in REQUESTS:
        organisation, asks = town.organisations[slug], town.people[account]
        paper = ContentFile(_notice(organisation.name), name="Bescheid.pdf")
        made = request_recognition(organisation, region=town.region, reason=reason, proof=paper, by=asks)
        _backdate(made, days_ago)
        if days_left is not None:
            _grant(made, by=town.editor, until=today + timedelta(days=days_left), days_ago=days_ago - 4)
    expire_recognitions()


def _grant(made: Recognition, *, by: User, until: date, days_ago: int) -> None:
    look_at_proof(made, by=by)
    decide_recognition(made, by=by, decision=GRANTED, valid_until=until)
    Recognition.objects.filter(pk=made.pk).update(decided_at=timezone.now() - timedelta(days=days_ago))


def _backdate(made: Recognition, days: int) -> None:
    Recognition.objects.filter(pk=made.pk).update(requested_at=timezone.now() - timedelta(days=days))


def _notice(name: str) -> bytes:
    about = f"Der Verein „{name}“ fördert gemeinnützige Zwecke im Sinne der Abgabenordnung."
    data = {"title": "Bescheid", "name": name, "paragraphs": [about, "Dieser Bescheid gilt für drei Jahre."]}
    return write_pdf(HERE / "proof.typ", data)
