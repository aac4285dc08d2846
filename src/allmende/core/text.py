"""Text that people and files bring: cleaned once at the door, folded for sorting and simple search."""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _
from rapidfuzz.fuzz import ratio

from allmende.core.html import plain_text

_DAMAGED = _("Der Text enthält ein beschädigtes Zeichen. Bitte tippen Sie ihn neu, statt ihn einzufügen.")
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
DOUBTFUL = 85.0  # from here on a person decides whether two names mean the same organisation
_LONG_WORD = 6  # letters
_SAME_WORD = 88  # one typing mistake in eight letters
# What people write or leave out at will. At the front of a name "ev" is evangelisch and "AG" a working group.
_LEGAL_FORMS = re.compile(
    r"(?<=.)\b(?:e ?v|gemeinnuetzige gmbh|g?gmbh|mbh|haftungsbeschraenkt|gbr|ohg|k ?d ?oe ?r)\b"
    r"|\beingetragener verein\b|(?<=.)\b(?:e ?g|ag|kg|g?ug|i g)$"
)
_SHORT_FORMS = {
    **dict.fromkeys(("ev", "evang", "evangelisch", "evangelischer", "evangelisches"), "evangelische"),
    **dict.fromkeys(("kath", "katholisch", "katholischer", "katholisches"), "katholische"),
    "st": "sankt",
    "freiw": "freiwillige",
    "ff": "freiwillige feuerwehr",
    "awo": "arbeiterwohlfahrt",
    "drk": "deutsches rotes kreuz",
    "dlrg": "deutsche lebens rettungs gesellschaft",
}
_FILLERS = {
    *("und", "in", "im", "der", "die", "das", "den", "dem", "des", "fuer", "zu", "zur", "zum", "am", "an", "auf"),
    *("von", "vom", "aus", "bei", "mit", "verein"),
}


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
        raise ValidationError(_DAMAGED, code="surrogate")
    if "\0" in text:
        raise ValidationError(
            _("Der Text enthält ein Zeichen, das wir nicht speichern können. Bitte tippen Sie ihn neu."), code="nul"
        )


def refuse_damaged(text: str) -> None:
    """Raise ValidationError for the sign that stands where a program could not read a letter."""
    if "\ufffd" in text:
        raise ValidationError(_DAMAGED, code="damaged")


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


def similar(one: str, other: str) -> float:
    """Return how much two names of organisations resemble each other: 100 the same, from DOUBTFUL on ask, below not.

    Compared after folding and without legal forms (e.V., gGmbH …), short forms (Ev., AWO …) written out:

    * the same words, "Verein" aside: 100;
    * the same letters, written apart or together: 99;
    * all words of one, at least two, stand in the other ("TSV Lindach" in "TSV Lindach 1921"): 90;
    * else the share of letters in words that both have, where a long word may have one typing mistake. So
      "Feuerwehrverein Lindach" and "Gartenbauverein Lindach" share one short word and are different.
    """
    ours, theirs = sorted((_words_of(one), _words_of(other)))
    if _without(ours, {"verein"}) == _without(theirs, {"verein"}):
        return 100.0
    if "".join(ours) == "".join(theirs):
        return 99.0
    return _shared(_without(ours, _FILLERS), _without(theirs, _FILLERS))


def resembles(name: str, candidates: Iterable[str]) -> list[tuple[str, float]]:
    """Return the candidates that are the same (100) or doubtful, the most alike first, with their score."""
    scored = ((candidate, similar(name, candidate)) for candidate in candidates)
    return sorted((pair for pair in scored if pair[1] >= DOUBTFUL), key=lambda pair: (-pair[1], pair[0]))


def encoding_of(file: BinaryIO | File) -> str:
    """Return how a text file is encoded: by its byte order mark, else UTF-8, UTF-16 or Windows-1252. Rewinds the file.

    Every byte is looked at, in pieces: an umlaut may come late.
    """
    file.seek(0)
    start = file.read(4096)
    encoding = _marked(start) or _wide(start) or ("utf-8" if _is_utf8(start, file) else "cp1252")
    file.seek(0)
    return encoding


@lru_cache(maxsize=8192)  # an import compares each name with all that are known
def _words_of(name: str) -> tuple[str, ...]:
    folded = fold(name.replace("&", " und ").replace("+", " und "))
    bare = _LEGAL_FORMS.sub(" ", folded).split() or folded.split()
    words = " ".join(_SHORT_FORMS.get(word, word) for word in bare).split()
    return tuple(words) or (name,)  # a name in signs alone is like itself only


def _without(words: tuple[str, ...], left_out: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in left_out) or words


def _shared(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    left = list(theirs)
    pairs = [(word, left.pop(left.index(match))) for word in ours if (match := _match(word, left))]
    if min(len(ours), len(theirs)) > 1 and len(pairs) >= min(len(ours), len(theirs)):
        return 90.0
    both = sum(len(word) + len(match) for word, match in pairs)
    return min(99.0, 100.0 * both / max(1, len("".join(ours)) + len("".join(theirs))))


def _match(word: str, words: list[str]) -> str | None:
    if word in words:
        return word
    # Short words differ on purpose (TSV, TSG), and so do numbers.
    near = (other for other in words if min(len(word), len(other)) >= _LONG_WORD and not word.isdigit())
    return next((other for other in near if ratio(word, other) >= _SAME_WORD), None)


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


def _is_utf8(start: bytes, file: BinaryIO | File) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    proved = False
    try:
        while start:
            proved |= not decoder.decode(start).isascii()
            start = file.read(65536)
    except UnicodeDecodeError:
        return False
    rest, _flag = decoder.getstate()
    return proved or not rest  # a file that was cut off may end within a letter
