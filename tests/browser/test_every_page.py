"""Every page of the town, as everybody: it answers, is accessible, valid, narrow enough, and asks nobody else."""

import shutil
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest
from checks import PAGES, Watch, axe_everywhere, validate
from crawler import Crawler, Findings
from playwright.sync_api import Browser
from server import ACCOUNTS

EVERYBODY = ("guest", *ACCOUNTS)
# Pages that no link leads to, and one that is not there.
STARTS = ("/", "/demo/", "/demo/post/", "/regionen/", "/auenstedt/", "/anmelden/", "/anmelden/passwort/")


class Way(NamedTuple):
    findings: Findings
    watch: Watch


@pytest.fixture(scope="session")
def way_of(browser: Browser, address: str, signed_in: Callable[[str], dict]) -> Callable[[str], Way]:
    """What an account meets on its way through the town; everybody walks once."""
    shutil.rmtree(PAGES, ignore_errors=True)
    looked_at: set[str] = set()

    @cache
    def walk(account: str) -> Way:
        context = browser.new_context(storage_state=signed_in(account), locale="de")
        context.set_default_timeout(10_000)
        watch = Watch(address).attach(context)
        findings = Crawler(context.new_page(), address, PAGES / account, looked_at).run(*STARTS)
        context.close()
        return Way(findings, watch)

    return walk


@pytest.mark.parametrize("account", EVERYBODY)
def test_every_link_leads_somewhere(way_of, account):
    findings = way_of(account).findings

    assert findings.dead == []
    assert len(findings.visited) > len(STARTS)


@pytest.mark.parametrize("account", EVERYBODY)
def test_axe_finds_nothing(way_of, account):
    assert way_of(account).findings.axe == []


@pytest.mark.parametrize("account", EVERYBODY)
def test_nobody_scrolls_sideways_on_320_px(way_of, account):
    assert way_of(account).findings.wide == []


@pytest.mark.parametrize("account", EVERYBODY)
def test_no_foreign_host_is_asked(way_of, account):
    assert way_of(account).watch.foreign == []


@pytest.mark.parametrize("account", EVERYBODY)
def test_the_console_is_silent(way_of, account):
    assert way_of(account).watch.complaints == []


def test_the_html_is_valid(way_of):
    saved = [path for account in EVERYBODY for path in way_of(account).findings.saved]

    assert validate(saved) == []


def test_the_page_for_a_wrong_address_is_accessible(page_as):
    page = page_as()

    response = page.goto("/gibt-es-nicht/")

    assert response.status == 404
    assert axe_everywhere(page) == []
