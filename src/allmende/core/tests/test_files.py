import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from PIL import Image

from allmende.core.files import (
    delete_picture,
    delete_private,
    picture_path,
    private_path,
    remove_orphans,
    save_private,
    store_picture,
)
from allmende.core.models import Picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    return tmp_path


def photo(width: int = 1000, height: int = 500) -> ContentFile:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(buffer, "JPEG")
    return ContentFile(buffer.getvalue(), "photo.jpg")


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def days_ago(path: Path, days: int) -> None:
    then = time.time() - days * 86400
    os.utime(path, (then, then))


def test_what_is_saved_can_be_read_until_it_is_deleted(data, django_capture_on_commit_callbacks):
    name = save_private(b"proof", suffix=".pdf")
    content = private_path(name).read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        delete_private(name)

    assert content == b"proof"
    assert name.count("/") == 2
    assert not private_path(name).exists()


def test_two_files_never_share_a_name():
    assert save_private(b"same") != save_private(b"same")


@pytest.mark.parametrize("name", ["", ".", "../secret", "/etc/passwd", "a/../../secret", "pictures/../.."])
def test_no_name_leads_out_of_the_folder(name):
    with pytest.raises(ValueError, match="not a name"):
        private_path(name)


def test_a_picture_is_stored_in_several_widths():
    picture = store_picture(photo(), alt="Das Rathaus", credit="A. Beispiel", rights_confirmed=True, region_id=3)

    sizes = [size_of(picture_path(picture, width)) for width in picture.widths]
    assert picture.widths == sorted(picture.widths)
    assert (picture.width, picture.height) == sizes[-1]
    assert [width for width, _ in sizes] == picture.widths
    assert (picture.alt, picture.region_id, picture.by) == ("Das Rathaus", 3, "")


def test_the_next_larger_file_serves_any_width():
    picture = store_picture(photo(2000, 1000))

    shown = [picture_path(picture, width).name for width in (1, 480, 481, 9999)]

    assert shown == ["480.webp", "480.webp", "960.webp", "1600.webp"]


def test_recognisable_people_have_agreed():
    with pytest.raises(IntegrityError), transaction.atomic():
        store_picture(photo(), people_recognisable=True)


def test_a_deleted_picture_leaves_nothing(data, django_capture_on_commit_callbacks):
    picture = store_picture(photo())
    with django_capture_on_commit_callbacks(execute=True):
        delete_picture(picture)

    assert Picture.objects.count() == 0
    assert list((data / "files" / "pictures").iterdir()) == []


def test_what_a_rollback_left_is_removed_after_a_day(data):
    kept, young = store_picture(photo()), data / "files" / "pictures" / "young"
    lost = data / "files" / "pictures" / "lost"
    for folder in (lost, young):
        folder.mkdir()
    days_ago(lost, 2)
    days_ago(picture_path(kept, 0).parent, 2)

    assert remove_orphans() == 1
    assert sorted(folder.name for folder in (data / "files" / "pictures").iterdir()) == sorted([kept.token, "young"])
