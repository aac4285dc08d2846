import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.core.tables import match_columns, read_table, write_csv, write_xlsx
from allmende.core.tables.rows import MAX_BYTES, MAX_ROWS

PEOPLE = "Name;Ort\nTSV Lindach;Lindach, Süd\nMüller & Söhne;Größau\n"
TOLD = [("TSV Lindach", "Lindach, Süd"), ("Müller & Söhne", "Größau")]
# What a cell may hold once a person has typed it: no control characters, no white space around it.
cells = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30).map(str.strip)
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width).filter(any)))


def csv_of(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def xlsx_of(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


def told(file, filename=""):
    return [tuple(row.cells.values()) for row in read_table(file, filename).rows]


def refusal(file):
    with pytest.raises(ValidationError) as refused:
        list(read_table(file).rows)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(encoding):
    table = read_table(csv_of(PEOPLE, encoding))

    assert table.header == ["Name", "Ort"]
    assert [tuple(row.cells.values()) for row in table.rows] == TOLD


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter):
    text = f"Name{delimiter}Ort\n" + "".join(f'"{name}"{delimiter}"{place}"\n' for name, place in TOLD)

    assert told(csv_of(text)) == TOLD


def test_commas_in_texts_do_not_cut():
    text = "Name;Text, kurz;Mail\nA;eins, zwei, drei, vier;a@b.example\nB;nichts;\nC;fünf, sechs;x\n"

    assert read_table(csv_of(text)).header == ["Name", "Text, kurz", "Mail"]


def test_semicolons_in_texts_do_not_cut():
    text = "Name,Text,Mail\nA,eins; zwei,a@b.example\nB,drei; vier; fünf,x\n"

    assert read_table(csv_of(text)).header == ["Name", "Text", "Mail"]


def test_one_column_is_a_table():
    assert told(csv_of("Name\nTSV Lindach\nMusikverein\n")) == [("TSV Lindach",), ("Musikverein",)]


def test_the_hint_of_excel_is_followed():
    table = read_table(csv_of("sep=|\r\nName|Ort;PLZ\r\nA|B\r\n"))

    assert table.header == ["Name", "Ort;PLZ"]
    assert [row.line for row in table.rows] == [3]


def test_quotes_and_line_breaks_in_cells_and_the_lines_in_the_file():
    table = read_table(csv_of('Name;Text\n"A ""Eins""";"zwei\nZeilen"\n\n;;\nB;drei\n'))

    assert [(row.line, *row.cells.values()) for row in table.rows] == [
        (2, 'A "Eins"', "zwei\nZeilen"),
        (6, "B", "drei"),
    ]


def test_a_short_row_is_filled_up():
    assert told(csv_of("a;b;c\n1\n")) == [("1", "", "")]


def test_a_row_that_is_too_wide_is_told_and_the_others_are_read():
    rows = list(read_table(csv_of("a;b\n1;2;3\n4;5;\n")).rows)

    assert [row.problem and row.problem.code for row in rows] == ["row_too_wide", None]


def test_a_cell_that_is_too_long_is_told_by_its_column():
    (row,) = read_table(csv_of("a;b\n1;" + "x" * 20_001 + "\n")).rows

    assert row.problem.messages == ["Der Text in der Spalte „b“ ist zu lang: Höchstens 20000 Zeichen sind möglich."]


def test_columns_are_told_apart():
    assert read_table(csv_of("Name;Name;;Name\na;b;c;d\n")).header == ["Name", "Name (2)", "(3)", "Name (3)"]


def test_a_file_is_read_row_by_row():
    rows = read_table(csv_of("a;b\n" + "1;2\n" * (MAX_ROWS + 1))).rows

    assert next(rows).cells == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "table_empty"),
        (b"\n;;\n \n", "table_empty"),
        (b"%PDF-1.7\n", "table_type"),
        (b"<html><table>", "table_type"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "table_type"),
        (b"PK\x03\x04 is no archive", "table_type"),
        (b"\x89PNG\r\n\x1a\n\0\1\2", "table_type"),
        (b"a;b\n" + b"1;2\n" * (MAX_ROWS + 1), "table_rows"),
        (b";".join(b"c" for _ in range(101)), "table_columns"),
        (b"a;b\n1;" + b'"' + b"x\n" * 200_000, "table_broken"),
        (b"a" * (MAX_BYTES + 1), "table_too_big"),
    ],
)
def test_what_is_no_table(content, code):
    assert refusal(io.BytesIO(content)) == code


