"""Reading what people send: every honest form of a list is read, all else is refused with its reason, quickly."""

import time
import tracemalloc

import hypothesis
import pytest
from hypothesis import strategies as st

from kaikukortti import tables
from kaikukortti.tables import FileProblem, Row, Unreadable
from tests.tablefiles import (
    XLSX_LISTS,
    lie_about_sizes,
    make_archive,
    make_csv,
    make_raw_xlsx,
    make_xlsx,
    mark_encrypted,
)

LIST = [("Numero", "Laji"), ("EK3F8M2X9TS", "yhteisö"), ("EKF8QY40YG8", "henkilökohtainen")]
BOOK = make_xlsx(LIST)
READ = [Row(at, cells) for at, cells in enumerate(LIST, 1)]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>EK{0}</t></is></c></row>'


def read(data: bytes, most_rows: int = 1_000) -> list[Row]:
    return tables.read(data, most_rows=most_rows)


def problem_of(data: bytes, most_rows: int = 1_000) -> str:
    with pytest.raises(Unreadable) as caught:
        read(data, most_rows)
    assert caught.value.code == "file_unreadable"
    return str(caught.value.details["problem"])


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-1"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_common_csv_is_read(separator, encoding, end):
    assert read(make_csv(LIST, separator=separator, encoding=encoding, end=end)) == READ


def test_big_endian_text_is_read_by_its_mark():
    assert read(b"\xfe\xff" + make_csv(LIST, encoding="utf-16-be")) == READ


def test_a_workbook_is_read():
    assert read(make_xlsx(LIST)) == READ


def test_quoted_cells_and_space_around():
    assert read(b" Numero ; Laji\n") == [Row(1, ("Numero", "Laji"))]
    assert read(b'"EK3F;8M";"a ""b"""\n')[0].cells == ("EK3F;8M", 'a "b"')


def test_excels_own_line_about_the_separator():
    assert read(b"sep=,\r\nA;1,2\r\n") == [Row(2, ("A;1", "2"))]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows():
    assert [row.number for row in read(b"a\n\n  \n;;\nb\n")] == [1, 5]
    assert [row.number for row in read(make_xlsx([["a"], [], [None, ""], ["b"]]))] == [1, 4]
    sheet = "<worksheet><sheetData>" + ROW.format(7) + ROW.format(1_048_576) + "</sheetData></worksheet>"
    assert [row.number for row in read(make_raw_xlsx(sheet))] == [7, 1_048_576]


def test_numbers_dates_and_ticks_of_a_workbook_are_text():
    cells = read(make_xlsx([[12345678, 12.5, True, "  x ", None, "5"]]))[0].cells
    assert cells == ("12345678", "12.5", "1", "x", "", "5")
    row = '<row r="1"><c r="A1"><v>12.00</v></c><c r="C1"><v>1E+21</v></c></row>'
    assert read(make_raw_xlsx(f"<worksheet><sheetData>{row}</sheetData></worksheet>"))[0].cells == ("12", "", "1E+21")


def test_a_formula_is_never_more_than_a_sign():
    assert read(make_xlsx([["=1+1", '=HYPERLINK("http://x")']]))[0].cells == ("=", "=")
    assert all(tables.is_formula(text) for text in ("=1", "+1", "-1", "@SUM(A1)", "=", "＝1"))
    assert not any(tables.is_formula(text) for text in ("", "EK3F8M2X9TS", "1=1", "A-1"))


def test_shared_strings_with_runs_and_reading_aids():
    strings = "<sst><si><r><t>EK3F</t></r><r><t>8M2X9TS</t></r></si><si><t>a</t><rPh><t>b</t></rPh></si></sst>"
    sheet = '<worksheet><sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row></sheetData></worksheet>'
    book = make_raw_xlsx(sheet, **{"xl/sharedStrings.xml": strings})
    assert read(book) == [Row(1, ("EK3F8M2X9TS", "a"))]


