"""What an archive says about itself, and whether that is true."""

import errno
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as CorruptData  # noqa: N812  # it is an exception

NAME = "manifest.json"
FORMAT = 1
FOLDERS = ("files", "maps")  # below the data folder
ROWS = "rows"
CHUNK = 1 << 20
LARGEST_MANIFEST = 256 << 20

Node = tuple[str, str]  # app and name of a migration


OFTEN_SAID = {
    errno.ENOSPC: "Auf dem Datenträger ist kein Platz mehr",
    errno.EDQUOT: "Auf dem Datenträger ist kein Platz mehr",
    errno.EFBIG: "Die Datei darf hier nicht so groß werden",
    errno.ENOENT: "Die Datei oder den Ordner gibt es nicht",
    errno.ENOTDIR: "Der Weg dorthin ist kein Ordner",
    errno.EISDIR: "Das ist ein Ordner",
    errno.EACCES: "Dieses Konto darf das nicht",
    errno.EPERM: "Dieses Konto darf das nicht",
    errno.EROFS: "Der Datenträger lässt sich nur lesen",
}


class Refused(Exception):
    """Why it cannot be, in a sentence for the operator; nothing was changed."""


@dataclass(frozen=True)
class Table:
    columns: list[str]
    rows: int
    last_key: int | None = None  # the highest that was ever given: keys of deleted rows are never given again


@dataclass(frozen=True)
class Part:
    size: int
    sha256: str


@dataclass
class Manifest:
    version: str
    made_at: str
    database: str
    demo: bool
    migrations: list[Node]
    tables: dict[str, Table] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())

    @property
    def files(self) -> list[str]:
        """Names of the files of people, relative to the data folder."""
        return [name for name in self.parts if not name.startswith(f"{ROWS}/")]

    def write(self, archive: ZipFile) -> None:
        archive.writestr(NAME, json.dumps(asdict(self), ensure_ascii=False, indent=1), ZIP_DEFLATED)

    @classmethod
    def read(cls, archive: ZipFile) -> "Manifest":
        """Raises Refused for one that we do not understand."""
        try:
            if archive.getinfo(NAME).file_size > LARGEST_MANIFEST:
                raise Refused("Das Inhaltsverzeichnis der Sicherung ist unglaubhaft groß.")
            given = json.loads(archive.read(NAME))
            if given["format"] != FORMAT:
                raise Refused(f"Diese Sicherung hat das Format {given['format']}; dieses Programm kennt nur {FORMAT}.")
            given["migrations"] = [(app, name) for app, name in given["migrations"]]
            given["tables"] = {label: Table(**table) for label, table in given["tables"].items()}
            given["parts"] = {name: Part(**part) for name, part in given["parts"].items()}
            return cls(**given)
        except KeyError as error:
            raise Refused(f"Das ist keine Sicherung von Allmende: {error.args[0]} fehlt.") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise Refused("Das Inhaltsverzeichnis der Sicherung ist beschädigt.") from error


def in_words(error: OSError) -> str:
    """What the system says, in German where it is said often."""
    return OFTEN_SAID.get(error.errno or 0) or error.strerror or str(error)


def rows_name(label: str) -> str:
    return f"{ROWS}/{label}.jsonl"


def add(archive: ZipFile, name: str, chunks: Iterable[bytes]) -> Part:
    """Write the part and return its size and hash. Pictures do not get smaller, so they are only stored."""
    info = ZipInfo(name)
    info.compress_type = ZIP_DEFLATED if name.startswith(ROWS) else ZIP_STORED
    info.external_attr = 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Part(size, digest.hexdigest())


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """The archive, looked through from end to end. Raises Refused for one that is truncated, altered or none."""
    with _in_words(path):
        archive = ZipFile(path)
    with archive:
        with _in_words(path):
            manifest = Manifest.read(archive)
            _refuse_altered(archive, manifest)
        yield archive, manifest


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (BadZipFile, EOFError, CorruptData, NotImplementedError) as error:
        raise Refused(f"{path} ist abgeschnitten, beschädigt oder keine Sicherung von Allmende.") from error
    except OSError as error:
        raise Refused(f"{path} ist nicht zu lesen: {in_words(error)}.") from error


def _refuse_altered(archive: ZipFile, manifest: Manifest) -> None:
    names = sorted(info.filename for info in archive.infolist())
    if names != sorted([NAME, *manifest.parts]):
        raise Refused("Die Sicherung ist verändert: Sie enthält andere Teile, als ihr Inhaltsverzeichnis nennt.")
    if sorted(manifest.parts) != sorted([*map(rows_name, manifest.tables), *manifest.files]):
        raise Refused("Die Sicherung ist verändert: Tabellen und Teile passen nicht zusammen.")
    for name, part in manifest.parts.items():
        _refuse_strange(name)
        with archive.open(name) as file:
            if part_of(file) != part:
                raise Refused(f"Die Sicherung ist verändert: {name} hat eine andere Prüfsumme.")


def _refuse_strange(name: str) -> None:
    """Nothing leads out of the data folder, or to another place in it."""
    path = PurePosixPath(name)
    if path.parts[:1] not in {(folder,) for folder in (ROWS, *FOLDERS)} or ".." in path.parts or str(path) != name:
        raise Refused(f"Die Sicherung ist verändert: {name!r} gehört nicht hinein.")


def part_of(file: IO[Any]) -> Part:
    """Size and hash of what is in the file."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Part(size, digest.hexdigest())
