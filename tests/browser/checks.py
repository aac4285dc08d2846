"""What every page is asked: axe, the HTML checker, foreign hosts, errors in the console, the narrowest screen."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PAGES = ROOT / ".test" / "pages"  # what the HTML checker reads
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
NARROWEST = 320  # WCAG 1.4.10: what is left of 1280 px at 400 % zoom

DIFFERENT = re.compile(r"(?<=Bad value “)[^”]*")  # what is the same mistake with another value
# Findings of the HTML checker that hurt nobody, each with its reason.
HARMLESS: dict[str, str] = {}


@dataclass
class Watch:
    """Notes what the pages of a context ask for and complain about."""

    address: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> "Watch":
        context.on("request", lambda request: self._requested(request.url))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page and error.page.url}: {error.error}"))
        return self

    def _requested(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and f"{parts.scheme}://{parts.netloc}" != self.address:
            self.foreign.append(url)

    def _said(self, message: ConsoleMessage) -> None:
        """Violations of the content security policy arrive here as well."""
        address = message.page.url if message.page else ""
        about = message.location["url"]
        is_expected = about == address or about.endswith("/favicon.ico")  # asked for by the test, or beside a PDF
        if message.type == "error" and not (is_expected and "status of 4" in message.text):
            self.complaints.append(f"{address}: {message.text} ({about})")


# Colours that are still on their way to another scheme are nobody's colours.
SETTLE = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const animation of document.getAnimations()) try { animation.finish(); } catch { /* it has no end */ }
}"""


def axe(page: Page) -> list[str]:
    """What axe finds on the page as it now looks, one line for each element; [] if it is fine.

    The script goes in through the browser's debugger, so that the content security policy need not let it in.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text() + "\n;null")
    page.evaluate(SETTLE)
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:120]} — {message_of(node)}"
        for violation in found
        for node in violation["nodes"]
    ]


def message_of(node: dict) -> str:
    reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    return reasons[0] if reasons else node.get("failureSummary", "")


def looks(page: Page) -> Iterator[str]:
    """Show the page at every width, light and dark; gives the name of each look while the page wears it."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            yield f"{width} {scheme}"
    page.emulate_media(color_scheme="light")


def axe_everywhere(page: Page) -> list[str]:
    """What axe finds at every width, light and dark; each finding once, with the looks in which it shows."""
    found: dict[str, list[str]] = {}
    for look in looks(page):
        for finding in dict.fromkeys(axe(page)):
            found.setdefault(finding, []).append(look)
    return [f"[{', '.join(where)}] {finding}" for finding, where in found.items()]


def pictures(page: Page, folder: Path, name: str) -> None:
    """Save the whole page in every look: ``veranstaltungen-guest-390-dark.png``."""
    for look in looks(page):
        page.evaluate(SETTLE)
        page.screenshot(path=folder / f"{name}-{look.replace(' ', '-')}.png", full_page=True)


def too_wide(page: Page) -> list[str]:
    """The elements that stick out to the right on the narrowest screen; [] if nobody has to scroll sideways."""
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    return page.evaluate(
        """() => {
          const root = document.scrollingElement;
          if (root.scrollWidth <= window.innerWidth) return [];
          const out = [...document.body.querySelectorAll('*')]
            .filter(element => element.getBoundingClientRect().right > window.innerWidth + 1)
            .map(element => element.outerHTML.slice(0, 120));
          return [`${root.scrollWidth} px wide`, ...out.slice(0, 5)];
        }"""
    )


def validate(paths: Iterable[Path]) -> list[str]:
    """Errors and warnings of the HTML checker over all files at once, one line for each kind."""
    command = ["java", "-Xmx512m", "-jar", VNU, "--format", "json", "--exit-zero-always", "--also-check-svg", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {}
    for message in json.loads(done.stderr or done.stdout)["messages"]:
        if not any(part in message["message"] for part in HARMLESS):
            path = Path(urlsplit(message.get("url", "")).path)
            place = f"{path.parent.name}/{path.name}:{message.get('lastLine', 0)}"
            found.setdefault(DIFFERENT.sub("…", message["message"]), []).append(place)
    return [f"{message} ({len(places)} times, first in {places[0]})" for message, places in found.items()]
