"""The English catalogues are complete and fresh, and each text stands for itself in German."""

from collections import defaultdict
from pathlib import Path

import allauth
import django.conf
import django.contrib.auth
import messages
import pytest
from django.utils import translation
from messages import Message, faults, parse

OTHERS = "locale/{}/LC_MESSAGES/django.po"


def test_catalogues_are_complete_and_fresh():
    assert messages.check() == []


def test_a_text_has_the_same_translation_everywhere():
    found = defaultdict(set)
    for app in messages.apps():
        catalogue = messages.catalogue_of(app)
        for message in parse(catalogue.read_text()) if catalogue.exists() else []:
            found[message.key].add(tuple(message.translations))

    assert {key: forms for key, forms in found.items() if len(forms) > 1} == {}


def test_no_text_means_something_else_in_a_catalogue_of_others():
    """Django's and allauth's German catalogues are asked as well: one of our texts could be a name of theirs."""
    with translation.override("de"):
        changed = {text: translation.gettext(text) for text in own_texts() if translation.gettext(text) != text}

    assert changed == {}


def own_texts() -> list[str]:
    return [message.text for message in messages.messages()]


def test_what_others_say_is_said_by_others():
    """A text that an upgrade of Django or allauth words differently would fall back to their German."""
    packages = [Path(module.__file__).parent for module in (django.conf, django.contrib.auth, allauth)]
    known = {key for package in packages for key in messages.content(package / "locale/de/LC_MESSAGES/django.mo")}
    keys = {key[0] if isinstance(key, tuple) else key for key in known}
    german, english = (parse((messages.PACKAGE / OTHERS.format(language)).read_text()) for language in ("de", "en"))

    assert {message.text for message in german} - keys == set()
    assert [message.key for message in german] == [message.key for message in english]


@pytest.mark.parametrize("language", ["de", "en"])
def test_our_words_for_what_others_say_win(language):
    messages_of_others = parse((messages.PACKAGE / OTHERS.format(language)).read_text())

    with translation.override(language):
        said = {m.text: translation.gettext(m.text) for m in messages_of_others if not m.plural}

    assert said == {m.text: m.translations[0] for m in messages_of_others if not m.plural}


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (Message("Guten Tag", translations=[""]), "not translated"),
        (Message("Guten Tag", translations=["Good day"], flags={"fuzzy"}), "only guessed"),
        (Message("an %(name)s", translations=["to %(nam)s"]), "other placeholders (%(nam)s, %(name)s)"),
        (Message("{count} Einträge", translations=["entries"]), "other placeholders ({count})"),
        (Message("<b>fett</b>", translations=["bold"]), "other placeholders (</b, <b)"),
        (Message("ein Tag", "%(n)s Tage", translations=["a day", "days"]), "other placeholders (%(n)s)"),
        (Message("ein Tag", "%(n)s Tage", translations=["a day"]), "one of two plural forms is missing"),
    ],
)
def test_a_fault_is_named(message, problem):
    assert list(faults(message)) == [problem]


def test_a_singular_may_leave_its_number_out():
    message = Message("Eine Angabe", "%(n)s Angaben", translations=["%(n)s detail", "%(n)s details"])

    assert list(faults(message)) == []


def test_long_texts_and_quotation_marks_are_read():
    block = '#: a.py b.html\n#, python-format, fuzzy\nmsgid ""\n"Eins\\n"\n"„%(zwei)s“ \\"drei\\""\nmsgstr "One"\n'

    [message] = parse(block)

    assert message == Message(
        'Eins\n„%(zwei)s“ "drei"', translations=["One"], places=["a.py", "b.html"], flags={"python-format", "fuzzy"}
    )
