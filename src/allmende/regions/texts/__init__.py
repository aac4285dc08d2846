"""The delivered texts: a good beginning, with the town's own facts and its Land's law, and gaps for what only the town
knows. A town reads, fills and changes them before it publishes.
"""

import tomllib
from pathlib import Path

from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from allmende.regions.models import Region
from allmende.regions.models.texts import GAP
from allmende.regions.words import words_of

HERE = Path(__file__).parent / "de"
LANDS = tomllib.loads((HERE / "lands.toml").read_text())


def delivered_text(region: Region, kind: str) -> str:
    """Return the delivered Markdown of a kind of text for the region. It is German: so is the law."""
    source = (HERE / f"{kind}.md").read_text()
    with translation.override("de"):
        words = words_of(region)
        facts = {
            "region": region,
            "words": words,
            "land": LANDS[region.land],
            "land_name": region.get_land_display(),
            "address": region.url("portal:home"),
            "name_line": _name_line(region, f"{words['municipality']} {region.name}"),
        }
        return Template(source).render(Context(facts, autoescape=False)).strip() + "\n"


def _name_line(region: Region, name: str) -> str:
    """The first line of an envelope; many a town has written its name into the address already."""
    first_line, _comma, _rest = region.postal_address.partition("\n")[0].partition(",")
    return "" if region.name in first_line else f"{name}\n"


def mark_gaps(html: SafeString) -> SafeString:
    """Make what is still to be filled in stand out in a rendered text."""
    return mark_safe(GAP.sub(r"<mark>\g<0></mark>", html))  # noqa: S308  # it was safe, and a gap adds no marks of its own
