"""The demo town behind a real server, and a real Chromium to walk through it."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from checks import AXE, VNU, Watch
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from server import fill, free_port, serve

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOBODY: dict = {"cookies": [], "origins": []}
PATIENCE = 10_000  # milliseconds


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the town's database and files."""
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="session")
def address(data: Path) -> Iterator[str]:
    """Where a server with a fresh demo town answers."""
    port = free_port()
    fill(data, port)
    with serve(data, port) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "chromium is missing; ./test installs it as root"
    assert AXE.is_file(), "axe-core is missing; ./test installs it"
    assert VNU.is_file(), "vnu-jar is missing; ./test installs it"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, address: str) -> Callable[[str], dict]:
    """The cookies of an account of the demo; each signs in once. ``guest`` has none."""

    @cache
    def cookies(account: str) -> dict | str:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        try:
            page = context.new_page()
            page.goto(f"{address}/demo/")
            page.locator(f'form:has([name="account"][value="{account}"])').get_by_role("button").first.click()
            page.wait_for_url(lambda url: not url.endswith("/demo/"))
            return context.storage_state()
        except Error as error:
            return f"{account} cannot sign in: {error}"  # kept as well, so that it is waited for once
        finally:
            context.close()

    def or_fail(account: str) -> dict:
        found = NOBODY if account == "guest" else cookies(account)
        assert isinstance(found, dict), found
        return found

    return or_fail


@pytest.fixture
def page_as(browser: Browser, address: str, signed_in: Callable[[str], dict]) -> Iterator[Callable[..., Page]]:
    """A new page for an account: ``page_as("redaktion", width=390, scheme="dark", javascript=False)``.

    A foreign host that it asked, or an error in its console, fails the test in the end.
    """
    contexts: list[BrowserContext] = []
    watch = Watch(address)

    def open_page(
        account: str = "guest",
        *,
        width: int = 1280,
        scheme: str = "light",
        javascript: bool = True,
        language: str = "de",
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            storage_state=signed_in(account),
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale=language,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.attach(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert watch.foreign == []
    assert watch.complaints == []
