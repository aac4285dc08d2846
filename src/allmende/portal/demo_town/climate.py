"""The demo's thematic portal, and the topics by which entries of the town stand in it."""

import json
from pathlib import Path

from allmende.entries.actions import CLIMATE_TOPICS, relist, set_topics
from allmende.entries.demo import Town, stored
from allmende.portal.actions.portals import open_portal
from allmende.regions.models import Portal

FACTS = json.loads((Path(__file__).parent / "climate.json").read_text())


def load(town: Town) -> None:
    portal = open_portal(town.region, name=FACTS["name"], path=FACTS["path"], topics=CLIMATE_TOPICS, by=None)
    _dress(town, portal)
    topics = {topic.slug: topic for topic in portal.scheme.topics.all()}
    for kind, rows in FACTS["topics"].items():
        for slug, wanted in rows.items():
            entry = town.entries[kind, slug]
            set_topics(entry, [topics[one] for one in wanted], main=None, schemes={portal.scheme.pk})
            relist([entry.pk])
    town.tell(f"Themenportal „{portal.name}“")


def _dress(town: Town, portal: Portal) -> None:
    for name in ("claim", "about", "brand", "accent"):
        setattr(portal, name, FACTS[name])
    for name, credit in (("logo", ""), ("picture", FACTS["picture_credit"])):
        if (town.pictures / FACTS[name]).exists():
            facts = {"alt": FACTS[f"{name}_alt"], "credit": credit, "rights_confirmed": True}
            setattr(portal, name, stored(town, FACTS[name], keep_alpha=name == "logo", **facts))
    portal.save()
