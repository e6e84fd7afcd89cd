"""Tables of figures as files: CSV as a Finnish Excel reads it, and XLSX. The same table makes the same bytes.

Text is only ever text here: no cell of a file is a formula. What may stand in a table is decided by who makes it.
"""

import io
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from csv import QUOTE_NONNUMERIC
from csv import writer as csv_writer
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter

from kaikukortti.figuretable import Category, FigureTable, Missing

MOST_COLUMNS = 40
"""Values of the last dimension that still stand side by side; with more of them every figure has a line of its own."""
LONGEST_CELL = 32_000
LONGEST_SHEET_NAME = 31
DECIMALS = 6
BYTE_ORDER_MARK = "\ufeff"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# A sign that begins a formula, at the head of a text or behind a mark that another program may take for a separator.
# White space and marks that nobody sees do not hide it. The full-width signs are read as signs by some programs.
_UNSEEN = r"[\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]*"
_FORMULA = re.compile(rf"(^|[;,|\"'])({_UNSEEN})(?=[=+\-@\uff1d\uff0b\uff0d\uff20\u2212])")
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\]")

Cell = str | int | float


@dataclass(frozen=True)
class FileWords:
    """The words of a file in its reader's language, and how days and moments are written in it."""

    language: str
    period: str
    as_of: str
    definition: str
    rounding: str
    source: str
    unit: str
    figure: str
    notes: str
    missing: Mapping[Missing, str]
    day: Callable[[date], str]
    moment: Callable[[datetime], str]


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula or for several cells: an apostrophe stands before a sign
    that would begin one, control characters become spaces (OWASP, CSV injection).
    """
    return _FORMULA.sub(r"\1'\2", _CONTROLS.sub(" ", text))[:LONGEST_CELL]


def grid(table: FigureTable, words: FileWords) -> Iterator[list[Cell]]:
    """Yield a table's head and rows: the last of several dimensions stands side by side, a reason for no figure is said
    in words. Raises ValueError for a figure that is no finite number, KeyError for one that is not there.
    """
    *lines, across = table.dimensions
    if not lines or len(across.categories) > MOST_COLUMNS:
        yield [*(dimension.label for dimension in table.dimensions), table.unit or words.figure]
        for chosen in itertools.product(*(dimension.categories for dimension in table.dimensions)):
            yield [*(category.label for category in chosen), _cell(table, chosen, words)]
        return
    yield [*(dimension.label for dimension in lines), *(category.label for category in across.categories)]
    for chosen in itertools.product(*(dimension.categories for dimension in lines)):
        figures = [_cell(table, (*chosen, last), words) for last in across.categories]
        yield [*(category.label for category in chosen), *figures]


def notes(table: FigureTable, words: FileWords) -> list[tuple[str, str]]:
    """Return what has to be known to read a table, as pairs of heading and text."""
    said = [
        (words.definition, table.definition),
        (words.rounding, table.rounding),
        (words.unit, table.unit),
        (words.source, table.source),
    ]
    return [(heading, text) for heading, text in said if text]


def csv(tables: FigureTable | Sequence[FigureTable], words: FileWords) -> bytes:
    """Return tables as CSV for a Finnish Excel: UTF-8 with its mark, semicolons, decimal commas, CRLF. Each begins with
    its title, period and moment of counting and ends with its notes; a blank line stands between two.
    """
    stream = io.StringIO(newline="")
    stream.write(BYTE_ORDER_MARK)
    write = csv_writer(stream, delimiter=";", lineterminator="\r\n", quoting=QUOTE_NONNUMERIC).writerow
    for number, table in enumerate(_several(tables)):
        head: Iterable[Sequence[Cell]] = [[table.title], *_dates(table, words), []]
        for row in itertools.chain([[]] if number else [], head, grid(table, words), [[]], notes(table, words)):
            write([harmless(cell) if isinstance(cell, str) else _Figure(cell) for cell in row])
    return stream.getvalue().encode("utf-8")


def xlsx(tables: FigureTable | Sequence[FigureTable], words: FileWords) -> bytes:
    """Return tables as a workbook: a sheet each, numbers as numbers, and a last sheet of notes."""
    several, stream = _several(tables), io.BytesIO()
    with xlsxwriter.Workbook(
        stream,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    ) as book:
        counted_at = max(table.as_of for table in several).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": _plain(several[0].title), "created": counted_at})
        formats = {name: book.add_format(style) for name, style in _STYLES.items()}
        names = _sheet_names([table.title for table in several] + [words.notes])
        for table, name in zip(several, names, strict=False):
            rows = [[table.title], *_dates(table, words), []]
            _fill(book.add_worksheet(name), rows, grid(table, words), formats)
        told: list[list[Cell]] = [
            [table.title, heading, text]
            for table in several
            for heading, text in [*_dates(table, words), *notes(table, words)]
        ]
        _fill(book.add_worksheet(names[-1]), [], iter(told), formats, first_is_head=False)
    return stream.getvalue()


class _Figure(float):
    """A figure that the CSV writer leaves without quotation marks, with a decimal comma."""

    def __new__(cls, value: int | float) -> "_Figure":
        made = super().__new__(cls, value)
        made.text = str(value) if isinstance(value, int) else _decimal(value)
        return made

    text: str

    def __repr__(self) -> str:
        return self.text

    __str__ = __repr__


_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "text": {"valign": "top"},
    "whole": {"num_format": "#,##0"},
    "parts": {"num_format": "#,##0.0"},
}


def _fill(
    sheet: Any,
    before: Sequence[Sequence[str]],
    rows: Iterator[list[Cell]],
    formats: Mapping[str, Any],
    *,
    first_is_head: bool = True,
) -> None:
    """Write a sheet from above; rows that were written cannot be come back to, which keeps memory flat."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, MOST_COLUMNS, 18)
    for place, line in enumerate(before):
        for column, text in enumerate(line):
            sheet.write_string(place, column, _plain(text), formats["text" if place else "title"])
    if first_is_head:
        sheet.freeze_panes(len(before) + 1, 0)
    for place, row in enumerate(rows, start=len(before)):
        style = "head" if first_is_head and place == len(before) else "text"
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, _plain(cell), formats[style])
            else:
                sheet.write_number(place, column, cell, formats["whole" if isinstance(cell, int) else "parts"])


