"""What the walks through the town share: letters of the demo's postbox, forms, and what must not be read on a page."""

import re
import secrets
import time
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Response, expect

LINK = re.compile(r"https?://\S+")
MAIL_TAKES = 15  # seconds at most; later work looks every second


@dataclass
class Letter:
    subject: str
    text: str

    @property
    def link(self) -> str:
        return LINK.findall(self.text)[0].rstrip(".")

    @property
    def code(self) -> str:
        return code_in(self.text)


def code_in(text: str) -> str:
    """The code for signing in stands on a line of its own."""
    return next(line for line in map(str.strip, text.splitlines()) if re.fullmatch(r"[A-Z0-9-]{6,9}", line))


def new_mail(name: str) -> str:
    """An address that nobody in town had before."""
    return f"{name}-{secrets.token_hex(3)}@post.example"


def new_name(words: str) -> str:
    """The same words, told apart from those of an earlier walk."""
    return f"{words} {secrets.token_hex(2)}"


def letter_to(page: Page, mail: str, words: str = "") -> Letter:
    """The newest letter to ``mail`` with ``words`` in its subject or text, as the demo's postbox shows it.

    The tab stays where it is: the postbox opens in another one.
    """
    tab = page.context.new_page()
    try:
        until = time.monotonic() + MAIL_TAKES
        while time.monotonic() < until:
            tab.goto("/demo/post/")
            found = tab.locator("article").filter(has_text=f"An {mail} von").filter(has_text=words)
            if found.count():
                return Letter(found.first.locator("h2").inner_text(), found.first.locator(".prose").inner_text())
            time.sleep(0.3)
        raise AssertionError(f"no letter to {mail} with {words!r}")
    finally:
        tab.close()


def letters_to(page: Page, mail: str) -> int:
    """How many letters lie in the postbox for ``mail``."""
    tab = page.context.new_page()
    tab.goto("/demo/post/")
    found = tab.locator("article").filter(has_text=f"An {mail} von").count()
    tab.close()
    return found


def press(page: Page, label: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = False) -> None:
    """Press the button of that name and wait for the page that follows; whoever is asked for the netiquette agrees."""
    netiquette = page.locator("main input[name^=netiquette_]")
    if netiquette.count():
        netiquette.check()
    (within or page.locator("main")).get_by_role("button", name=label, exact=exact).first.click()
    page.wait_for_load_state()


def unfold(page: Page, heading: str) -> None:
    """Open the part of a long form that is folded below this heading."""
    page.locator("main summary").filter(has_text=heading).first.click()


def follow(page: Page, label: str | re.Pattern[str], *, within: Locator | None = None, exact: bool = False) -> None:
    """Click the link of that name and wait for the page that follows."""
    (within or page.locator("main")).get_by_role("link", name=label, exact=exact).first.click()
    page.wait_for_load_state()


def says(page: Page, text: str) -> None:
    """The page tells its visitor ``text`` in a notice."""
    expect(page.locator(".notice").filter(has_text=text).first).to_be_visible()


def heading(page: Page) -> str:
    return page.locator("h1").first.inner_text()


def status_of(page: Page, path: str) -> int:
    """What the server answers to the person of this page, without leaving the page."""
    return page.context.request.get(path, max_redirects=0).status


def go(page: Page, path: str, *, status: int = 200) -> Response:
    response = page.goto(path)
    assert response is not None
    assert response.status == status, f"{path}: {response.status}"
    return response
