"""Goes through the demo town by its links, one page for each address pattern, and sends its forms empty."""

from collections import deque
from urllib.parse import parse_qsl, urlsplit

from onlooker import REGION, pattern_of
from playwright.sync_api import APIResponse, Error, Response
from visitors import FORM, Visitors

MOST_PAGES = 150
MOST_FILTERS = 1  # pages with several filters at once are the same page again
OWING = f"{FORM}:has(:is(input[type=text], input[type=email], input[type=password], textarea)[required])"
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"


def is_page(response: Response | APIResponse) -> bool:
    headers = response.headers
    return headers.get("content-type", "").startswith("text/html") and "content-disposition" not in headers


class Crawler:
    def __init__(self, town: Visitors, account: str) -> None:
        self.town = town
        self.page = town.page(account)
        self.address = town.address
        self.findings = town.onlooker.findings

    def run(self, *starts: str) -> None:
        waiting = deque((f"{self.address}{start}", "start") for start in starts)
        known: set[str] = set()
        while waiting and len(self.findings.visited) < MOST_PAGES:
            url, origin = waiting.popleft()
            pattern = pattern_of(url)
            if pattern not in known:
                known.add(pattern)
                waiting.extend((link, url) for link in self.visit(url, origin))

    def visit(self, url: str, origin: str) -> list[str]:
        """Look at one page; gives the links of it that are worth following."""
        response = self.open(url)
        if isinstance(response, str) or response.status >= 400:
            if not self.may_be_refused(origin, response):
                self.findings.dead.append(f"{url} (from {origin}): {getattr(response, 'status', response)}")
            return []
        self.findings.visited.add(pattern_of(response.url))
        if not is_page(response):
            return []
        self.town.onlooker.look(self.page, response)
        links = [link for link in self.page.evaluate(LINKS) if self.is_worth_following(link)]
        self.send_forms(url)
        return links

    def send_forms(self, url: str) -> None:
        """Each form that owes something is sent empty, by the first who meets it."""
        route, known = pattern_of(self.page.url).partition("?")[0], self.town.onlooker.looked_at
        for number in range(self.page.locator(OWING).count()):
            form = f"form {number} of {route.removeprefix(REGION)}"
            if form not in known:
                known.add(form)
                self.open(url)
                self.town.send_empty(self.page, form=f"{OWING} >> nth={number}")

    def may_be_refused(self, origin: str, response: Response | APIResponse | str) -> bool:
        """Starts are the same for everybody, and the demo's mailbox holds everybody's mails: not all are for all."""
        is_for_others = origin in ("start", f"{self.address}/demo/post/") or "<str:token>" in pattern_of(origin)
        return is_for_others and not isinstance(response, str) and response.status in (403, 404)

    def open(self, url: str) -> Response | APIResponse | str:
        """The answer, or the reason why there is none."""
        try:
            return self.page.goto(url, wait_until="load") or "no answer"
        except Error as error:
            if "Download is starting" in error.message:
                return self.page.context.request.get(url)  # a file: it only has to be there
            return error.message.splitlines()[0]

    def is_worth_following(self, link: str) -> bool:
        parts = urlsplit(link)
        keys = {key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return f"{parts.scheme}://{parts.netloc}" == self.address and len(keys) <= MOST_FILTERS
