"""What two colours give: mended fills, contrasts, and what a settings page says about them."""

from typing import Any

from django.core.exceptions import ValidationError

from allmende.regions.theme import NIGHT, PAPER, contrast, ink_on, mend, mix, parse, refuse_unreadable

SCHEMES = (("light", PAPER, "#17211c"), ("dark", NIGHT, "#f2f4f1"))


def look_facts(brand: str, accent: str) -> dict[str, Any]:
    """For the preview: errors by field, and per scheme the colours of ground, ink, button, link and mark."""
    errors = {name: error for name, color in (("brand", brand), ("accent", accent)) if (error := _error(name, color))}
    if errors:
        return {"errors": errors, "schemes": []}
    return {
        "errors": {},
        "mended": mend(brand, on=PAPER) != brand.lower(),
        "schemes": [_scheme(*one, brand, accent) for one in SCHEMES],
    }


def _error(name: str, color: str) -> str:
    try:
        if name == "brand":
            refuse_unreadable(color)
        parse(color)
    except ValidationError as error:
        return str(error.message)
    return ""


def _scheme(name: str, ground: str, ink: str, brand: str, accent: str) -> dict[str, Any]:
    fill = mend(brand, on=ground)
    soft = mix(fill, ground, 0.12)
    return {
        "name": name, "ground": ground, "ink": ink, "fill": fill, "on_fill": ink_on(fill), "soft": soft,
        "link": mend(fill, on=soft), "accent": accent, "on_accent": ink_on(accent),
        "contrast": round(contrast(fill, ground), 1), "on_contrast": round(contrast(ink_on(fill), fill), 1),
    }  # fmt: skip
