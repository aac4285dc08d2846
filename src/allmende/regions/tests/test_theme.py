import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from allmende import core
from allmende.regions.theme import NIGHT, PAPER, TEXT, contrast, ink_on, mend, mix, parse, refuse_unreadable, theme

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def variables(css: str) -> dict[str, tuple[str, str]]:
    return {name: (day, night) for name, day, night in re.findall(r"--([a-z-]+):light-dark\((#\w{6}),(#\w{6})\)", css)}


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == ratio


@given(COLORS, st.sampled_from([PAPER, NIGHT, "#ffffff", "#000000"]))
def test_any_colour_is_mended_until_it_can_be_read(color, ground):
    assert contrast(mend(color, on=ground), ground) >= TEXT


@given(COLORS)
def test_a_colour_that_can_be_read_stays_as_it_is(color):
    if contrast(color, PAPER) >= TEXT:
        assert mend(color, on=PAPER) == color


@given(COLORS, COLORS)
def test_every_theme_can_be_read_by_day_and_by_night(brand, accent):
    _digest, css = theme(brand, accent)
    found = variables(css)

    pairs = [("on-brand", "brand"), ("brand-ink", "brand-soft"), ("on-accent", "accent")]
    worst = min(contrast(found[text][light], found[ground][light]) for text, ground in pairs for light in (0, 1))
    grounds = min(
        contrast(found[name][light], ground)
        for name in ("brand", "brand-ink")
        for light, ground in enumerate((PAPER, NIGHT))
    )

    assert worst >= TEXT
    assert grounds >= TEXT


@pytest.mark.parametrize("color", ["#ffffff", "#f7f2e7", "#ffff00", "#fefefe"])
def test_colours_of_which_nothing_would_be_left_are_refused(color):
    with pytest.raises(ValidationError):
        refuse_unreadable(color)


@pytest.mark.parametrize(
    "color",
    ["", "red", "#fff", "#12345g", "#1234567", "1f5c4a", "#1f5c4a\n", "#1f5c4a;}body{display:none}", "rgb(1,2,3)"],
)
def test_what_is_no_colour_is_refused(color):
    with pytest.raises(ValidationError) as refused:
        parse(color)

    assert refused.value.code == "color"


@given(COLORS)
def test_ink_is_the_better_of_two(color):
    assert contrast(ink_on(color), color) == max(contrast("#ffffff", color), contrast("#000000", color))


@given(COLORS, COLORS)
def test_mixing_stays_between(one, other):
    parts = zip(parse(one), parse(mix(one, other, 0.3)), parse(other), strict=True)

    assert [min(a, b) - 0.002 <= mixed <= max(a, b) + 0.002 for a, mixed, b in parts] == [True] * 3


@pytest.mark.parametrize("color", ["#1f5c4a", "#b00020", "#f2b84b", "#000000", "#7fdbff"])
def test_colours_that_can_be_mended_are_taken(color):
    refuse_unreadable(color)

    assert contrast(mend(color, on=PAPER), PAPER) >= TEXT


def test_the_name_of_a_theme_changes_with_its_colours():
    assert theme("#1f5c4a", "#f2b84b")[0] == theme("#1f5c4a", "#f2b84b")[0]
    assert theme("#1f5c4a", "#f2b84b")[0] != theme("#1f5c4b", "#f2b84b")[0]


@pytest.mark.django_db
def test_the_style_sheet_of_a_region(client, region):
    digest, css = theme(region.brand, region.accent)

    current, old = client.get(f"/theme/{digest}.css"), client.get("/theme/000000000000.css")

    assert current.content.decode() == old.content.decode() == css
    assert current.headers["Content-Type"] == "text/css; charset=utf-8"
    assert [answer.headers["Cache-Control"] for answer in (current, old)] == [
        "public, max-age=31536000, immutable",
        "no-cache",
    ]


@pytest.mark.django_db
def test_each_region_has_its_own(client, region, other_region):
    other_region.brand = "#5a1f4a"
    other_region.save()

    pages = [client.get(path).content.decode() for path in ("/", "/auenstedt/")]

    assert [re.search(r'href="([^"]*/theme/\w+\.css)"', page)[1] for page in pages] == [
        f"/theme/{theme(region.brand, region.accent)[0]}.css",
        f"/auenstedt/theme/{theme(other_region.brand, other_region.accent)[0]}.css",
    ]


def topics_of_the_sheet() -> dict[str, list[str]]:
    """Of every topic its fill, ink and tint, by day and by night."""
    sheet = (Path(core.__file__).parent / "static/allmende/css/tokens.css").read_text()
    return {number: re.findall(r"#\w{6}", rest) for number, rest in re.findall(r"\.topic-([1-9]\d*) \{(.*)\}", sheet)}


def test_the_twelve_topics_can_be_read_by_day_and_by_night():
    topics = topics_of_the_sheet()
    grounds = (PAPER, NIGHT)

    assert list(topics) == [str(number) for number in range(1, 13)]
    assert [
        (number, ground)
        for number, (_fill, _dark_fill, *inks_and_tints) in topics.items()
        for night, ground in enumerate(grounds)
        if contrast(inks_and_tints[night], ground) < TEXT
        or contrast(inks_and_tints[night], inks_and_tints[2 + night]) < TEXT
    ] == []


def test_no_two_topics_share_a_colour():
    for colors in zip(*topics_of_the_sheet().values(), strict=True):
        assert len(set(colors)) == 12
