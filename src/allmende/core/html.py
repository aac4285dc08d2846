"""People's Markdown as safe HTML. Two walls: the parser knows no HTML, and nh3 lets only a small list of tags pass."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_NESTING = 16  # bounds the time for a hundred thousand brackets; five lists in one another still fit
_TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"),
    *("h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}},  # by itself nh3 would let titles pass
    allowed_classes={"span": {"link-host"}},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="nofollow ugc noopener",
)
# Nothing but these; a path on our own site begins with one slash ("//host" would be another site).
_LINK = re.compile(r"(?:https?://[^/\s]|mailto:|tel:|/(?![/\\])|#)", re.IGNORECASE)
_BARE_LINK = re.compile(
    r"(?<![\w@/.])(?:https?://|www\.)[^\s<>\"„“”]{1,2000}"
    r"|(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b",
    re.IGNORECASE,
)
_SENTENCE_END = ".,;:!?'*_~"
# What may mean something in Markdown, and white space that is none everywhere; where it is missing, text is text.
_MARK = re.compile(r"[\\`*_\[\]<>&~|#\0]|[^\S \n]|^ *(?:[-+=]|\d+[.)])|^ {4}", re.MULTILINE)
_SHORT = 2000  # characters
_GAP = re.compile(r"\n *\n")
_TOP, _LOWEST = 3, 6  # a page has the first heading, its parts have the second


def markdown(text: str, *, top: int = _TOP) -> SafeString:
    """Return the Markdown as HTML that is safe to show: no raw HTML, no pictures, headings from ``top`` downwards.

    Line breaks stay. Addresses become links; a link whose text does not tell its host shows it in brackets.
    Time is linear in the length: 100 kB of the worst take less than a second.
    """
    return mark_safe(_CLEANER.clean(_PARSER.render(text, {"top": top})))  # noqa: S308  # nh3 has just cleaned it


def plain_text(text: str) -> str:
    """Return the words of the Markdown without its marks, one line a block. It is plain text: escape it."""
    if not _MARK.search(text):  # most texts; for a feed of thousands the parser takes as long as all the rest
        blocks = (" ".join(line.strip(" ") for line in block.strip(" \n").split("\n")) for block in _GAP.split(text))
        return "\n".join(block for block in blocks if block)
    return _parsed(text) if len(text) > _SHORT else _remembered(text)


def _parsed(text: str) -> str:
    blocks = (
        _words(token.children or []) if token.type == "inline" else token.content for token in _PARSER.parse(text)
    )
    return "\n".join(block for block in blocks if block)


_remembered = lru_cache(maxsize=4096)(_parsed)  # 5 MB as people write, 30 at most


def _words(tokens: Sequence[Token]) -> str:
    hidden = {"softbreak": " ", "hardbreak": " "}
    return "".join(hidden.get(token.type, token.content) for token in tokens if token.meta.get("shown_host") is None)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]  # the library's own hook
    parser.core.ruler.push("bare_links", _link_addresses)
    parser.core.ruler.push("hosts", _show_hosts)
    parser.core.ruler.push("headings", _lower_headings)
    parser.add_render_rule("image", _picture_text)
    return parser


def _picture_text(_self: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    return nh3.clean_text(tokens[index].content)


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + state.env.get('top', _TOP) - 1, _LOWEST)}"


def _link_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and ("://" in token.content or "www." in token.content or "@" in token.content):
            token.children = list(_with_links(token.children or []))


def _with_links(tokens: list[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type == "text" and depth == 0:
            yield from _split_at_links(token.content)
        else:
            yield token


def _split_at_links(content: str) -> Iterator[Token]:
    start = 0
    for match in _BARE_LINK.finditer(content):
        shown = _without_sentence_end(match[0])
        yield _text(content[start : match.start()])
        yield from _link(shown)
        start = match.start() + len(shown)
    yield _text(content[start:])


def _without_sentence_end(address: str) -> str:
    """``(siehe https://a.example/b).`` ends before the bracket, ``https://a.example/b_(c)`` does not."""
    address = address.rstrip(_SENTENCE_END)
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(_SENTENCE_END)
    return address


def _link(shown: str) -> Iterator[Token]:
    if "@" in shown and "://" not in shown and not shown.lower().startswith("www."):
        href = f"mailto:{shown}"
    else:
        href = shown if "://" in shown else f"https://{shown}"
    yield Token("link_open", "a", 1, attrs={"href": _PARSER.normalizeLink(href)})
    yield _text(shown)
    yield Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _show_hosts(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and any(child.type == "link_open" for child in token.children or []):
            token.children = list(_with_hosts(token.children or []))


def _with_hosts(tokens: list[Token]) -> Iterator[Token]:
    host, words = "", ""
    for token in tokens:
        yield token
        if token.type == "link_open":
            host, words = _host(str(token.attrs.get("href", ""))), ""
        elif token.type == "link_close" and host and not _tells(words, host):
            yield from _shown_host(host)
        else:
            words += token.content


def _host(href: str) -> str:
    try:
        host = urlsplit(href).hostname or ""
    except ValueError:
        return href[:100]  # an address that no browser opens, but nobody should be fooled by its text
    return host.removeprefix("www.")


def _tells(words: str, host: str) -> bool:
    # As a whole: "e.example" is not told by "bank.example".
    return bool(re.search(rf"(?<![\w.-])(?:www\.)?{re.escape(host)}(?![\w-]|\.\w)", words, re.IGNORECASE))


def _shown_host(host: str) -> Iterator[Token]:
    mark = {"shown_host": host}
    yield Token("span_open", "span", 1, attrs={"class": "link-host"}, meta=mark)
    yield Token("text", "", 0, content=f" ({host})", meta=mark)
    yield Token("span_close", "span", -1, meta=mark)


_PARSER = _parser()
