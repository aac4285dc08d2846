"""Reads pages as people do: what is shown or read out, and where the links lead."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.test import Client

READ_OUT = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "content"}
WITHOUT_END = {"br", "hr", "img", "input", "link", "meta"}


class Reader(HTMLParser):
    """Collects what a page shows or reads out, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self.silent = 0
        # Inside of an element in another language, such as the German text of the law in an English page.
        self.foreign, self.depth = "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        facts = dict(attrs)
        if tag == "html":
            self.language = facts.get("lang") or ""
        elif not self.foreign and tag not in WITHOUT_END and facts.get("lang", self.language) != self.language:
            self.foreign = tag
        self.depth += tag == self.foreign
        if tag == "a":
            self.links.append(facts.get("href") or "")
        self.texts += [text for name, text in attrs if text and (name in READ_OUT or name.startswith("data-text"))]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}
        self.depth -= tag == self.foreign
        if not self.depth:
            self.foreign = ""

    def handle_data(self, data: str) -> None:
        if not self.silent and not self.foreign:
            self.texts.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def crawl(client: Client, language: str) -> Iterator[tuple[str, Reader]]:
    """Every page that links lead to from the home page, each path once."""
    waiting, seen = ["/"], set()
    while waiting:
        link = waiting.pop(0).split("#")[0]
        path = link.split("?")[0]
        if not path.startswith("/") or path in seen or re.search(r"\.\w+$", path):
            continue
        seen.add(path)
        response = client.get(link, follow=True, headers={"accept-language": language})
        if response.headers["Content-Type"].startswith("text/html"):
            page = read(response.text)
            waiting += page.links
            yield f"{link} ({response.status_code})", page
