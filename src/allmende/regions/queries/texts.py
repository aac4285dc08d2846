"""The texts that a region owes its people, in their versions."""

from typing import NamedTuple

from django.db.models import QuerySet

from allmende.accounts.models import Person, User
from allmende.regions.models import Consent, LegalText, Region

Kind = LegalText.Kind


class TextState(NamedTuple):
    """Where a text stands: its version in force and its draft, None for what there is not."""

    kind: LegalText.Kind
    in_force: LegalText | None
    draft: LegalText | None

    @property
    def is_compulsory(self) -> bool:
        return self.kind in LegalText.COMPULSORY


def versions_of(region: Region, kind: str) -> QuerySet[LegalText]:
    """The published versions of a text, the newest first."""
    return LegalText.objects.filter(region=region, kind=kind, published_at__isnull=False).order_by("-version")


def text_in_force(region: Region, kind: str) -> LegalText | None:
    """The newest published version. No query where there is none."""
    return versions_of(region, kind).first() if kind in region.texts_in_force else None


def draft_of(region: Region, kind: str) -> LegalText | None:
    return LegalText.objects.filter(region=region, kind=kind, published_at=None).first()


def missing_texts(region: Region) -> list[LegalText.Kind]:
    """The compulsory texts without a version in force: a region lacking one does not open. No query."""
    return [kind for kind in LegalText.COMPULSORY if kind not in region.texts_in_force]


def text_states(region: Region) -> list[TextState]:
    """Every kind of text with its version in force and its draft; one query."""
    rows = list(LegalText.objects.filter(region=region).order_by("version"))
    in_force = {row.kind: row for row in rows if row.published_at}
    drafts = {row.kind: row for row in rows if not row.published_at}
    return [TextState(kind, in_force.get(kind), drafts.get(kind)) for kind in Kind]


def netiquette_owed(region: Region, person: Person | None) -> LegalText | None:
    """The netiquette that somebody has to agree to before writing: of guests each time, of people once a version."""
    text = text_in_force(region, Kind.NETIQUETTE)
    if text is None or not isinstance(person, User):
        return text
    return None if Consent.objects.filter(user=person, text=text).exists() else text
