"""The catalogues of texts: ``extract`` brings new texts in, ``compile`` writes what Django reads, ``check`` tells
whether both were done. A text's name (msgid) is the German text itself; only English has catalogues, one an app.
``src/allmende/locale`` is written by hand: what Django and allauth say, in our own words, in both languages.
"""

import gettext
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from environment import ROOT

PACKAGE = ROOT / "src" / "allmende"
LANGUAGE = "en"
HEADER = """msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
# As Django's own makemessages looks for them; templates are turned into calls of gettext and its sisters.
KEYWORDS = ("_", "gettext_lazy", "gettext_noop", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2",
            "npgettext:1c,2,3", "npgettext_lazy:1c,2,3")  # fmt: skip
NOT_SEARCHED = {"migrations", "tests", "vendor", "static"}
TEMPLATES = {".html", ".txt", ".xml", ".svg"}
PART = re.compile(r'^(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\]) "(.*)"$')


@dataclass
class Message:
    """One text of a catalogue; ``places`` are ``path:line`` seen from the repository."""

    text: str = ""
    plural: str = ""
    context: str = ""
    translations: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


def apps() -> list[Path]:
    """The folders of all apps that have texts of their own to show."""
    return sorted(path.parent for path in PACKAGE.rglob("apps.py"))


def catalogue_of(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def sources(app: Path) -> Iterator[Path]:
    """What may hold texts: Python files and templates."""
    for path in sorted(app.rglob("*")):
        inside = path.relative_to(app)
        if NOT_SEARCHED.isdisjoint(inside.parts) and (
            path.suffix == ".py" or ("templates" in inside.parts and path.suffix in TEMPLATES)
        ):
            yield path


def template_of(app: Path) -> str:
    """All texts of an app as a catalogue without translations, '' if there are none. Needs xgettext."""
    with tempfile.TemporaryDirectory() as folder:
        names = [copy_for_xgettext(path, Path(folder)) for path in sources(app)]
        # Wide lines and whole places: what we write is read by line.
        options = ("--from-code=UTF-8", "--language=Python", "--add-comments=Translators", "--no-wrap", "--output=-")
        keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
        listing = "\n".join(names)
        found = run("xgettext", *options, *keywords, "--files-from=-", folder=folder, text=listing)
    return found[found.index("\n\n") + 2 :] if "\n\n" in found else ""


def copy_for_xgettext(path: Path, folder: Path) -> str:
    """Writes a file of the same lines that xgettext can read as Python; returns its name seen from the folder."""
    from django.utils.translation.template import templatize  # noqa: PLC0415  # ./test starts without Django

    name = path.relative_to(ROOT).as_posix()
    text = path.read_text(encoding="utf-8")
    copy = folder / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text if path.suffix == ".py" else templatize(text, origin=name), encoding="utf-8")
    return name


def run(*command: str | Path, folder: Path | str = ROOT, text: str = "") -> str:
    # Sorting and messages of the tools depend on the locale.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, cwd=folder, input=text, capture_output=True, text=True, check=True, env=environment
    ).stdout


def parse(catalogue: str) -> list[Message]:
    """The texts of a .po or .pot file, without its header and without texts that are gone."""
    found = (parse_one(block) for block in re.split(r"\n{2,}", catalogue) if "\nmsgid" in f"\n{block}")
    return [message for message in found if message.text]


def parse_one(block: str) -> Message:
    message, parts, last = Message(), defaultdict(str), ""
    for line in block.splitlines():
        if line.startswith("#:"):
            message.places += line[2:].split()
        elif line.startswith("#,"):
            message.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif match := PART.match(line):
            last = match[1]
            parts[last] += match[2]
        elif line.startswith('"'):
            parts[last] += line[1:-1]
    read = {name: unescape(value) for name, value in parts.items()}
    message.text, message.plural, message.context = (
        read.get(name, "") for name in ("msgid", "msgid_plural", "msgctxt")
    )
    message.translations = [value for name, value in sorted(read.items()) if name.startswith("msgstr")]
    return message


def unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)


def messages() -> list[Message]:
    """Every text in the sources of all apps, as it stands there now."""
    return [message for app in apps() for message in parse(template_of(app))]


def extract() -> None:
    """Bring the catalogues up to what the sources say; a translation that another app has is taken over."""
    with tempfile.TemporaryDirectory() as folder:
        known = [kept_of(app, Path(folder)) for app in apps()]
        together = Path(folder, "together.po")
        together.write_text(run("msgcat", "--use-first", "--no-wrap", *known), encoding="utf-8")
        for app, kept in zip(apps(), known, strict=True):
            extract_app(app, kept, together)


def kept_of(app: Path, folder: Path) -> Path:
    """A copy of an app's catalogue without texts that wait for a translation: msgmerge would not look further."""
    kept = Path(folder, f"{app.name}.po")
    old = catalogue_of(app)
    translated = run("msgattrib", "--translated", "--no-obsolete", old) if old.exists() else HEADER
    kept.write_text(translated, encoding="utf-8")
    return kept


