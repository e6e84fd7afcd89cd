"""Codes of stock cards in a table: headings in three languages, kinds in words, every cell in the way is named."""

import random

import hypothesis
import pytest
from hypothesis import strategies as st

from kaikukortti import stockcodes, tables
from kaikukortti.rules import legacy, number
from kaikukortti.rules.card import CardKind
from kaikukortti.stockcodes import Line, Problem, judge, read
from tests.tablefiles import make_csv, make_xlsx

ONE, TWO = "EK3F8M2X9TS", "EKF8QY40YG8"
PERSONAL, COMMUNITY = CardKind.PERSONAL, CardKind.COMMUNITY
IDENTITY_CODE = "131052-308T"
PREFIXES = frozenset({"EK", "HX"})


def judged(text: str, masks: str = "") -> tuple[str, str]:
    return judge(text, prefix="EK", prefixes=PREFIXES, masks=masks)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        (("Numero", "Laji"), ("henkilökohtainen", "yhteisö")),
        (("KORTIN NUMERO:", "Korttityyppi"), ("Henkilökohtainen kortti", "Yhteisön Kaikukortti")),
        (("Nummer", "Typ"), ("personligt", "Enhetens Kaikukort")),
        (("Card number", "Kind"), ("personal", "Community card")),
        (("code", "type"), ("", " community ")),
        (None, ("personal", "community")),
    ],
)
def test_columns_are_known_by_their_headings(heading, words):
    rows = [(ONE, words[0]), (TWO, words[1])]
    first = 1 if heading is None else 2
    for data in (make_csv([heading, *rows] if heading else rows), make_xlsx([heading, *rows] if heading else rows)):
        sheet = read(data)
        assert sheet.lines == (Line(first, ONE, PERSONAL), Line(first + 1, TWO, COMMUNITY))
        assert (sheet.column, sheet.unread, sheet.problems) == ("A", (), ())


def test_columns_may_stand_anywhere_and_others_are_told():
    sheet = read(make_csv([("Erä", "Laji", "Päivä", "Numero"), ("1", "yhteisö", "2.3.2026", ONE)]))
    assert sheet.lines == (Line(2, ONE, COMMUNITY),)
    assert (sheet.column, sheet.unread) == ("D", ("A", "C"))


def test_one_column_is_enough():
    assert read(f"{ONE}\n\n{TWO}".encode()).lines == (Line(1, ONE), Line(3, TWO))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("=1+1", ""), Problem("formula", 3, "A")),
        (("+358", ""), Problem("formula", 3, "A")),
        (("@x", ""), Problem("formula", 3, "A")),
        ((ONE, "-"), Problem("formula", 3, "B")),
        ((ONE, "", "=CMD()"), Problem("formula", 3, "C")),
        ((IDENTITY_CODE, ""), Problem("identity", 3, "A")),
        ((ONE, IDENTITY_CODE.lower()), Problem("identity", 3, "B")),
        ((ONE, "", f"Matti {IDENTITY_CODE}"), Problem("identity", 3, "C")),
        ((ONE, "kultainen"), Problem("kind", 3, "B", "kultainen")),
        (("", "yhteisö"), Problem("empty", 3, "A")),
        ((ONE, "x" * 30), Problem("kind", 3, "B", "x" * 23 + "…")),
    ],
)
def test_what_is_wrong_in_a_cell_is_told_by_row_and_column(row, problem):
    width = max(2, len(row))
    rows = [(cells + ("",) * 3)[:width] for cells in (("Numero", "Laji"), (TWO,), row)]
    for data in (make_csv(rows), make_xlsx(rows)):
        sheet = read(data)
        assert sheet.problems == (problem,)
        read_on = problem.column != "A"
        assert sheet.lines == (Line(2, TWO), *[Line(3, row[0])] * read_on), "a sound number is judged all the same"
        assert IDENTITY_CODE not in repr(sheet).upper()


def test_every_problem_is_told_at_once():
    sheet = read(make_csv([(ONE, "x"), ("=1", "y"), ("", "z")]))
    assert [(problem.row, problem.column, problem.code) for problem in sheet.problems] == [
        (1, "B", "kind"),
        (2, "A", "formula"),
        (2, "B", "kind"),
        (3, "B", "kind"),
        (3, "A", "empty"),
    ]


@pytest.mark.parametrize("rows", [[("Numero", "Laji")], [("Numero",)]])
def test_a_heading_alone_is_an_empty_file(rows):
    with pytest.raises(tables.Unreadable) as caught:
        read(make_csv(rows))
    assert caught.value.details["problem"] == "empty"


def test_the_ceiling_counts_codes_and_not_the_heading():
    codes = f"{ONE}\n".encode() * stockcodes.MOST_CODES
    assert len(read(b"Numero\n" + codes).lines) == stockcodes.MOST_CODES
    for data in (codes + b"x\n", b"Numero\n" + codes + b"x\n"):
        with pytest.raises(tables.Unreadable) as caught:
            read(data)
        assert caught.value.details["problem"] == "too_many_rows"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE, (ONE, "")),
        ("ek 3f8m 2x9t s", (ONE, "")),
        ("EK-3F8M-2X9T-S", (ONE, "")),
        ("EK3F8M2X9TT", ("", "checksum")),
        ("EK3F8M2X9!S", ("", "symbol")),
        ("EK3F8M2X9", ("", "length")),
        ("HX" + number.make("HX", random.Random(1).choice)[2:], ("", "other_area")),
        ("KAI-1234", ("", "shape")),
        ("Matti Meikäläinen", ("", "shape")),
        ("1,23E+15", ("", "shortened")),
        ("1.2345678901234568E+19", ("", "shortened")),
        ("1e5", ("", "shortened")),
    ],
)
def test_a_code_is_a_sound_number_of_the_area(text, found):
    assert judged(text) == found


@pytest.mark.parametrize(
    ("masks", "text", "found"),
    [
        ("AAA9999", "KAI-1234", "KA11234"),
        ("AAA9999", "kai 1234", "KA11234"),
        ("9999 AA99", "OL12", "OL12"),
        ("99999999", "00123456", "00123456"),
        ("AA99999", "EK00123", "EK00123"),
        ("********", "A1B2C3D4", "A1B2C3D4"),
        ("AAA9999", "KAI123", None),
        ("AAA9999", "KAI12345", None),
        ("AAA9999", "KA11234", None),
        ("***********", "EK3F8M2X9TT", None),
        ("9999", "١٢٣٤", None),
    ],
)
def test_a_code_of_earlier_days_fits_a_mask_of_the_area(masks, text, found):
    assert judged(text, masks)[0] == (found or "")


def test_a_number_that_excel_shortened_is_told_apart_from_a_strange_one():
    assert judged("1,23E+15", "AAA9999")[1] == "shortened"
    assert judged("123E4567", "999A9999") == ("123E4567", "")


@hypothesis.given(st.text(alphabet="AB09OIL-– ", min_size=1, max_size=20))
def test_what_is_taken_in_is_what_the_door_looks_up(text):
    """The register keeps a code as `number.candidate` makes it, however it is typed later."""
    found, problem = judged(text, " ".join("*" * length for length in range(legacy.SHORTEST, legacy.LONGEST + 1)))
    plain = legacy.compact(text)
    assert bool(found) == (len(plain) >= legacy.SHORTEST) and bool(found) != bool(problem)
    if found:
        assert {number.candidate(typed) for typed in (text, plain, plain.lower(), "-".join(plain))} == {found}
