"""Proofs and other papers that people send: known by what they are, not by their name; a picture is written anew."""

from dataclasses import dataclass
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 10 * 1024 * 1024
PICTURES = {"JPEG", "PNG", "HEIF"}
_PDF_ENDS = b"%%EOF"
_TAIL = 4096  # some programs write a little behind the end


@dataclass(frozen=True)
class Document:
    """A file that may be kept: a PDF as it came, a picture upright and without what it knew of its making."""

    content: bytes
    content_type: str
    suffix: str


def read_document(file: BinaryIO | File) -> Document:
    """Return what the file holds. A picture takes up to some seconds.

    Raises ValidationError ``document_too_big``, ``document_empty``, ``document_type`` or ``document_broken``, and what
    ``pictures.reencode`` raises.
    """
    from allmende.core.pictures import kind_of, reencode  # noqa: PLC0415  # Pillow is loaded by those who need it

    content = _content(file)
    kind = kind_of(content)
    if kind == "PDF" and content.startswith(b"%PDF-"):
        return Document(_whole(content), "application/pdf", ".pdf")
    if kind in PICTURES:
        return Document(reencode(file)[-1].data, "image/webp", ".webp")
    raise ValidationError(
        _("Diese Datei können wir nicht lesen. Bitte senden Sie ein PDF oder ein Foto als JPEG, PNG oder HEIC."),
        code="document_type",
    )


def _content(file: BinaryIO | File) -> bytes:
    file.seek(0)
    content = file.read(MAX_BYTES + 1)
    file.seek(0)
    if len(content) > MAX_BYTES:
        raise ValidationError(
            _(
                "Diese Datei ist zu groß: Höchstens %(limit)s MB sind möglich. "
                "Bitte verkleinern Sie sie oder senden Sie nur die Seiten, auf die es ankommt."
            ),
            code="document_too_big",
            params={"limit": MAX_BYTES // 1024**2},
        )
    if not content:
        raise ValidationError(_("Diese Datei ist leer. Bitte wählen Sie eine andere."), code="document_empty")
    return bytes(content)


def _whole(content: bytes) -> bytes:
    if _PDF_ENDS not in content[-_TAIL:]:
        raise ValidationError(
            _("Dieses PDF ist unvollständig. Bitte speichern Sie es neu und senden Sie es noch einmal."),
            code="document_broken",
        )
    return content