def _plain(text: str) -> str:
    return _CONTROLS.sub(" ", text)[:LONGEST_CELL]


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """Return a name for each sheet as Excel allows them: short, without its own signs, no two alike."""
    names: list[str] = []
    for title in titles:
        wanted = _SHEET_SIGNS.sub(" ", _plain(title)).strip(" '")[:LONGEST_SHEET_NAME].rstrip(" '") or "-"
        taken = {name.lower() for name in names} | {"history"}
        tries = itertools.chain([wanted], (f"{wanted[:LONGEST_SHEET_NAME - 4]} {n}" for n in itertools.count(2)))
        names.append(next(name for name in tries if name.lower() not in taken))
    return names


def _several(tables: FigureTable | Sequence[FigureTable]) -> Sequence[FigureTable]:
    return (tables,) if isinstance(tables, FigureTable) else tables


def _dates(table: FigureTable, words: FileWords) -> list[tuple[str, str]]:
    days = f"{words.day(table.first_on)} – {words.day(table.last_on)}"
    return [(words.period, days), (words.as_of, words.moment(table.as_of))]


def _cell(table: FigureTable, chosen: Sequence[Category], words: FileWords) -> Cell:
    value = table.values[tuple(category.code for category in chosen)]
    return words.missing[value] if isinstance(value, Missing) else finite(value)


def finite(value: int | float) -> int | float:
    """Return a figure as it is. Raises ValueError for one that is no finite number."""
    if not math.isfinite(value):
        raise ValueError("a figure is a finite number or says why there is none")
    return value


def _decimal(value: float) -> str:
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".").replace(".", ",")
