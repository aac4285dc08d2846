"""Tags and filters of the look: icons, drawings, form fields in groups; built in, so that no template loads them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext

register = template.Library()

ICONS = "allmende/icons.svg"
DRAWINGS = "allmende/drawings.svg"
TOWN = "allmende/town.svg"
VARIED = {"organisation": 5, "event": 5}  # kinds with several placeholders; the id chooses, so that it stays


DRAWN = {"person", "project", "page", "offer", "resource", "report", "idea"}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the text beside it carries the meaning."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        static(ICONS),
        name or "entry",
    )


@register.simple_tag
def drawing(name: str, css: str = "") -> SafeString:
    """A spot drawing for empty and finished states."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f"drawing {css}".strip(),
        static(DRAWINGS),
        name,
    )


@register.simple_tag
def placeholder(kind: str, topic: int | str = 0, pk: int | str = 0) -> SafeString:
    """The drawn picture of a kind, in the colour of a topic (1 to 12) or of the region (0)."""
    number = int(topic or 0)
    name = f"{kind}-{int(pk or number) % VARIED[kind] + 1}" if kind in VARIED else kind if kind in DRAWN else "entry"
    return format_html(
        '<svg class="placeholder topic-{}" aria-hidden="true"><use href="{}#kind-{}"></use></svg>',
        number,
        static(DRAWINGS),
        name,
    )


@register.simple_tag
def town(part: str = "wide") -> SafeString:
    """The drawn town of the home page; it is day or night with the page."""
    return format_html(
        '<svg class="town" viewBox="0 0 1600 600" preserveAspectRatio="xMaxYMax slice" aria-hidden="true">'
        '<use href="{}#{}"></use></svg>',
        static(TOWN),
        part,
    )


@register.filter
def field_groups(form: BaseForm) -> Iterator[dict[str, Any]]:
    """The visible fields of a form in the groups that it names; what no group names comes last, without a title."""
    left = {field.name: field for field in form.visible_fields()}
    for title, hint, names, *_ in getattr(form, "groups", []):
        fields = [left.pop(name) for name in names if name in left]
        if fields:
            yield {"title": title, "hint": hint, "fields": fields}
    if left:
        yield {"title": "", "hint": "", "fields": list(left.values())}


@register.filter
def faulty_fields(form: BaseForm) -> list[BoundField]:
    """The visible fields that have errors, in their order: the summary at the top links to them."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def initials(name: object) -> str:
    """One or two letters for a monogram: ``TSV Lindach`` gives ``TL``."""
    words = [word for word in str(name).split() if word[:1].isalpha()]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


@register.filter
def opening(text: str, words: int) -> str:
    """As many whole sentences from the beginning as fit into so many words; a longer first sentence is cut."""
    taken: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", str(text).strip()):
        if len(" ".join([*taken, sentence]).split()) > words:
            break
        taken.append(sentence)
    return " ".join(taken) or Truncator(text).words(words)


@register.filter
def in_days(span: timedelta) -> str:
    """A span as people say it before "nach …": ``sofort``, ``1 Tag``, ``30 Tage``; less than a day counts as one."""
    days = -(-span // timedelta(days=1))  # rounded up
    return ngettext("%(days)d Tag", "%(days)d Tage", days) % {"days": days} if days else gettext("sofort")


@register.filter
def how_long(since: datetime) -> str:
    """How long ago, as one would say it: ``5 Tage``, not ``5 Tage, 1 Stunde``."""
    return timesince(since, depth=1)
