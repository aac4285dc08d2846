"""Goes through the demo town by its links, one page for each address pattern, and asks every page all questions."""

import re
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from checks import axe_everywhere, too_wide
from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, Error, Page, Response

MOST_PAGES = 150
MOST_FILTERS = 1  # pages with several filters at once are the same page again
LINKS = "() => [...document.querySelectorAll('a[href]')].map(link => link.href)"
# What a page is built of. Two pages of the same build need one look by axe.
BUILD = """() => [...new Set([...document.querySelectorAll('*')]
  .map(element => `${element.tagName}.${element.getAttribute('class') ?? ''}.${element.getAttribute('type') ?? ''}`))]
  .sort().join(' ')"""


@dataclass
class Findings:
    """What came out of one person's way through the town; each list is empty if all is well."""

    visited: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    saved: list[Path] = field(default_factory=list)


def pattern_of(address: str) -> str:
    """The route that serves an address, as the URL configuration writes it, with the names of its parameters."""
    parts = urlsplit(address)
    keys = ",".join(sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    route = route_of(parts.path)
    return f"{route}?{keys}" if keys else route


def route_of(path: str) -> str:
    _, _, without_region = path.lstrip("/").partition("/")
    for candidate, prefix in ((path, ""), (f"/{without_region}", "<region>/")):
        try:
            return prefix + resolve(candidate).route
        except Resolver404:
            continue
    return re.sub(r"\d+", "*", path)


def is_page(response: Response | APIResponse) -> bool:
    headers = response.headers
    return headers.get("content-type", "").startswith("text/html") and "content-disposition" not in headers


class Crawler:
    def __init__(self, page: Page, address: str, folder: Path, looked_at: set[str]) -> None:
        self.page = page
        self.address = address
        self.folder = folder
        self.looked_at = looked_at
        self.findings = Findings()

    def run(self, *starts: str) -> Findings:
        self.folder.mkdir(parents=True, exist_ok=True)
        waiting = deque((f"{self.address}{start}", "start") for start in starts)
        known: set[str] = set()
        while waiting and len(self.findings.visited) < MOST_PAGES:
            url, origin = waiting.popleft()
            pattern = pattern_of(url)
            if pattern not in known:
                known.add(pattern)
                waiting.extend((link, url) for link in self.visit(url, origin, pattern))
        return self.findings

    def visit(self, url: str, origin: str, pattern: str) -> list[str]:
        """Look at one page; gives the links of it that are worth following."""
        response = self.open(url)
        if isinstance(response, str) or response.status >= 400:
            if not self.may_be_refused(origin, response):
                self.findings.dead.append(f"{url} (from {origin}): {getattr(response, 'status', response)}")
            return []
        self.findings.visited.add(pattern)
        if not is_page(response):
            return []
        self.look(url, pattern, response)
        return [link for link in self.page.evaluate(LINKS) if self.is_worth_following(link)]

    def may_be_refused(self, origin: str, response: Response | APIResponse | str) -> bool:
        """Starts are the same for everybody, and the demo's mailbox holds everybody's mails: not all are for all."""
        is_for_others = origin in ("start", f"{self.address}/demo/post/")
        return is_for_others and not isinstance(response, str) and response.status in (403, 404)

    def open(self, url: str) -> Response | APIResponse | str:
        """The answer, or the reason why there is none."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        try:
            return self.page.goto(url, wait_until="load") or "no answer"
        except Error as error:
            if "Download is starting" in error.message:
                return self.page.context.request.get(url)  # a file: it only has to be there
            return error.message.splitlines()[0]

    def look(self, url: str, pattern: str, response: Response | APIResponse) -> None:
        route = pattern.partition("?")[0]
        build = f"{route} {self.page.evaluate(BUILD)}"
        if build in self.looked_at:
            return
        self.looked_at.add(build)
        self.findings.saved.append(self.save(pattern, response))
        self.findings.axe += [f"{url} {finding}" for finding in axe_everywhere(self.page)]
        self.findings.wide += [f"{url}: {element}" for element in too_wide(self.page)]

    def save(self, pattern: str, response: Response | APIResponse) -> Path:
        """Keep what the server sent, not what scripts made of it."""
        name = re.sub(r"[^\w-]+", "_", pattern).strip("_") or "home"
        path = self.folder / f"{name}.html"
        path.write_bytes(response.body())
        return path

    def is_worth_following(self, link: str) -> bool:
        parts = urlsplit(link)
        keys = {key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
        return f"{parts.scheme}://{parts.netloc}" == self.address and len(keys) <= MOST_FILTERS
