"""A region's colours as CSS variables, mended until text on them can be read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import colorsys
import hashlib
import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WHITE = "#ffffff"
TEXT = 4.5  # contrast that WCAG asks of text
PAPER, NIGHT = "#f7f2e7", "#262e2a"  # the least favourable surfaces of css/tokens.css


def parse(color: str) -> tuple[float, float, float]:
    """Red, green, blue between 0 and 1. Raises ValidationError for anything but #rrggbb."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
        raise ValidationError(_("Bitte geben Sie die Farbe so an: #1f5c4a."), code="color")
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parse(color)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mend(color: str, *, on: str, ratio: float = TEXT) -> str:
    """The nearest colour of the same hue that reaches the contrast on the background."""
    hue, light, saturation = colorsys.rgb_to_hls(*parse(color))
    step = -0.01 if luminance(on) > 0.2 else 0.01
    while contrast(color, on) < ratio and 0 <= light + step <= 1:
        light += step
        color = _hex(colorsys.hls_to_rgb(hue, light, saturation))
    return color


def mix(one: str, other: str, share: float) -> str:
    """``share`` of the first colour, the rest of the second."""
    return _hex([a * share + b * (1 - share) for a, b in zip(parse(one), parse(other), strict=True)])


def _hex(parts: object) -> str:
    return "#" + "".join(f"{round(min(1, max(0, part)) * 255):02x}" for part in parts)  # type: ignore[attr-defined]  # any three numbers


def ink_on(color: str) -> str:
    """Black or white, whichever reads better on the colour."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, color))


def refuse_unreadable(color: str) -> None:
    """Raises ValidationError if nothing of the colour is left once it can be read."""
    mended = mend(color, on=PAPER)
    if contrast(color, PAPER) < 1.15 or sum(abs(a - b) for a, b in zip(parse(color), parse(mended), strict=True)) > 1.5:
        raise ValidationError(
            _("Diese Farbe ist zu hell für Schrift auf weißem Grund. Bitte wählen Sie eine dunklere."), code="contrast"
        )


@lru_cache(maxsize=256)
def theme(brand: str, accent: str) -> tuple[str, str]:
    """(hash, CSS) of a pair of colours, for light and dark."""
    day, night = _variables(brand, accent, PAPER), _variables(brand, accent, NIGHT)
    values = ";".join(f"--{name}:light-dark({day[name]},{night[name]})" for name in day)
    css = f":root{{{values}}}\n"
    return hashlib.sha256(css.encode()).hexdigest()[:12], css


def _variables(brand: str, accent: str, ground: str) -> dict[str, str]:
    """The names stand in docs/developers/look.md."""
    fill = mend(brand, on=ground)
    soft = mix(fill, WHITE if ground == PAPER else ground, 0.12)
    return {
        "brand": fill,
        "on-brand": ink_on(fill),
        "brand-ink": mend(mend(fill, on=soft), on=ground),
        "brand-soft": soft,
        "accent": accent,
        "on-accent": ink_on(accent),
        "accent-soft": mix(accent, WHITE if ground == PAPER else ground, 0.2),
    }
