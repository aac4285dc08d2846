"""Tagged, accessible PDF (PDF/UA-1) from Typst sources; whatever people wrote goes in as data, never as markup."""

import json
from io import BytesIO
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
    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=4, xmldecl=False)
    return drawn.getvalue().decode()
