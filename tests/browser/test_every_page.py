"""Every page of the town, as everybody: it answers, is accessible, valid, narrow enough, and asks nobody else."""

import re
import shutil
import traceback
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import behind_desk
import behind_doors
import behind_forms
import pytest
from checks import PAGES, Watch, validate
from contract.samples import routes
from crawler import Crawler
from onlooker import REGION, Findings, Onlooker
from playwright.sync_api import Browser
from server import ACCOUNTS, command
from visitors import Visitors

HERE = Path(__file__).parent
EVERYBODY = ("guest", *ACCOUNTS)
WALKS = behind_doors.WALKS | behind_forms.WALKS | behind_desk.WALKS
WAYS = (*EVERYBODY, *WALKS)
# Pages that no link leads to.
STARTS = ("/", "/demo/", "/demo/post/", "/regionen/", "/auenstedt/", "/anmelden/", "/anmelden/passwort/")
# Ends of addresses that show no page of their own, each with the reason. All others have to be visited.
POST_ALONE, SCRIPT, MACHINE, PART = "takes POST alone", "asked by a script", "asked by a machine", "a part of pages"
NO_PAGE = {
    "/absage/": POST_ALONE,
    "konto/uebernehmen/": POST_ALONE,
    "/starten/": POST_ALONE,
    "/verwerfen/": POST_ALONE,
    "/zurueckziehen/": POST_ALONE,
    "/von-vorn/": POST_ALONE,
    "nachrichten/<int:pk>/adresse/": POST_ALONE,
    "sprache/": POST_ALONE,
    "/aussehen/vorschau/": SCRIPT,
    "/karte/punkte.json": SCRIPT,
    "karte/adresse/": SCRIPT,
    "karte/ortsteile.json": SCRIPT,
    "health/live": MACHINE,
    "health/ready": MACHINE,
    "bilder/<str:token>/<int:width>.webp": PART,
    "karte/kacheln/<str:scheme>/<int:z>/<int:x>/<int:y>.svg": PART,
    "theme/<str:digest>.css": PART,
    "demo/post/<str:name>/<int:number>/": "a file; no letter of the demo has one yet",
}


class Way(NamedTuple):
    findings: Findings
    watch: Watch


@pytest.fixture(scope="session")
def way_of(browser: Browser, address: str, data: Path, signed_in: Callable[[str], dict]) -> Callable[[str], Way]:
    """What an account meets on its way along the links, or somebody on a walk behind forms; each goes once."""
    shutil.rmtree(PAGES, ignore_errors=True)
    looked_at: set[str] = set()

    @cache
    def go(way: str) -> Way:
        onlooker = Onlooker(PAGES / re.sub(r"\W+", "-", way), looked_at)
        town = Visitors(browser, address, signed_in, onlooker, partial(command, data, demo=False))
        try:
            if way in WALKS:
                WALKS[way](town)
            else:
                Crawler(town, way).run(*STARTS)
        except Exception as error:  # noqa: BLE001  # kept, so that nobody goes there again to fail in the same place
            onlooker.findings.dead.append(where_it_ended(error))
        town.leave()
        return Way(onlooker.findings, town.watch)

    return go


def where_it_ended(error: Exception) -> str:
    steps = [step for step in traceback.extract_tb(error.__traceback__) if Path(step.filename).parent == HERE]
    return "\n".join([*(f"{Path(step.filename).name}:{step.lineno} {step.line}" for step in steps), str(error)])


@pytest.mark.parametrize("way", WAYS)
def test_every_link_leads_somewhere(way_of, way):
    findings = way_of(way).findings

    assert findings.dead == []
    assert len(findings.visited) + len(findings.saved) > 0


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing(way_of, way):
    assert way_of(way).findings.axe == []


@pytest.mark.parametrize("way", WAYS)
def test_nobody_scrolls_sideways_on_320_px(way_of, way):
    assert way_of(way).findings.wide == []


@pytest.mark.parametrize("way", WAYS)
def test_no_foreign_host_is_asked(way_of, way):
    assert way_of(way).watch.foreign == []


@pytest.mark.parametrize("way", WAYS)
def test_the_console_is_silent(way_of, way):
    assert way_of(way).watch.complaints == []


def test_the_html_is_valid(way_of):
    saved = [path for way in WAYS for path in way_of(way).findings.saved]

    assert validate(saved) == []


def test_every_address_was_visited(way_of):
    met = {pattern.partition("?")[0] for way in WAYS for pattern in way_of(way).findings.visited}
    unseen = set(routes()) - {route.removeprefix(REGION) for route in met}

    assert [route for route in sorted(unseen) if not route.endswith(tuple(NO_PAGE))] == []
    assert [end for end in NO_PAGE if not any(route.endswith(end) for route in unseen)] == []
