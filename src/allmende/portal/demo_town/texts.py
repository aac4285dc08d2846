"""The demo towns' legal texts: the delivered ones with invented facts. Auenstedt lacks some, so it cannot open yet."""

import json
from collections.abc import Iterable
from pathlib import Path

from allmende.accounts.models import User
from allmende.regions.actions import agree, draft_text, publish_text
from allmende.regions.models import LegalText, Region
from allmende.regions.texts import delivered_text

TEXTS = json.loads((Path(__file__).parent / "texts.json").read_text())


def load(region: Region, known: Iterable[User] = ()) -> None:
    """Publish and draft what the town has; ``known`` people have written before and agreed to the netiquette."""
    facts = TEXTS[region.slug]
    drafts = {kind: _draft(region, kind, facts["gaps"]) for kind in [*facts["publish"], *facts.get("draft", [])]}
    for kind in facts["publish"]:
        publish_text(drafts[kind], by=None)
    for person in known:
        agree(drafts[LegalText.Kind.NETIQUETTE], by=person)


def _draft(region: Region, kind: str, gaps: dict[str, str]) -> LegalText:
    body = delivered_text(region, kind)
    for gap, said in gaps.items():
        body = body.replace(f"«{gap}»", said)
    return draft_text(region, kind, body, by=None)
