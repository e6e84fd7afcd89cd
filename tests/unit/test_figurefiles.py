"""Figures as files, read back by other programs: csv as a Finnish Excel would, openpyxl, pyjstat."""

import csv
import io
import json
import time
import tracemalloc
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from pyjstat import pyjstat

from kaikukortti import figurefiles, jsonstat
from kaikukortti.figuretable import Category, Dimension, FigureTable, Missing
from tests.unit import figure_samples
from tests.unit.figure_samples import WORDS, categories, known, make_table


def excel_rows(data: bytes) -> list[list[str]]:
    """Return the cells of a CSV as a Finnish Excel splits them."""
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes a file without the mark for Windows-1252"
    text = data.decode("utf-8-sig")
    assert "\r\n" in text and "\n" not in text.replace("\r\n", "")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def sheet_rows(data: bytes, name: str) -> list[list[object]]:
    """Return the cells of a sheet, blank ones at the end of a row left out."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell for cell in row if cell is not None] for row in book[name].iter_rows(values_only=True)]


def test_csv_for_a_finnish_excel():
    assert excel_rows(figurefiles.csv(known(), WORDS)) == [
        ["Käytöt"],
        ["Aika", "1.7.2026 – 30.9.2026"],
        ["Laskettu", "15.10.2026 04.05"],
        [],
        ["Kuukausi", "Aikuiset", "Lapset", "Lapsia aikuista kohti"],
        ["heinäkuu", "1205", "0", "0,5"],
        ["elokuu", "40", "alle 5", "–"],
        [],
        ["Mitä laskettiin", "Pääsylippu on käyttö."],
        ["Kuinka tarkkoja", "Luvut on pyöristetty viiteen."],
        ["Yksikkö", "käyttöä"],
        ["Lähde", "Etelä-Karjala"],
    ]


def test_numbers_stand_bare_in_csv_and_text_in_quotes():
    assert b'"hein\xc3\xa4kuu";1205;0;0,5\r\n' in figurefiles.csv(known(), WORDS)


def test_decimals_are_written_out():
    column = Dimension("figure", "Luku", categories(*"abcde"))
    table = make_table(column, values=[1e-7, -2.25, 1e15, 33.333333333, 7])
    rows = excel_rows(figurefiles.csv(table, WORDS))[5:10]
    assert [row[1] for row in rows] == ["0", "-2,25", "1000000000000000", "33,333333", "7"]


def test_one_dimension_has_a_figure_a_line():
    table = make_table(Dimension("venue", "Kohde", categories("Teatteri", "Uimahalli")), values=[3, 5], unit="")
    assert list(figurefiles.grid(table, WORDS)) == [["Kohde", "Luku"], ["Teatteri", 3], ["Uimahalli", 5]]
    assert next(figurefiles.grid(replace(table, unit="käyttöä"), WORDS)) == ["Kohde", "käyttöä"]


def test_a_wide_table_has_a_figure_a_line():
    days = Dimension("day", "Päivä", categories(*map(str, range(figurefiles.MOST_COLUMNS + 1))))
    who = Dimension("who", "Kuka", categories("Aikuiset", "Lapset"))
    rows = list(figurefiles.grid(make_table(who, days, values=list(range(82))), WORDS))
    assert rows[0] == ["Kuka", "Päivä", "käyttöä"]
    assert rows[1:3] == [["Aikuiset", "0", 0], ["Aikuiset", "1", 1]]
    assert len(rows) == 1 + 82


def test_several_tables_follow_each_other_in_csv():
    rows = excel_rows(figurefiles.csv([known(), replace(known(), title="Toinen")], WORDS))
    assert rows[12:14] == [[], ["Toinen"]]
    assert rows[:12] == excel_rows(figurefiles.csv(known(), WORDS))


def test_xlsx_has_numbers_as_numbers_and_a_sheet_of_notes():
    data = figurefiles.xlsx(known(), WORDS)
    assert sheet_rows(data, "Käytöt") == [
        ["Käytöt"],
        ["Aika", "1.7.2026 – 30.9.2026"],
        ["Laskettu", "15.10.2026 04.05"],
        [],
        ["Kuukausi", "Aikuiset", "Lapset", "Lapsia aikuista kohti"],
        ["heinäkuu", 1205, 0, 0.5],
        ["elokuu", 40, "alle 5", "–"],
    ]
    assert sheet_rows(data, "Huomautukset") == [
        ["Käytöt", "Aika", "1.7.2026 – 30.9.2026"],
        ["Käytöt", "Laskettu", "15.10.2026 04.05"],
        ["Käytöt", "Mitä laskettiin", "Pääsylippu on käyttö."],
        ["Käytöt", "Kuinka tarkkoja", "Luvut on pyöristetty viiteen."],
        ["Käytöt", "Yksikkö", "käyttöä"],
        ["Käytöt", "Lähde", "Etelä-Karjala"],
    ]


def test_the_sheet_of_a_large_table_keeps_its_head_in_sight():
    book = openpyxl.load_workbook(io.BytesIO(figurefiles.xlsx(known(), WORDS)))
    assert book["Käytöt"].freeze_panes == "A6"
    assert book["Käytöt"]["B6"].number_format == "#,##0"


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["Kortit/käytöt [1]: *?\\"], ["Kortit käytöt  1"]),
        (["'History'"], ["History 2"]),
        (["", "\x00"], ["-", "- 2"]),
        (["x" * 40, "X" * 40], ["x" * 31, "X" * 27 + " 2"]),
        (["Huomautukset"], ["Huomautukset"]),
    ],
)
def test_sheets_have_names_that_excel_allows(titles, names):
    tables = [replace(known(), title=title) for title in titles]
    book = openpyxl.load_workbook(io.BytesIO(figurefiles.xlsx(tables, WORDS)))
    assert book.sheetnames[:-1] == names
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)


@pytest.mark.filterwarnings("ignore:Shouldn't use this function:DeprecationWarning")  # pyjstat's own, of its own
def test_jsonstat_is_read_by_pyjstat():
    written = json.dumps(jsonstat.dataset(known(), WORDS))
    frame = pyjstat.Dataset.read(written).write("dataframe")
    assert list(frame.columns) == ["Luku", "Kuukausi", "Kuka", "value"]
    found = {(month, who): value for _measure, month, who, value in frame.itertuples(index=False)}
    assert found["heinäkuu", "Aikuiset"] == 1205
    assert found["heinäkuu", "Lapset"] == 0
    assert found["heinäkuu", "Lapsia aikuista kohti"] == 0.5
    assert found["elokuu", "Aikuiset"] == 40
    assert found["elokuu", "Lapset"] != found["elokuu", "Lapset"], "a figure that is not shown is null"


def test_jsonstat_says_what_the_figures_are():
    found = jsonstat.dataset(known(), WORDS)
    assert (found["version"], found["class"], found["label"]) == ("2.0", "dataset", "Käytöt")
    assert found["updated"] == "2026-10-15T04:05:00Z"
    assert found["source"] == "Etelä-Karjala"
    assert found["note"][:2] == ["Pääsylippu on käyttö.", "Luvut on pyöristetty viiteen."]
    assert found["role"] == {"time": ["month"], "metric": ["measure"]}
    assert found["id"] == ["measure", "month", "who"] and found["size"] == [1, 2, 3]
    assert found["dimension"]["month"]["category"]["index"] == {"2026M07": 0, "2026M08": 1}
    assert found["dimension"]["measure"]["category"]["unit"] == {"uses": {"label": "käyttöä", "decimals": 1}}
    assert found["value"] == [1205, 0, 0.5, 40, None, None]
    assert found["status"] == {"4": "under_five", "5": "not_applicable"}
    assert found["extension"]["status"]["under_five"] == "alle 5"
    assert found["extension"]["period"] == {"first": "2026-07-01", "last": "2026-09-30"}


def test_jsonstat_always_has_a_time_and_a_measure():
    venues = Dimension("venue", "Kohde", categories("Teatteri"))
    found = jsonstat.dataset(make_table(venues, values=[5]), WORDS)
    assert found["role"] == {"time": ["period"], "metric": ["measure"]}
    assert found["dimension"]["period"]["category"]["index"] == {"2026-07-01/2026-09-30": 0}
    figures = Dimension("figure", "Luku", categories("Kortit", "Käytöt"), is_measure=True)
    own = jsonstat.dataset(make_table(figures, values=[1, 2], unit=""), WORDS)
    assert own["role"]["metric"] == ["figure"]
    assert own["dimension"]["figure"]["category"]["unit"]["c2"] == {"label": "Käytöt", "decimals": 0}


def test_codes_are_the_same_in_every_language():
    swedish = replace(WORDS, language="sv", missing={reason: "x" for reason in Missing})
    one, other = jsonstat.dataset(known(), WORDS), jsonstat.dataset(known(), swedish)
    for found in (one, other):
        del found["extension"]
    assert one == other


def test_several_tables_are_a_collection():
    found = jsonstat.collection([known(), replace(known(), code="b")], WORDS)
    assert [item["extension"]["table"] for item in found["link"]["item"]] == ["uses", "b"]
    assert all(pyjstat.Dataset.read(json.dumps(item)) for item in found["link"]["item"])


def test_the_same_table_makes_the_same_bytes():
    for write in (figurefiles.csv, figurefiles.xlsx):
        assert write(known(), WORDS) == write(known(), WORDS)


def test_a_workbook_tells_nothing_of_when_and_where_it_was_made():
    with zipfile.ZipFile(io.BytesIO(figurefiles.xlsx(known(), WORDS))) as book:
        about = book.read("docProps/core.xml").decode()
    assert "2026-10-15T04:05:00Z" in about and about.count("2026-") == about.count("2026-10-15T04:05:00Z")


@pytest.mark.parametrize("wrong", [float("nan"), float("inf")])
def test_a_figure_is_a_finite_number(wrong):
    table = make_table(Dimension("a", "A", (Category("x", "X"),)), values=[wrong])
    for write in (figurefiles.csv, figurefiles.xlsx, jsonstat.dataset):
        with pytest.raises(ValueError, match="finite"):
            write(table, WORDS)


def test_a_figure_that_is_not_there_is_no_zero():
    table = replace(known(), values={})
    for write in (figurefiles.csv, figurefiles.xlsx, jsonstat.dataset):
        with pytest.raises(KeyError):
            write(table, WORDS)


@pytest.fixture(scope="module")
def large() -> FigureTable:
    return figure_samples.large(20_000)


@pytest.mark.parametrize("write", [figurefiles.csv, figurefiles.xlsx, jsonstat.dataset])
def test_twenty_thousand_rows_take_no_second(write, large):
    started = time.process_time()
    write(large, WORDS)
    assert time.process_time() - started < 1.0


def test_a_large_workbook_is_made_in_little_memory(large):
    tracemalloc.start()
    size = len(figurefiles.xlsx(large, WORDS))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * size + 4_000_000
