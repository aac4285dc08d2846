"""People in town, each in a browser of their own, and an onlooker who looks at a page when they say so."""

from collections.abc import Callable
from dataclasses import replace

from checks import Watch
from onlooker import Onlooker, pattern_of
from playwright.sync_api import Browser, BrowserContext, Page, Response

PATIENCE = 10_000  # milliseconds
# Django's forms of one page; searches and rows with a button are none.
FORM = "main form.form"
# What can be emptied; a colour cannot.
TEXT = "input:not([type=hidden],[type=radio],[type=checkbox],[type=file],[type=color]), textarea"
EMPTY = f"form => form.querySelectorAll('{TEXT}').forEach(field => {{ field.value = ''; }})"


class Visitors:
    """``command`` does what an operator does on the town's machine."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        cookies_of: Callable[[str], dict],
        onlooker: Onlooker,
        command: Callable[..., str],
    ) -> None:
        self.browser = browser
        self.address = address
        self.cookies_of = cookies_of
        self.onlooker = onlooker
        self.command = command
        self.watch = Watch(address)
        self.contexts: list[BrowserContext] = []
        self.answers: dict[Page, Response] = {}

    def page(self, account: str = "guest", *, host: str = "127.0.0.1") -> Page:
        address = self.address.replace("127.0.0.1", host)
        context = self.browser.new_context(base_url=address, storage_state=self.cookies_of(account), locale="de")
        context.set_default_timeout(PATIENCE)
        context.on("response", self._answered)
        replace(self.watch, address=address).attach(context)  # what it notes goes to the same lists
        self.contexts.append(context)
        return context.new_page()

    def leave(self) -> None:
        for context in self.contexts:
            context.close()

    def look(self, page: Page, *status: int) -> None:
        """Ask the page where somebody now stands all questions; its status is 200 unless others are given."""
        page.wait_for_load_state()
        response = self.answers[page]
        told = f"{response.request.method} {response.url}: {response.status} {page.title()}"
        assert response.status in (status or (200,)), told
        if response.ok:
            self.onlooker.findings.visited.add(pattern_of(page.url))
        self.onlooker.look(page, response)

    def open(self, page: Page, *paths: str, status: int = 200) -> None:
        for path in paths:
            page.goto(path)
            self.look(page, status)

    def fetch(self, page: Page, path: str) -> None:
        """A file only has to be there."""
        response = page.context.request.get(path)
        assert response.ok, f"{path}: {response.status}"
        self.onlooker.findings.visited.add(pattern_of(response.url))

    def send(self, page: Page, *status: int, form: str = FORM, **values: str) -> None:
        """Fill in fields by their names, press the form's first button, and look at what comes."""
        found = page.locator(form).first
        for name, value in values.items():
            found.locator(f'[name="{name}"]').fill(value)
        for agreed in found.locator("[name^=netiquette_]").all():
            agreed.check()
        with page.expect_navigation():
            found.locator("button:not([type=button])").first.click()
        self.look(page, *status)

    def send_empty(self, page: Page, *, form: str = FORM) -> None:
        """The form comes back and says what it misses. Pages that are not ours answer with 200."""
        page.locator(form).first.evaluate(EMPTY)
        self.send(page, 200, 400, form=form)
        assert page.locator(".error-summary, .kern-error, .notice--bad").count(), f"{page.url} misses nothing"

    def press(self, page: Page, button: str, status: int = 200) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name=button).first.click()
        self.look(page, status)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.answers[response.frame.page] = response
