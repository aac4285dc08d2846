"""A page holds no code of its own: the content security policy would refuse it."""

import re

import pytest
from house import PACKAGE, templates

FORBIDDEN = {
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an htmx event attribute": re.compile(r"<[^>]*\shx-on\b", re.IGNORECASE),
    "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "a script with a text": re.compile(
        r"<script\b(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))", re.IGNORECASE
    ),
}
# Browsers put a space before text that is hidden like this, and screen readers say it: "Freigeben : Sommerfest".
LONELY_SIGN = re.compile(r"visually-hidden\">\s*[:,.;!?]")
COMMENT = re.compile(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_template_holds_no_code(path):
    text = COMMENT.sub("", path.read_text())

    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_hidden_text_begins_with_a_word(path):
    assert LONELY_SIGN.findall(path.read_text()) == []
