import io
import sys
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from allmende.core.text import DOUBTFUL, clean, encoding_of, excerpt, fold, resembles, similar, slug

# Format characters that are drawn: Arabic number signs and the like, Egyptian layout, shorthand.
DRAWN = {0x70F, 0x6DD, 0x8E2, 0x110BD, 0x110CD, *range(0x600, 0x606), *range(0x890, 0x892), *range(0x13430, 0x13440)}
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  Turnverein\u00a0 Lindach\n", "Turnverein Lindach"),
        ("Mu\u0308nster", "Münster"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("abc\u202etxt.exe", "abctxt.exe"),
        ("\u2066\u200f\u061ca", "a"),
        ("a\x07\x1b[0m", "a[0m"),
        ("u\u200b\u0308ber", "über"),
        ("\u200b\u3164\u2800 \u00ad\u115f\U000e0041\ufe0f\u200d", ""),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Ver\u200cein\u200d", "Verein"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 und \u2764\ufe0f",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467 und \u2764\ufe0f",
        ),
    ],
)
def test_a_line_has_what_can_be_seen(raw, cleaned):
    assert clean(raw, lines=False) == cleaned


def test_lines_stay_where_they_may():
    assert clean("eins\r\nzwei\rdrei\u2028vier\x0bfünf\tsechs\n", lines=True) == "eins\nzwei\ndrei\nvier\nfünf sechs"


def test_every_invisible_character_is_dropped():
    invisible = [
        chr(point)
        for point in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in {"Cc", "Cf"} and point not in DRAWN
    ]

    assert clean("".join(invisible), lines=True) == ""


@pytest.mark.parametrize(("raw", "code"), [("a\ud800b", "surrogate"), ("\udc80", "surrogate"), ("a\0", "nul")])
def test_what_no_database_stores_is_refused(raw, code):
    with pytest.raises(ValidationError) as refused:
        clean(raw, lines=True)

    assert refused.value.code == code


@given(any_text, st.booleans())
def test_cleaning_twice_changes_nothing(text, lines):
    once = clean(text, lines=lines)

    assert clean(once, lines=lines) == once


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Öffentliche Straße", "oeffentliche strasse"),
        ("A\u0308rzte", "aerzte"),
        ("Café-Crème & Łódź", "cafe creme lodz"),
        ("  Kulturinitiative   Coerde e. V. ", "kulturinitiative coerde e v"),
        ("𝐁𝐨𝐥𝐝 ﬁn", "bold fin"),
        ("!?", ""),
    ],
)
def test_folding(text, folded):
    assert fold(text) == folded


@given(any_text)
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


def test_upper_and_lower_case_sort_alike():
    assert sorted(["Zoo", "äpfel", "Apfel", "Öl", "Oma"], key=fold) == ["äpfel", "Apfel", "Öl", "Oma", "Zoo"]


def test_a_slug_is_readable():
    assert slug("Öffnungszeiten & Café") == "oeffnungszeiten-cafe"


def test_a_slug_is_cut_at_a_word():
    assert slug("ein sehr langer Name", length=10) == "ein-sehr"


def test_a_long_word_is_cut():
    assert slug("Donaudampfschiff", length=10) == "donaudampf"


def test_what_has_no_latin_letters_has_no_slug():
    assert slug("مرحبا") == ""


def test_an_excerpt_ends_at_a_word():
    assert excerpt("# Fest\n\nWir **feiern** heute, und [alle](https://a.example) kommen.", 20) == "Fest Wir feiern…"


def test_a_short_text_is_its_own_excerpt():
    assert excerpt("Wir *feiern*.", 20) == "Wir feiern."


@given(any_text, st.integers(2, 50))
def test_an_excerpt_is_never_too_long(text, length):
    assert len(excerpt(text, length)) <= length


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Äpfel".encode(), "utf-8"),
        ("Äpfel".encode("utf-8-sig"), "utf-8-sig"),
        ("Äpfel".encode("utf-16"), "utf-16"),
        ("Äpfel;Birnen".encode("utf-16-le"), "utf-16-le"),
        ("Äpfel;Birnen".encode("utf-16-be"), "utf-16-be"),
        ("Äpfel".encode("cp1252"), "cp1252"),
        (b"a" * 200_000 + "ä".encode("cp1252"), "cp1252"),
        (b"a" * 4095 + "ä".encode(), "utf-8"),
        ("Äpfel, Öl".encode()[:-2], "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_how_a_file_is_encoded(content, encoding):
    assert encoding_of(io.BytesIO(content)) == encoding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Initiative ChaCK e.V.", "Initiative ChaCK"),
        ("Kulturinitiative Coerde e. V.", "kulturinitiative coerde eV"),
        ("Bürgerverein Lindach", "Buergerverein Lindach e.V."),
        ("Verein Heimatpflege Lindach eingetragener Verein", "Heimatpflege Lindach"),
        ("DRK Münster", "Deutsches Rotes Kreuz Münster"),
        ("Hilfe & Rat gGmbH", "Hilfe und Rat"),
        ("Kath. Pfarrei St. Anna", "Katholische Pfarrei Sankt Anna"),
    ],
)
def test_the_same_name(one, other):
    assert similar(one, other) == 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TSV Lindach 1921", "TSV Lindach"),
        ("Ev. Andreas-Kirchengemeinde Münster-Coerde", "Evangelische Andreas-Kirchengemeinde Coerde"),
        ("AWO Coerde mittendrin", "coerde mittendrin"),
        ("Kultur-Initiative Coerde", "Kulturinitiative Coerde e. V."),
        ("Feuerwehrverien Lindach", "Feuerwehrverein Lindach"),
        ("AG Radverkehr", "Radverkehr"),
        ("Begegnungszentrum Meerwiese", "Begegnungszentrum und Theater in der Meerwiese"),
    ],
)
def test_a_doubtful_name(one, other):
    assert DOUBTFUL <= similar(one, other) < 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Feuerwehrverein Lindach", "Gartenbauverein Lindach"),
        ("Sportverein Lindach", "Spielverein Lindach"),
        ("TSV Lindach", "TSG Lindach"),
        ("Turnverein Lindach", "Turnverein Auenstedt"),
        ("Kita 1", "Kita 2"),
        ("Stadt Münster", "Stadtbücherei Münster"),
        ("Ev. Jugend", "Jugend"),
        ("!!!", "???"),
        ("Verein", "Lindach"),
    ],
)
def test_a_different_name(one, other):
    assert similar(one, other) < DOUBTFUL


words = ("Verein", "e.V.", "TSV", "Lindach", "Gartenbau", "Gartenbau1", "Ev.", "und", "1921", "Kita")
names = st.lists(st.sampled_from(words)).map(" ".join)


@given(names, names)
def test_likeness_goes_both_ways(one, other):
    assert similar(one, other) == similar(other, one)


@given(any_text)
def test_every_name_is_like_itself(name):
    assert similar(name, name) == 100


def test_the_most_alike_comes_first():
    known = ["TSV Lindach 1921", "Gartenbauverein Lindach", "TSV Lindach e.V."]

    assert resembles("TSV Lindach", known) == [("TSV Lindach e.V.", 100.0), ("TSV Lindach 1921", 90.0)]
