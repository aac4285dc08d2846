"""Pictures that people send: checked by what they are, not by their name, and written anew without a trace."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import pi_heif
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 50_000_000
WIDTHS = {"small": 480, "medium": 960, "large": 1600}
_TALLEST = 2  # times the width; a taller picture becomes narrower (WebP ends at 16,383 pixels)
_QUALITY = 80
_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"]
_READABLE = _("JPEG, PNG, WebP, GIF, HEIC oder AVIF")
_SIGNATURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "AVIF": re.compile(rb"....ftypavi[fs]", re.DOTALL),
    "HEIF": re.compile(rb"....ftyp(?:hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL),
}
_KNOWN_STRANGERS = {
    "PDF": re.compile(rb"\s*%PDF-"),
    "TIFF": re.compile(rb"II\*\0|MM\0\*"),
    "SVG": re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE|svg)", re.IGNORECASE),
}

pi_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True)
class Rendition:
    """One size of a picture, as WebP in sRGB, upright, without metadata."""

    name: str  # small, medium or large
    width: int
    height: int
    data: bytes


def check_picture(file: BinaryIO | File) -> tuple[int, int]:
    """Return width and height as stored in the header; nothing is decoded. Rewinds the file.

    Raises ValidationError ``picture_too_big``, ``picture_type``, ``picture_pixels`` or ``picture_broken``.
    """
    with _opened(file) as picture:
        return picture.size


def reencode(file: BinaryIO | File, *, keep_alpha: bool = False) -> list[Rendition]:
    """Return the picture in up to three sizes, smallest first, never enlarged; the last is the largest there is.

    Transparent parts become white; ``keep_alpha`` leaves them (logos). Of an animation the first picture is taken.
    Raises what ``check_picture`` raises. Takes up to some seconds and 250 MB: meant for later work.
    """
    with _opened(file) as picture:
        picture.draft("RGB", (WIDTHS["large"], WIDTHS["large"]))  # lets a JPEG be read at a part of its size
        upright = ImageOps.exif_transpose(picture)
        plain = _plain(_in_srgb(upright), keep_alpha=keep_alpha)
        return [_rendition(plain, name, width) for name, width in _sizes(plain.width)]


@contextmanager
def _opened(file: BinaryIO | File) -> Iterator[Image.Image]:
    content = _content(file)
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            _refuse_bombs(picture)
            yield picture
    except ValidationError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # broken files make the decoders raise whatever there is
        raise ValidationError(
            _("Dieses Bild ist beschädigt oder unvollständig. Bitte senden Sie es neu oder nehmen Sie ein anderes."),
            code="picture_broken",
        ) from error


def _content(file: BinaryIO | File) -> bytes:
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    file.seek(0)
    if len(content) > MAX_BYTES:
        raise ValidationError(
            _("Dieses Bild ist zu groß: Höchstens %(limit)s MB sind möglich. Bitte verkleinern Sie es."),
            code="picture_too_big",
            params={"limit": MAX_BYTES // 1024**2},
        )
    _refuse_strangers(content[:512])
    return content


def kind_of(start: bytes) -> str | None:
    """What a file is by its first bytes: JPEG, PNG, GIF, WEBP, AVIF, HEIF, PDF, TIFF, SVG; None if none of these."""
    known = _SIGNATURES | _KNOWN_STRANGERS
    return next((name for name, signature in known.items() if signature.match(start)), None)


def _refuse_strangers(start: bytes) -> None:
    kind = kind_of(start)
    if kind in _SIGNATURES:
        return
    message = (
        _("Dies ist eine Datei der Art %(kind)s. Bitte senden Sie ein Foto als %(kinds)s.")
        if kind
        else _("Diese Datei ist kein Bild, das wir lesen können. Bitte senden Sie ein Foto als %(kinds)s.")
    )
    raise ValidationError(message, code="picture_type", params={"kind": kind, "kinds": _READABLE})


def _refuse_bombs(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("Dieses Bild hat zu viele Bildpunkte: Höchstens %(limit)s Millionen sind möglich. Bitte verkleinern Sie es."),
        code="picture_pixels",
        params={"limit": MAX_PIXELS // 1_000_000},
    )


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Phones save in wider colour spaces: without the profile, that is dropped, the colours would be pale."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA", "CMYK"}:
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken profile says nothing about the colours
    return changed or picture


def _plain(picture: Image.Image, *, keep_alpha: bool) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey: Pillow would cut off all but the darkest 256 steps
        picture = picture.convert("I").point([step // 256 for step in range(65536)], "L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    return picture if keep_alpha else _on_white(picture)


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _sizes(width: int) -> Iterator[tuple[str, int]]:
    for name, limit in WIDTHS.items():
        yield name, limit
        if width <= limit:
            return


def _rendition(picture: Image.Image, name: str, width: int) -> Rendition:
    smaller = picture.copy()
    smaller.thumbnail((width, width * _TALLEST), Image.Resampling.LANCZOS)
    smaller.info = {}  # Pillow would write the profile that it finds here
    target = io.BytesIO()
    smaller.save(target, "WEBP", quality=_QUALITY, method=4)
    return Rendition(name, *smaller.size, target.getvalue())
