"""Looks at a page: axe, the narrowest screen, a copy for the HTML checker, and pictures for people who ask for them."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from checks import axe_everywhere, pictures, too_wide
from django.urls import Resolver404, resolve
from playwright.sync_api import APIResponse, Page, Response

SHOTS = os.environ.get("ALLMENDE_SHOTS", "")  # a folder for pictures of every page
REGION = "<region>/"
DESKTOP = {"width": 1280, "height": 900}
# What a page is built of: its own part, and the frame of header and footer around it.
BUILD = """() => {
  const main = document.querySelector('main'), own = [document.body], frame = [];
  for (const element of document.body.querySelectorAll('*')) (main.contains(element) ? own : frame).push(element);
  return [own, frame].map(elements => [...new Set(elements
    .map(element => `${element.tagName}.${element.getAttribute('class') ?? ''}.${element.getAttribute('type') ?? ''}`))]
    .sort().join(' '));
}"""


@dataclass
class Findings:
    """What came out of one person's way through the town; all but ``visited`` and ``saved`` is empty if all is well."""

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
    for candidate, prefix in ((path, ""), (f"/{without_region}", REGION)):
        try:
            return prefix + resolve(candidate).route
        except Resolver404:
            continue
    return re.sub(r"\d+", "*", path)


class Onlooker:
    """Asks every build of a page all questions once, whoever meets it first."""

    def __init__(self, folder: Path, looked_at: set[str]) -> None:
        self.folder = folder
        self.looked_at = looked_at
        self.findings = Findings()

    def look(self, page: Page, response: Response | APIResponse) -> None:
        pattern = pattern_of(page.url)
        if not self.is_first_look(page, f"{pattern.partition('?')[0]} {response.status}"):
            return
        saved = self.save(pattern, response)
        self.findings.saved.append(saved)
        self.findings.axe += [f"{page.url} {finding}" for finding in axe_everywhere(page)]
        self.findings.wide += [f"{page.url}: {element}" for element in too_wide(page)]
        if SHOTS:
            pictures(page, Path(SHOTS), f"{saved.stem}-{self.folder.name}")
        page.set_viewport_size(DESKTOP)

    def is_first_look(self, page: Page, name: str) -> bool:
        """Two pages of one route that are built alike need one look, and so does a frame that others have as well."""
        own, frame = page.evaluate(BUILD)
        parts = {f"{name} {own}", f"frame {frame}"}
        found = not parts <= self.looked_at
        self.looked_at |= parts
        return found

    def save(self, pattern: str, response: Response | APIResponse) -> Path:
        """Keep what the server sent, not what scripts made of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]+", "_", pattern).strip("_") or "home"
        path, number = self.folder / f"{name}.html", 1
        while path.exists():
            number += 1
            path = self.folder / f"{name}-{number}.html"
        path.write_bytes(response.body())
        return path
