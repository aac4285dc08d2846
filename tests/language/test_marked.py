"""Whatever people read is marked for translation: in templates and in Python."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from messages import PACKAGE, ROOT, TEMPLATES, apps, messages, sources

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Signs and words that no English identifier has.
GERMAN = re.compile(
    r"[äöüßÄÖÜ„“]|\b(?:der|die|das|und|oder|nicht|bitte|Sie|Ihre?|ist|sind|ein|eine|mit|zum|zur|noch|kein|keine)\b.*\s"
)
# Names, and words that are the same in every language.
NAMES = {"Allmende", "OpenStreetMap", "Leaflet", "iCalendar", "CSV", "XLSX", "ICS", "JSON", "Atom", "PDF", "EUPL"}
READ_OUT = {"alt", "title", "placeholder", "aria-label", "aria-description", "label", "value", "content", "summary"}
READ = re.compile(r"[^\W\d_]{2,}|[„“]")  # a word, or quotation marks, which differ from language to language
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(
    r"{% comment\b.*?{% endcomment %}"
    r"|{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}"
    r"|{% trans(?:late)?\b.*?%}"
    r"|{% block (?:page_class|layout) %}.*?{% endblock",  # names for the look
    re.DOTALL,
)
LITERAL = re.compile(r"""(?<!_\()(["'])((?:(?!\1).)*)\1""")


class Reader(HTMLParser):
    """Collects what a page shows or reads out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style", "code"}
        # The value of a button or of a field is for the server; what a meta tag says is for machines.
        silent = {"value", "content"} if tag in {"button", "option", "meta", "input"} else set()
        for name, value in attrs:
            if (name in READ_OUT or name.startswith("data-text")) and name not in silent:
                self.note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style", "code"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.note(data)

    def note(self, text: str) -> None:
        if any(word not in NAMES for word in READ.findall(text)):
            self.found.append((self.getpos()[0], text.strip()))


def blank(match: re.Match[str]) -> str:
    """Nothing, but of as many lines."""
    return "\n" * match[0].count("\n")


def bare_texts(path: Path) -> Iterator[str]:
    source = TRANSLATED.sub(blank, path.read_text())
    plain = TAG.sub(blank, source)
    if path.suffix == ".txt":
        lines = enumerate(plain.splitlines(), start=1)
        shown = [(number, line.strip()) for number, line in lines if READ.search(line)]
    else:
        reader = Reader()
        # A part that stands inside a tag of another template has attributes alone.
        reader.feed(f"<p {plain}>" if re.match(r"\s*[a-z-]+=", plain) else plain)
        shown = reader.found
    for number, text in shown:
        yield f"{path.relative_to(ROOT)}:{number}: {text}"
    for tag in TAG.finditer(source):
        for _quote, literal in LITERAL.findall(tag[0]):
            if not tag[0].startswith("{#") and GERMAN.search(literal):
                line = source.count("\n", 0, tag.start()) + 1
                yield f"{path.relative_to(ROOT)}:{line}: {literal}"


def files(suffixes: set[str]) -> list[Path]:
    return [path for app in apps() for path in sources(app) if path.suffix in suffixes]


def test_every_text_of_a_template_is_marked():
    assert [text for path in files(TEMPLATES) for text in bare_texts(path)] == []


# Where unmarked German may stand, each with the reason.
NOT_FOR_PAGES = {
    "portal/demo_town": "content of the demo town",
    "demo.py": "content of the demo town",
    "/management/": "what operators read in a terminal",
    "core/backup": "likewise",
    "doctor": "likewise",
    "core/errors.py": "the last resort, when even the page of the error fails",
    "core/geo/labels.py": "letters to be measured",
    "core/html.py": "signs to be found",
    "core/text.py": "letters and words to be folded",
    "entries/actions/topics.py": "a set of topics, which have their English names beside them",
    "imports": "what other people call the columns of their tables",
    "regions/models/region.py": "names of the Länder",
}
SHOWN = {"label", "help_text", "verbose_name", "verbose_name_plural", "title", "heading", "summary", "empty_label"}


def unmarked(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    left_out = {id(part) for node in ast.walk(tree) for part in not_shown(node)}
    shown = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg in SHOWN}
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    for node in texts:
        speaks = GERMAN.search(node.value) or (id(node) in shown and re.match("[A-ZÄÖÜ][a-zäöüß]", node.value))
        if speaks and id(node) not in left_out:
            yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"


def not_shown(node: ast.AST) -> Iterator[ast.AST]:
    """Texts that are marked, and those that only developers read."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in GETTEXT:
        yield from (part for argument in node.args for part in ast.walk(argument))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value


def test_every_german_text_of_the_code_is_marked():
    searched = [path for path in files({".py"}) if not any(part in path.as_posix() for part in NOT_FOR_PAGES)]

    assert [text for path in searched for text in unmarked(path)] == []


def test_every_marked_text_is_found():
    """xgettext does not look into f-strings, for example."""
    found = {form for message in messages() for form in (message.text, message.plural)}

    marked = {text: path.name for path in files({".py"}) for text in marked_in(ast.parse(path.read_text()))}

    assert {text: name for text, name in marked.items() if text not in found} == {}


def marked_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT and node.args:
            last = node.args[1 if node.func.id.startswith(("n", "p")) else 0]
            if isinstance(last, ast.Constant):
                yield last.value


def test_texts_of_a_module_wait_for_the_language():
    """``gettext`` at the top of a module would translate once, when the server starts."""
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in files({".py"})
        for call in calls_on_import(ast.parse(path.read_text()))
        if called_at_once(call, path)
    ]

    assert wrong == []


def calls_on_import(node: ast.AST) -> Iterator[ast.Call]:
    """Calls outside of functions."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.Call):
            yield part
        if not isinstance(part, ast.FunctionDef | ast.Lambda):
            yield from calls_on_import(part)


def called_at_once(call: ast.Call, path: Path) -> bool:
    name = getattr(call.func, "id", "")
    imports = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom))
    names = {alias.asname or alias.name: alias.name for node in imports for alias in node.names}
    return names.get(name, name) in {"gettext", "ngettext", "pgettext"}


def test_scripts_hold_no_texts():
    """A script takes its texts from the page (data-text-…), where they are translated."""
    scripts = [path for path in PACKAGE.rglob("static/**/*.js") if "vendor" not in path.parts]

    wrong = [path.relative_to(ROOT) for path in scripts if re.search("[\"'`][^\"'`\\n]*[äöüßÄÖÜ„“]", path.read_text())]

    assert wrong == []