def test_empty_sheets_beside_the_list_do_no_harm():
    assert read(make_xlsx([], LIST, [])) == READ
    assert problem_of(make_xlsx(LIST, [["x"]])) == FileProblem.SHEETS


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b" \r\n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b";;\n;;\n", "empty"),
        (make_xlsx([]), "empty"),
        (OLE + "Workbook".encode("utf-16-le"), "old_excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (mark_encrypted(make_xlsx(LIST)), "password"),
        (b"%PDF-1.7\n%\xe2\xe3", "other_kind"),
        (b"<html><table><tr><td>EK</td></tr></table></html>", "other_kind"),
        (b"\x89PNG\r\n\x1a\n", "other_kind"),
        (make_archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "other_kind"),
        (make_archive({"word/document.xml": "<x/>"}), "other_kind"),
        (b"EK3F\x00\x01\x02", "other_kind"),
        (make_csv(LIST, encoding="utf-16-le"), "other_kind"),
        (b"\xff\xfeA", "encoding"),
        (b"\xef\xbb\xbfa\xff", "encoding"),
        (b"a;\x81\x8d", "encoding"),
        (b'"a;b\nc;d\n', "quotes"),
        (b'"a"b;c\n', "quotes"),
        (b"Numero|Laji\nEK1|x\n", "separator"),
        (make_xlsx(LIST)[:-40], "damaged"),
        (make_xlsx(LIST)[:600], "damaged"),
        (make_raw_xlsx("<worksheet><sheetData><row>"), "damaged"),
        (
            make_raw_xlsx('<worksheet><sheetData><row r="0"/><row r="2"><c><v>1</v></c></row></sheetData></worksheet>'),
            "damaged",
        ),
        (
            make_raw_xlsx('<worksheet><sheetData><row r="9999999"><c><v>1</v></c></row></sheetData></worksheet>'),
            "damaged",
        ),
        (make_raw_xlsx('<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>'), "damaged"),
        (make_raw_xlsx('<worksheet><sheetData><row><c r="7"><v>7</v></c></row></sheetData></worksheet>'), "damaged"),
        (make_archive({"xl/workbook.xml": "<workbook/>"}), "damaged"),
    ],
)
def test_other_files_are_refused_with_their_reason(data, problem):
    assert problem_of(data) == problem


def test_a_separator_of_no_use_is_in_the_cell_for_the_reader_to_see():
    assert read(b"EK3F8M2X9TS personal\n") == [Row(1, ("EK3F8M2X9TS personal",))]


def test_a_file_of_too_many_bytes_or_rows():
    assert problem_of(b"a\n" * (tables.MOST_BYTES // 2 + 1)) == FileProblem.TOO_LARGE
    assert len(read(b"a\n" * 1_000)) == 1_000
    for data in (b"a\n" * 1_001, make_xlsx([["a"]] * 1_001)):
        assert problem_of(data) == FileProblem.TOO_MANY_ROWS


def entity_bomb() -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    row = "<row><c><v>&e9;</v></c></row>"
    return f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><worksheet><sheetData>{row}</sheetData></worksheet>'


BOMBS = {
    "zeros": make_raw_xlsx(b"0" * (tables.MOST_UNPACKED + 1)),
    "tags": make_raw_xlsx(b"<row/>" * (tables.MOST_TAGS + 1)),
    "parts": make_archive({**XLSX_LISTS, **{f"xl/{n}.xml": "x" for n in range(tables.MOST_PARTS)}}),
    "liar": lie_about_sizes(make_raw_xlsx(b"0" * 20_000_000)),
    "entities": make_raw_xlsx(entity_bomb()),
    "external": make_raw_xlsx('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'),
    "far cell": make_raw_xlsx('<worksheet><sheetData><row><c r="ZZZ1"><v>1</v></c></row></sheetData></worksheet>'),
    "list": make_archive({**XLSX_LISTS, "xl/workbook.xml": b"<workbook>" + b" " * 2_000_000 + b"</workbook>"}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_little_time_and_memory(name):
    tracemalloc.start()
    began = time.perf_counter()
    assert problem_of(BOMBS[name]) in {FileProblem.UNPACKS_TOO_LARGE, FileProblem.DAMAGED, FileProblem.EMPTY}
    took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 5 and peak < 30_000_000, (took, peak)


@hypothesis.given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_read_or_refused(data):
    for sent in (data, b"PK\x03\x04" + data, b"\xff\xfe" + data, make_raw_xlsx(data)):
        try:
            assert all(any(row.cells) for row in read(sent))
        except Unreadable as error:
            assert error.details["problem"] in set(FileProblem)


@hypothesis.given(st.data())
def test_a_workbook_with_a_changed_byte_is_read_or_refused(data):
    book = bytearray(BOOK)
    place = data.draw(st.integers(0, len(book) - 1))
    book[place] ^= data.draw(st.integers(1, 255))
    try:
        read(bytes(book))
    except Unreadable:
        pass


def test_letters_of_columns():
    assert [tables.column_letter(at) for at in (0, 25, 26, 49)] == ["A", "Z", "AA", "AX"]
