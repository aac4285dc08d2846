"""Reads words.toml and the German texts, and tells what a text should say otherwise."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from messages import PACKAGE, ROOT, messages, parse

LIST = tomllib.loads(Path(__file__).with_name("words.toml").read_text())
DEMO = sorted(
    path for pattern in ("portal/demo_town/*.json", "modules/*/demo_data/*.json") for path in PACKAGE.glob(pattern)
)
JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"(?!\s*:)')  # a string that is not a key
MARKUP = re.compile(r"%\(\w+\)\w|\{\w*\}|<[^>]+>|https?://\S+|\S+@\S+|[\w.-]+\.example\b|`[^`]*`")
SENTENCE = re.compile(r"(?<=[.!?:;…])[“)]?\s+|\n+| – ")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
TAG = re.compile(r"{[{%][^}]*[}%]}")  # of a template
PARAGRAPH = re.compile(r"^\S.*(?:\n(?![*#|\n-]).+)*", re.MULTILINE)
ABBREVIATION = re.compile(r"\b(?:St|Nr|Dr|Tel|Str|[a-zA-ZÄÖÜ]|\d+)\.")


@dataclass(frozen=True)
class Text:
    """A German text and where it stands: ``path:line`` seen from the repository.

    ``at_home`` marks texts of one town, or about one: they may use its own words.
    """

    place: str
    text: str
    at_home: bool = False


@cache
def texts() -> list[Text]:
    """Every text that people read: what gettext finds in the sources, and the texts of the demo towns."""
    own = [Text(message.places[0], form) for message in messages() for form in (message.text, message.plural) if form]
    return [*own, *texts_of_others(), *demo_texts(), *documents()]


def texts_of_others() -> Iterator[Text]:
    """What Django and allauth say, in our words."""
    catalogue = PACKAGE / "locale" / "de" / "LC_MESSAGES" / "django.po"
    for message in parse(catalogue.read_text()):
        yield from (Text(str(catalogue.relative_to(ROOT)), said) for said in message.translations)


def documents() -> Iterator[Text]:
    """The paragraphs and the points of lists of what townspeople read in docs/people, and of the delivered texts."""
    delivered = PACKAGE.glob("regions/texts/de/*.md")
    for path in sorted([*(ROOT / "docs" / "people").glob("*.md"), *delivered]):
        source = TAG.sub("X", LINK.sub(r"\1", path.read_text()))
        for match in PARAGRAPH.finditer(source):
            line = source.count("\n", 0, match.start()) + 1
            yield Text(f"{path.relative_to(ROOT)}:{line}", " ".join(match[0].split()), at_home=True)


def demo_texts() -> Iterator[Text]:
    for path in DEMO:
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            for found in JSON_TEXT.findall(line):
                text = json.loads(found)
                if " " in text:  # the rest are keys, addresses and single names
                    yield Text(f"{path.relative_to(ROOT)}:{number}", text, at_home=True)


def complaints(text: Text) -> Iterator[str]:
    """What is wrong with a text, each with the better word or the reason."""
    plain = MARKUP.sub(" X ", text.text)
    for rule in LIST["avoid"]:
        if found := offence(rule, text, plain):
            yield f"{text.place}: „{found}“: {rule['instead']} ({rule['why']})"
    for sentence in SENTENCE.split(ABBREVIATION.sub("X", plain)):
        length = len(re.findall(r"\w[\w-]*", sentence))
        if length > LIST["limits"]["words_in_a_sentence"]:
            yield f"{text.place}: {length} words in one sentence: {sentence}"
    for word in re.findall(r"\w+", plain):
        if len(word) > LIST["limits"]["letters_in_a_word"]:
            yield f"{text.place}: a word of {len(word)} letters: {word}"
    for sign in text.text:
        if is_emoji(sign):
            yield f"{text.place}: {unicodedata.name(sign, hex(ord(sign)))}: no emoji, draw an icon"


def offence(rule: dict, text: Text, plain: str) -> str:
    """The first word of the text that the rule forbids, '' if there is none."""
    if text.at_home and rule.get("only") == ["src"]:
        return ""
    if any(text.place.startswith(place) for place in rule.get("allowed_in", [])):
        return ""
    flags = 0 if rule.get("exact") else re.IGNORECASE
    for match in re.finditer(rf"(?<![\w-]){rule['find']}", plain, flags):
        word = re.match(r"\w*", plain[match.start() :])[0].lower()
        if any(word.startswith(other) for other in rule.get("allowed", [])):
            continue
        if "not_after" in rule and plain[: match.start()].endswith(rule["not_after"]):
            continue
        return match[0]
    return ""


def is_emoji(sign: str) -> bool:
    return unicodedata.category(sign) == "So" and sign not in "©®°№"
