"""Tagged, accessible PDF (PDF/UA-1) from Typst sources; whatever people wrote goes in as data, never as markup."""

import json
from pathlib import Path
from typing import Any

import segno
import typst

FONTS = Path(__file__).resolve().parent / "fonts"


def write_pdf(source: Path, data: dict[str, Any]) -> bytes:
    """Typeset the source, which reads ``data`` by ``json(bytes(sys.inputs.data))``."""
    return bytes(
        typst.compile(
            str(source),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_standards=["ua-1"],
        )
    )


def qr_svg(text: str) -> str:
    """A QR code as SVG, black on nothing, with the quiet zone that readers need."""
    return str(segno.make(text, error="m").svg_inline(border=4, scale=4, xmldecl=False, svgns=True, omitsize=True))
