"""Files of people: under the data folder, outside of what the web server shows; only views hand them out."""

import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import ForeignObjectRel, Model, QuerySet
from django.http import FileResponse
from django.utils import timezone

from allmende.core.documents import read_document
from allmende.core.models import Picture, PrivateFile
from allmende.core.text import clean

if TYPE_CHECKING:
    from allmende.core.pictures import Rendition

logger = logging.getLogger(__name__)

KEPT = "private"  # the folder of files that have a row of PrivateFile
LONGEST_NAME = 200
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


def save_private(content: bytes, *, suffix: str = "", folder: str = "") -> str:
    """Write the bytes under a random name, whole or not at all, and return the name; ``suffix`` such as ``.pdf``."""
    token = secrets.token_hex(16)
    name = f"{folder and f'{folder}/'}{token[:2]}/{token[2:4]}/{token[4:]}{suffix}"
    _write(private_path(name), content)
    return name


def delete_private(name: str) -> None:
    """Delete once the transaction is committed; a file that is gone already is fine."""
    path = private_path(name)
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def keep_file(file: File, *, region_id: int | None, by: Model) -> PrivateFile:
    """Keep a paper of somebody's (PDF, JPEG, PNG, HEIC; 10 MB at most) and return its row.

    Whoever hands it out looks first whether the person may see it, and logs it. Raises ValidationError, in words for
    people; see ``documents.read_document``.
    """
    document = getattr(file, "document", None) or read_document(file)  # a form's field has read it already
    stem = Path(clean((file.name or "").replace("\\", "/"), lines=False).rpartition("/")[2].lstrip(". ")).stem
    return PrivateFile.objects.create(
        path=save_private(document.content, suffix=document.suffix, folder=KEPT),
        name=f"{stem[: LONGEST_NAME - len(document.suffix)] or 'datei'}{document.suffix}",
        content_type=document.content_type,
        size=len(document.content),
        sha256=hashlib.sha256(document.content).hexdigest(),
        region_id=region_id,
        by=str(by.pk),
    )


def forget_file(kept: PrivateFile) -> None:
    """Delete the row, and the file once the transaction is committed."""
    kept.delete()
    delete_private(kept.path)


def hand_out(kept: PrivateFile) -> FileResponse:
    """The answer with the file, for nobody's cache. A PDF may hold programs: it is only ever saved, never shown.

    Raises FileNotFoundError.
    """
    response = FileResponse(
        private_path(kept.path).open("rb"),
        as_attachment=not kept.content_type.startswith("image/"),
        filename=kept.name,
        content_type=kept.content_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


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
    """Delete pictures and kept files without a row: what a kill or a rollback left. Returns how many.

    Whether a picture's row is still wanted only the floors above know; they call ``delete_picture``. A kept file is not
    once nothing points at it any more.
    """
    before = timezone.now() - ORPHAN_AFTER
    for kept in _unwanted(before):
        forget_file(kept)
    orphans = [
        *_orphans((_folder() / "pictures").glob("*"), before, lambda folder: folder.name, Picture, "token"),
        *_orphans((_folder() / KEPT).glob("*/*/*"), before, lambda path: str(path.relative_to(_folder())), PrivateFile),
    ]
    for orphan in orphans:
        shutil.rmtree(orphan, ignore_errors=True) if orphan.is_dir() else orphan.unlink(missing_ok=True)
    return len(orphans)


def _orphans(
    paths: Iterable[Path], before: datetime, key: Callable[[Path], str], model: type[Model], column: str = "path"
) -> Iterator[Path]:
    old = [path for path in paths if _is_older(path, before)]
    for start in range(0, len(old), 500):
        lot = old[start : start + 500]
        rows = model._default_manager.filter(**{f"{column}__in": [key(path) for path in lot]})
        known = set(rows.values_list(column, flat=True))
        yield from (path for path in lot if key(path) not in known)


def _unwanted(before: datetime) -> QuerySet[PrivateFile]:
    """Kept files whose thing is gone, such as that of an organisation that was dissolved."""
    rows = PrivateFile.objects.filter(created_at__lt=before)
    for relation in PrivateFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            column = relation.remote_field.attname
            wanted = relation.related_model._base_manager.exclude(**{column: None}).values(column)
            rows = rows.exclude(pk__in=wanted)
    return rows


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
