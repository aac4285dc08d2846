import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.core.html import markdown, plain_text


def tags_of(html):
    found = []
    reader = HTMLParser()
    reader.handle_starttag = lambda name, attributes: found.append((name, dict(attributes)))
    reader.feed(html)
    return found


def test_emphasis_lists_and_line_breaks_are_shown():
    html = markdown("Wir sind **viele**:\nkommen Sie!\n\n- eins\n- zwei")

    assert html == (
        "<p>Wir sind <strong>viele</strong>:<br>\nkommen Sie!</p>\n<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n"
    )


def test_headings_begin_below_those_of_the_page():
    assert markdown("# a\n## b\n### c\n#### d") == "<h3>a</h3>\n<h4>b</h4>\n<h5>c</h5>\n<h6>d</h6>\n"


def test_a_text_that_is_the_page_begins_right_below_its_title():
    assert markdown("# a\n## b\n###### c", top=2) == "<h2>a</h2>\n<h3>b</h3>\n<h6>c</h6>\n"


def test_a_table_is_shown():
    assert markdown("|a|b|\n|-|-|\n|1|2|").startswith("<table>\n<thead>\n<tr>\n<th>a</th>")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "<javascript:alert(1)>",
        '[x](https://a.example "\\" onclick=alert(1)")',
    ],
)
def test_nothing_runs(text):
    tags = tags_of(markdown(text))

    assert {name for name, _attributes in tags} <= {"p", "a", "span"}
    assert all(set(attributes) <= {"href", "rel", "class"} for _name, attributes in tags)
    assert all(attributes.get("href", "https:").startswith("https:") for _name, attributes in tags)


def test_a_picture_becomes_its_text():
    assert markdown("![Unser <Fest>](https://a.example/x.png)") == "<p>Unser &lt;Fest&gt;</p>\n"


def test_another_site_by_two_slashes_is_no_link():
    assert "<a" not in markdown("[x](//a.example)")


def test_an_own_page_is_a_link_without_a_host():
    assert markdown("[Konto](/konto/)") == '<p><a href="/konto/" rel="nofollow ugc noopener">Konto</a></p>\n'


def test_a_link_that_hides_its_host_tells_it():
    assert markdown("[Sparkasse](https://evil.example/a)") == (
        '<p><a href="https://evil.example/a" rel="nofollow ugc noopener">Sparkasse</a>'
        '<span class="link-host"> (evil.example)</span></p>\n'
    )


def test_a_host_that_is_the_end_of_another_is_told_too():
    assert '<span class="link-host"> (k.example)</span>' in markdown("[bank.example](https://k.example)")


def test_a_link_that_tells_its_host_is_not_repeated():
    assert "link-host" not in markdown("[www.verein.example](https://www.verein.example/a)")


def test_umlauts_in_a_host_are_told_as_the_browser_asks_for_them():
    assert "(xn--mnchen-3ya.example)" in markdown("[hier](https://münchen.example)")


def test_bare_addresses_become_links():
    html = markdown("Quelle: https://a.example/x_(y)?b=1&c=2). Oder www.b.example, oder info@c.example!")

    assert html == (
        '<p>Quelle: <a href="https://a.example/x_(y)?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://a.example/x_(y)?b=1&amp;c=2</a>). Oder "
        '<a href="https://www.b.example" rel="nofollow ugc noopener">www.b.example</a>, oder '
        '<a href="mailto:info@c.example" rel="nofollow ugc noopener">info@c.example</a>!</p>\n'
    )


def test_an_address_in_code_stays_text():
    assert "<a" not in markdown("`https://a.example`")


def test_plain_text_has_the_words_alone():
    text = plain_text("# Fest\n\n- *Musik* mit [Anna](https://a.example)\n- Tanz\nund mehr\n\n![Bild](/x.png)")

    assert text == "Fest\nMusik mit Anna\nTanz und mehr\nBild"


PIECES = [
    *"\n\n\n  -+=*_#>1.):!(/@ä\t\r\u00a0\u2028\0&\\|~`[]<",
    "Wort",
    "https://a.example/b",
    "www.a.example",
    "a@b.example",
]


@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(["\n", " ", "Wort"]), max_size=12).map("".join))
@settings(max_examples=500)
def test_the_short_way_to_plain_text_gives_what_the_parser_gives(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("allmende.core.html._MARK", re.compile(""))
        parsed = plain_text(text)

    assert plain_text(text) == parsed


@pytest.mark.parametrize(
    "piece",
    # A few signs again and again: what has made Markdown parsers hang before.
    [
        *(">", "> ", "[", "![", "[](", "[a](", "*", "_", "**a ", "*a_ ", "`", "~", "|", "- ", "1. ", "<", "<!--", "&"),
        *("\\", "[a]: b\n", "- a\n", "a\n", "|-|\n", "\t", "https://a)", ")", "a@b.", "![[]()", "#", "a**b"),
    ],
)
def test_a_hundred_thousand_signs_do_not_hang(piece):
    text = "https://a" + ")" * 100_000 if piece == ")" else piece * (100_000 // len(piece))
    before = time.process_time()

    markdown(text)

    assert time.process_time() - before < 2


def test_nested_lists_do_not_hang():
    text = "".join("  " * depth + "- a\n" for depth in range(300))
    before = time.process_time()

    markdown(text)

    assert time.process_time() - before < 2