def extract_app(app: Path, kept: Path, together: Path) -> None:
    catalogue, template = catalogue_of(app), template_of(app)
    if not template:
        return
    # No guesses ("fuzzy"): a text that changed is a new text.
    options = ("--quiet", "--no-fuzzy-matching", "--no-wrap", f"--compendium={together}", "--output-file=-")
    merged = run("msgmerge", *options, kept, "-", text=f"{HEADER}\n{template}")
    written = ("--no-obsolete", "--no-wrap", "--add-location=file", "--sort-output", "-")
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    catalogue.write_text(run("msgattrib", *written, text=merged), encoding="utf-8")


def catalogues() -> list[Path]:
    """Every catalogue there is, of apps and of what others say."""
    return sorted(PACKAGE.rglob("locale/*/LC_MESSAGES/django.po"))


def compile_all() -> None:
    for catalogue in catalogues():
        write_compiled(catalogue, catalogue.with_suffix(".mo"))


def write_compiled(catalogue: Path, target: Path) -> None:
    """Raises CalledProcessError if a placeholder of the text is missing in its translation."""
    run("msgfmt", "--check-format", "--no-hash", f"--output-file={target}", catalogue)


def check() -> list[str]:
    """What is wrong with the catalogues; nothing if they are complete and fresh."""
    missing = [problem for app in apps() for problem in missing_in(app)]
    return missing + [problem for catalogue in catalogues() for problem in check_catalogue(catalogue)]


def missing_in(app: Path) -> Iterator[str]:
    """Texts of the sources that the catalogue lacks, and the other way round."""
    catalogue = catalogue_of(app)
    name = catalogue.relative_to(ROOT)
    wanted = {message.key: message for message in parse(template_of(app))}
    have = {message.key: message for message in parse(catalogue.read_text())} if catalogue.exists() else {}
    for key in wanted.keys() - have.keys():
        yield f"{name}: missing, run tools/messages.py extract: {key[1]} ({wanted[key].places[0]})"
    for key in have.keys() - wanted.keys():
        yield f"{name}: no longer in use, run tools/messages.py extract: {key[1]}"


def check_catalogue(catalogue: Path) -> Iterator[str]:
    name = catalogue.relative_to(ROOT)
    for message in parse(catalogue.read_text()):
        yield from (f"{name}: {problem}: {message.text}" for problem in faults(message))
    yield from check_compiled(catalogue)


def faults(message: Message) -> Iterator[str]:
    if not all(message.translations):
        yield "not translated"
    if "fuzzy" in message.flags:
        yield "only guessed"
    if message.plural and len(message.translations) != 2:
        yield "one of two plural forms is missing"
    originals = [message.text, message.plural or message.text]
    for original, translation in zip(originals, message.translations, strict=False):
        other = placeholders(translation) ^ placeholders(original)
        # A singular may leave its number out: "one entry".
        allowed = placeholders(message.plural) if message.plural and original == message.text else set()
        if other - allowed:
            yield f"other placeholders ({', '.join(sorted(other))})"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)\w|\{\w*\}|</?\w+|%%", text))


def check_compiled(catalogue: Path) -> Iterator[str]:
    """Compare contents, not times: a clone sets all times anew."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "fresh.mo")
        try:
            write_compiled(catalogue, fresh)
        except subprocess.CalledProcessError as error:
            yield error.stderr.strip()
            return
        committed = catalogue.with_suffix(".mo")
        if not committed.exists() or content(committed) != content(fresh):
            yield f"{committed.relative_to(ROOT)}: not compiled, run tools/messages.py compile"


def content(compiled: Path) -> dict[object, str]:
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog  # noqa: SLF001  # the one thing to compare


def missing() -> Iterator[str]:
    for app in apps():
        for message in parse(catalogue_of(app).read_text()) if catalogue_of(app).exists() else []:
            if not all(message.translations):
                yield f"{message.places[0]}: {message.text}"


def main() -> int:
    match sys.argv[1:]:
        case ["extract"]:
            extract()
            print("\n".join(missing()))
        case ["compile"]:
            compile_all()
        case ["check"]:
            problems = check()
            print("\n".join(problems))
            return 1 if problems else 0
        case _:
            print("tools/messages.py extract | compile | check", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.stderr)
