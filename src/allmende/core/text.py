"""Text that people and files bring: cleaned once at the door, folded for sorting and simple search."""

import codecs
import re
import unicodedata
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allmende.core.html import plain_text

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Control characters, and whatever a reader cannot see or that turns the direction of what follows (UTS 39, UAX 9).
# The soft hyphen goes too: two names that look the same are then the same.
_INVISIBLE = (
    "\x01-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_DROPPED = re.compile(f"[{_INVISIBLE}]")
# Zero-width (non-)joiners and variation selectors mean something to their neighbours only: between letters of Arabic,
# Syriac and Indic scripts (Persian and Kurdish names are misspelt without them) and inside an emoji. Elsewhere they go.
_JOINED_SCRIPTS = "\u0600-\u07ff\u0840-\u086f\u08a0-\u0dff\u0e80-\u109f\u1780-\u18af"
_SYMBOLS = "\xa9\xae\u203c-\u3299\U0001f000-\U0001faff"
_JOINERS = re.compile(
    f"(?<=[{_JOINED_SCRIPTS}])[\u200c\u200d](?=[{_JOINED_SCRIPTS}])"
    f"|(?<=[{_SYMBOLS}\ufe0f])\u200d(?=[{_SYMBOLS}])"
    f"|(?<=[{_SYMBOLS}])\ufe0f"
    "|(?P<stray>[\u200c\u200d\ufe00-\ufe0f])"
)
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe"}
    | {"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NOT_WORDS = re.compile(r"[\W_]+")
_NOT_ASCII = re.compile(r"[^a-z0-9]+")
_EXCERPT_SOURCE = 20  # characters of Markdown looked at for one character of an excerpt: links are long


def clean(text: str, *, lines: bool) -> str:
    """Return the text in NFC without control, bidi and invisible characters, stripped.

    With ``lines`` line breaks stay (as ``\\n``) and tabs become spaces; without, any white space becomes one space.
    Text that is only invisible becomes ``""``. Raises ValidationError ``surrogate`` or ``nul`` (UTS 36: refuse, since
    half a character cannot be repaired and no database stores it).
    """
    refuse_broken(text)
    text = _LINE_BREAKS.sub("\n", text).replace("\t", " ")
    text = _DROPPED.sub("", text)
    text = _JOINERS.sub(_keep_joiner, text)
    text = unicodedata.normalize("NFC", text)
    return text.strip() if lines else " ".join(text.split())


def refuse_broken(text: str) -> None:
    """Raise ValidationError for lone surrogates and NUL."""
    if _SURROGATE.search(text):
        raise ValidationError(
            _("Der Text enthält ein beschädigtes Zeichen. Bitte tippen Sie ihn neu, statt ihn einzufügen."),
            code="surrogate",
        )
    if "\0" in text:
        raise ValidationError(
            _("Der Text enthält ein Zeichen, das wir nicht speichern können. Bitte tippen Sie ihn neu."), code="nul"
        )


def fold(text: str) -> str:
    """Return the words in lower case with ä as ae and ß as ss, without accents, parted by single spaces.

    Both databases sort and search this alike (as long as the column compares by code point).
    """
    text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = "".join(letter for letter in text.translate(_LETTERS) if not unicodedata.combining(letter))
    return _NOT_WORDS.sub(" ", text).strip()


def slug(text: str, *, length: int = 50) -> str:
    """Return a-z, 0-9 and hyphens for an address, cut at a word; ``""`` if nothing of the text can be written so."""
    words = _NOT_ASCII.sub("-", fold(text)).strip("-")
    if len(words) <= length:
        return words
    whole, _hyphen, _rest = words[: length + 1].rpartition("-")
    return whole or words[:length]


def excerpt(markdown: str, length: int) -> str:
    """Return the first ``length`` characters of the text without Markdown, cut at a word and ended by an ellipsis."""
    text = " ".join(plain_text(markdown[: length * _EXCERPT_SOURCE]).split())
    if len(text) <= length:
        return text
    whole, _space, _rest = text[:length].rpartition(" ")
    return (whole or text[: length - 1]).rstrip(" ,;:.–-") + "…"


def encoding_of(file: BinaryIO) -> str:
    """Return how a text file is encoded: by its byte order mark, else UTF-8, UTF-16 or Windows-1252. Rewinds the file.

    Every byte is looked at, in pieces: an umlaut may come late.
    """
    file.seek(0)
    start = file.read(4096)
    encoding = _marked(start) or _wide(start) or ("utf-8" if _is_utf8(start, file) else "cp1252")
    file.seek(0)
    return encoding


def _keep_joiner(match: re.Match[str]) -> str:
    return "" if match["stray"] else match[0]


def _marked(start: bytes) -> str | None:
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    return next((encoding for mark, encoding in marks.items() if start.startswith(mark)), None)


def _wide(start: bytes) -> str | None:
    # Latin text in UTF-16 has a NUL in every second byte.
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 4 else None


def _is_utf8(start: bytes, file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while start:
            decoder.decode(start)
            start = file.read(65536)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