def test_values_of_a_sheet_become_text():
    row = [
        "Fest",
        12,
        12.5,
        True,
        date(2026, 12, 24),
        datetime.fromisoformat("2026-12-24T19:30"),
        time(9, 5),
        timedelta(hours=26),
        None,
    ]

    assert told(xlsx_of(list("abcdefghi"), row)) == [
        ("Fest", "12", "12.5", "ja", "2026-12-24", "2026-12-24T19:30", "09:05", "26:00", "")
    ]


def test_a_postcode_keeps_its_zero():
    book = openpyxl.load_workbook(xlsx_of(["PLZ"], [1067]))
    book.active["A2"].number_format = "00000"
    file = io.BytesIO()
    book.save(file)

    assert told(file) == [("01067",)]


def test_a_formula_gives_its_value_alone():
    assert told(xlsx_of(["a", "b"], ["x", "=HYPERLINK(1)"])) == [("x", "")]


def test_a_csv_that_is_called_xlsx_is_read_by_its_content():
    assert told(csv_of(PEOPLE), "leute.xlsx") == TOLD


def zip_of(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(part):
    bomb = zip_of(**{"[Content_Types].xml": "", part: b"0" * 60_000_000})

    assert refusal(bomb) == "table_bomb"


def test_an_archive_that_is_no_sheet_is_refused():
    assert refusal(zip_of(mimetype="application/vnd.oasis.opendocument.spreadsheet")) == "table_type"


def rewritten(file, part, old, new):
    target = io.BytesIO()
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name).decode()
            archive.writestr(name, content.replace(old, new) if name == part else content)
    return target


def test_entities_are_refused():
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet'
    file = rewritten(xlsx_of(["a"], ["b"]), "xl/worksheets/sheet1.xml", "<worksheet", laughs)

    assert refusal(file) == "table_type"


def test_a_row_far_below_is_refused():
    file = rewritten(xlsx_of(["a"], ["b"]), "xl/worksheets/sheet1.xml", '<row r="2"', '<row r="1048576"')

    assert refusal(file) == "table_rows"


def test_a_truncated_sheet_is_refused():
    whole = xlsx_of(["a"], ["b"]).getvalue()

    assert refusal(io.BytesIO(whole[: len(whole) // 2])) == "table_type"


@pytest.mark.parametrize("cell", ["=1+1", "+49 921 1", "-5", "@SUM(A1)", "＝1", "'=1"])
def test_no_cell_of_a_csv_is_a_formula(cell):
    written = b"".join(write_csv(["a"], [[cell]])).decode("utf-8-sig")

    assert written == f"a\r\n'{cell}\r\n"


def test_an_apostrophe_before_a_word_is_left_alone():
    assert b"".join(write_csv(["a"], [["'s Wirtshaus"]])) == b"\xef\xbb\xbfa\r\n's Wirtshaus\r\n"


def test_no_cell_of_a_sheet_is_a_formula():
    with write_xlsx(["a"], [["=1+1"], ["+49 921 1"]]) as file:
        sheet = openpyxl.load_workbook(file).active

        assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [("=1+1", "s"), ("+49 921 1", "s")]


@given(tables)
def test_what_a_csv_takes_out_comes_back(rows):
    header = [f"Spalte {place}" for place in range(len(rows[0]) if rows else 1)]

    assert told(io.BytesIO(b"".join(write_csv(header, rows)))) == [tuple(row) for row in rows]


@given(tables)
@settings(max_examples=30, deadline=None)
def test_what_a_sheet_takes_out_comes_back(rows):
    header = [f"Spalte {place}" for place in range(len(rows[0]) if rows else 1)]

    with write_xlsx(header, rows) as file:
        assert told(file) == [tuple(row) for row in rows]


def test_a_long_table_is_written_in_pieces():
    pieces = list(write_csv(["a"], ([str(number)] for number in range(1200))))

    assert len(pieces) == 4
    assert told(io.BytesIO(b"".join(pieces))) == [(str(number),) for number in range(1200)]


KNOWN = {"name": ["Titel", "Organisation"], "mail": ["E-Mail", "Mailadresse"], "phone": ["Telefon", "Tel."]}


@pytest.mark.parametrize(
    ("header", "matched"),
    [
        (["Name", "e-mail", "TEL"], {"Name": "name", "e-mail": "mail", "TEL": "phone"}),
        (["Organistion", "Mail-Adresse"], {"Organistion": "name", "Mail-Adresse": "mail"}),
        (["Titel", "Name"], {"Titel": "name"}),
        (["Organisatio", "Organisation"], {"Organisation": "name"}),
        (["Straße", "Ort", ""], {}),
        ([], {}),
    ],
)
def test_columns_are_matched_to_fields(header, matched):
    assert match_columns(header, KNOWN) == matched
