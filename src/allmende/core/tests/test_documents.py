"""Papers that people send: what is taken, what is kept of it, and how it is handed out."""

import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from allmende.accounts.models import User
from allmende.core.documents import MAX_BYTES, read_document
from allmende.core.fields import DocumentField
from allmende.core.files import forget_file, hand_out, keep_file, private_path, remove_orphans
from allmende.core.models import PrivateFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
HEIC = Path(__file__).parent / "data" / "gps.heic"
ORIENTATION, MAKER = 0x0112, 0x010F


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("alice@lindach.example", name="Alice")


def paper(content: bytes = PDF, name: str = "bescheid.pdf") -> ContentFile:
    return ContentFile(content, name=name)


def photo(kind: str = "JPEG", name: str = "foto.jpg", **options: Any) -> ContentFile:
    buffer = io.BytesIO()
    Image.new("RGB", (80, 40), "green").save(buffer, kind, **options)
    return ContentFile(buffer.getvalue(), name=name)


def sideways() -> ContentFile:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Geheimkamera"
    return photo(exif=exif)


def refusal(file: ContentFile) -> str | None:
    with pytest.raises(ValidationError) as refused:
        read_document(file)
    return refused.value.code


@pytest.mark.parametrize(
    ("file", "content_type"),
    [(paper(), "application/pdf"), (photo(), "image/webp"), (photo("PNG", "scan.png"), "image/webp")],
)
def test_a_pdf_and_photos_are_taken(file, content_type):
    assert read_document(file).content_type == content_type


def test_a_photo_of_a_telephone_is_taken():
    assert read_document(ContentFile(HEIC.read_bytes(), name="IMG_1.HEIC")).content_type == "image/webp"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "leer.pdf", "document_empty"),
        (b"MZ\x90\0programm", "bescheid.pdf", "document_type"),
        (b"<html><script>alert(1)</script>", "bescheid.pdf", "document_type"),
        (b"GIF89a" + b"\0" * 40, "bild.gif", "document_type"),
        (b"PK\3\4" + b"\0" * 40, "satzung.docx", "document_type"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "bild.png", "document_type"),
        (b"\n\n%PDF-1.7 %%EOF", "bescheid.pdf", "document_type"),
        (PDF[:-10], "bescheid.pdf", "document_broken"),
        (b"\xff\xd8\xff" + b"\0" * 40, "foto.jpg", "picture_broken"),
        (PDF + b"\0" * MAX_BYTES, "bescheid.pdf", "document_too_big"),
    ],
)
def test_what_is_none_is_refused_whatever_it_is_called(content, name, code):
    assert refusal(paper(content, name)) == code


def test_fifty_megabytes_are_refused_in_clear_words():
    upload = SimpleUploadedFile("scan.pdf", PDF + b"\0" * 50 * 1024 * 1024, "application/pdf")

    with pytest.raises(ValidationError) as refused:
        DocumentField().clean(upload)

    assert "Höchstens 10 MB sind möglich" in refused.value.messages[0]


def test_a_photo_is_upright_and_says_nothing_of_its_making():
    content = read_document(sideways()).content

    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.size, len(picture.getexif())) == ("WEBP", (40, 80), 0)
    assert b"Geheimkamera" not in content


def test_a_file_is_kept_as_it_is_with_size_and_hash(person):
    kept = keep_file(paper(), region_id=7, by=person)

    assert private_path(kept.path).read_bytes() == PDF
    assert (kept.name, kept.content_type, kept.size, kept.region_id, kept.by) == (
        "bescheid.pdf",
        "application/pdf",
        len(PDF),
        7,
        str(person.pk),
    )
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Ordner\\Bescheid.exe", "Bescheid.pdf"),
        ("Satzung\u202efdp.pdf", "Satzungfdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        (".pdf", "pdf.pdf"),
        ("../", "datei.pdf"),
    ],
)
def test_a_name_is_only_a_name_and_ends_as_the_file_is(person, name, kept_as):
    assert keep_file(paper(name=name), region_id=None, by=person).name == kept_as


def test_a_pdf_is_only_ever_saved_and_may_do_nothing(person):
    answer = hand_out(keep_file(paper(), region_id=None, by=person))
    content = b"".join(answer.streaming_content)
    answer.close()

    assert content == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="bescheid.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_photo_may_be_looked_at_in_the_browser(person):
    answer = hand_out(keep_file(photo(), region_id=None, by=person))
    answer.close()

    assert answer["Content-Disposition"] == 'inline; filename="foto.webp"'


def test_what_is_forgotten_is_gone_with_its_file(person, django_capture_on_commit_callbacks):
    kept = keep_file(paper(), region_id=None, by=person)

    with django_capture_on_commit_callbacks(execute=True):
        forget_file(kept)

    assert (PrivateFile.objects.count(), private_path(kept.path).exists()) == (0, False)


def test_what_nothing_points_at_is_removed_after_a_day(person, django_capture_on_commit_callbacks):
    old, young = (keep_file(paper(), region_id=None, by=person) for _ in range(2))
    PrivateFile.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))

    with django_capture_on_commit_callbacks(execute=True):
        remove_orphans()

    assert [row.pk for row in PrivateFile.objects.all()] == [young.pk]
    assert (private_path(old.path).exists(), private_path(young.path).exists()) == (False, True)


def test_a_file_that_a_rollback_left_is_removed_after_a_day(person, data):
    kept, lost = (keep_file(paper(), region_id=None, by=person) for _ in range(2))
    PrivateFile.objects.filter(pk=lost.pk).delete()
    for file in (kept, lost):
        os.utime(private_path(file.path), (time.time() - 2 * 86400,) * 2)

    assert remove_orphans() == 1
    assert (private_path(kept.path).exists(), private_path(lost.path).exists()) == (True, False)
