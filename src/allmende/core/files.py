"""Files of people: under the data folder, outside of what the web server shows; only views hand them out."""

import logging
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from allmende.core.models import Picture

if TYPE_CHECKING:
    from allmende.core.pictures import Rendition

logger = logging.getLogger(__name__)

ORPHAN_AFTER = timedelta(days=1)  # a file is written before its row is committed


def private_path(name: str) -> Path:
    """Return where the file of this name lies. Raises ValueError for a name that leads out of the folder."""
    folder = _folder()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or path == folder:
        raise ValueError(f"not a name of a private file: {name!r}")
    return path


def _folder() -> Path:
    return Path(settings.DATA, "files").resolve()


def save_private(content: bytes, *, suffix: str = "") -> str:
    """Write the bytes under a random name, whole or not at all, and return the name; ``suffix`` such as ``.pdf``."""
    token = secrets.token_hex(16)
    name = f"{token[:2]}/{token[2:4]}/{token[4:]}{suffix}"
    _write(private_path(name), content)
    return name


def delete_private(name: str) -> None:
    """Delete once the transaction is committed; a file that is gone already is fine."""
    path = private_path(name)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def store_picture(
    file: File,
    *,
    alt: str = "",
    credit: str = "",
    people_recognisable: bool = False,
    consent: bool = False,
    rights_confirmed: bool = False,
    region_id: int | None = None,
    by: Model | None = None,
    keep_alpha: bool = False,
) -> Picture:
    """Re-encode an uploaded picture (upright, no EXIF, several widths), store it and return its row.

    ``by`` is the person; ``keep_alpha`` keeps a logo's transparency. Raises ValidationError, in words for people, when
    the file is no picture, too large or a bomb.
    """
    renditions = sorted(_renditions(file, keep_alpha=keep_alpha), key=lambda rendition: rendition.width)
    picture = Picture(
        alt=alt,
        credit=credit,
        people_recognisable=people_recognisable,
        consent=consent,
        rights_confirmed=rights_confirmed,
        region_id=region_id,
        by=str(by.pk) if by else "",
        widths=[rendition.width for rendition in renditions],
        width=renditions[-1].width,
        height=renditions[-1].height,
    )
    for rendition in renditions:
        _write(picture_path(picture, rendition.width), rendition.data)
    picture.save()
    return picture


def _renditions(file: File, *, keep_alpha: bool) -> "list[Rendition]":
    """A form's field has made them already; see ``fields.PictureField``."""
    from allmende.core.pictures import reencode  # noqa: PLC0415  # Pillow is loaded by those who need it

    made: dict[bool, list[Rendition]] = getattr(file, "renditions", {})
    return made.get(keep_alpha) or reencode(file, keep_alpha=keep_alpha)


def picture_path(picture: Picture, width: int) -> Path:
    """Return the file with the smallest rendition that is at least ``width`` pixels wide, else the widest."""
    fitting = [own for own in picture.widths if own >= width] or picture.widths[-1:]
    return private_path(f"pictures/{picture.token}/{fitting[0]}.webp")


def delete_picture(picture: Picture) -> None:
    """Delete the row, and its files once the transaction is committed."""
    folder = picture_path(picture, 0).parent
    picture.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def remove_orphans() -> int:
    """Delete folders of pictures without a row: what a kill or a rollback left. Returns how many.

    Whether a picture's row is still wanted only the floors above know; they call ``delete_picture``.
    """
    orphans = list(_orphans(timezone.now() - ORPHAN_AFTER))
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    return len(orphans)


def _orphans(before: datetime) -> Iterator[Path]:
    folders = [folder for folder in (_folder() / "pictures").glob("*") if _is_older(folder, before)]
    for start in range(0, len(folders), 500):
        lot = folders[start : start + 500]
        known = set(Picture.objects.filter(token__in=[folder.name for folder in lot]).values_list("token", flat=True))
        yield from (folder for folder in lot if folder.name not in known)


def _is_older(path: Path, than: datetime) -> bool:
    return path.stat().st_mtime < than.timestamp()


def _write(path: Path, content: bytes) -> None:
    """Under another name first, on the disk, then renamed: a file is whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
