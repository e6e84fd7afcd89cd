"""A CSV of any length or an XLSX as rows of text, one after the other; and rows written as CSV.

A line of a CSV is UTF-8 or, where it is no UTF-8, Windows-1252, each for itself: files are often put together from
several. An XLSX is read as `tables` reads it, with its limits; a longer list has to be saved as CSV.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from kaikukortti import tables
from kaikukortti.tables import FileProblem, Row, Unreadable
from kaikukortti.transfer.columns import Column, find

MOST_XLSX_ROWS = 200_000
LONGEST_LINE = 100_000
SAMPLE_LINES = 20
SEPARATORS = ";\t,"
_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ColumnsMissing(Unreadable):
    """The first row lacks headings that are needed; details hold `missing` and `found`, lists of headings."""

    code = "columns_missing"


@dataclass(frozen=True)
class Line:
    """A row below the headings: its number in the file and its cells by the keys of the columns."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class RowFile:
    """A file with headings that are known. `unread` are the headings that nobody asked for."""

    path: Path
    places: dict[str, int]
    unread: tuple[str, ...]

    def lines(self) -> Iterator[Line]:
        """Return the rows below the headings, blank ones left out. Raises Unreadable where the file breaks off."""
        rows = _rows(self.path)
        next(rows, None)
        for row in rows:
            cells = [cell[1:] if cell[:1] == "'" and tables.is_formula(cell[1:]) else cell for cell in row.cells]
            yield Line(row.number, {key: cells[at] if at < len(cells) else "" for key, at in self.places.items()})


def open_rows(path: Path, columns: Sequence[Column]) -> RowFile:
    """Return a file with the columns that were found in its first row. Raises Unreadable, ColumnsMissing."""
    first = next(_rows(path), None)
    if first is None:
        raise Unreadable(problem=FileProblem.EMPTY.value)
    places = find(columns, first.cells)
    missing = [column.heading for column in columns if column.needed and column.key not in places]
    if missing:
        raise ColumnsMissing(problem="columns", missing=missing, found=[cell for cell in first.cells if cell])
    known = set(places.values())
    return RowFile(path, places, tuple(cell for at, cell in enumerate(first.cells) if cell and at not in known))


def write_rows(stream: TextIO, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> int:
    """Write headings and rows as a Finnish Excel reads them, no cell a formula; return how many rows."""
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading for column in columns])
    count = 0
    for row in rows:
        writer.writerow([f"'{cell}" if tables.is_formula(cell) else cell for cell in row])
        count += 1
    return count


def _rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as stream:
        head = stream.read(8)
        if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")) or head.startswith(_WIDE_MARKS):
            if path.stat().st_size > tables.MOST_BYTES:
                raise Unreadable(problem=FileProblem.TOO_LARGE.value, most=tables.MOST_BYTES // (1024 * 1024))
            yield from tables.read(path.read_bytes(), most_rows=MOST_XLSX_ROWS)
            return
        stream.seek(len(_MARK) if head.startswith(_MARK) else 0)
        yield from _of_text(stream)


def _of_text(stream: BinaryIO) -> Iterator[Row]:
    begin = stream.tell()
    sample = [line for _, line in zip(range(SAMPLE_LINES), _decoded(stream), strict=False)]
    separator = max(SEPARATORS, key=lambda sign: sum(line.count(sign) for line in sample[:1]))
    stream.seek(begin)
    reader = csv.reader(_decoded(stream), delimiter=separator, strict=True)
    try:
        for cells in reader:
            row = Row(reader.line_num, tuple(cell.strip() for cell in cells[: tables.MOST_COLUMNS]))
            if any(row.cells):
                yield row
    except csv.Error:
        raise Unreadable(problem=FileProblem.QUOTES.value, row=reader.line_num) from None


def _decoded(stream: BinaryIO) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = _of_windows(line, number)
        if _CONTROLS.search(text) or len(line) == LONGEST_LINE:
            raise Unreadable(problem=FileProblem.OTHER_KIND.value, row=number)
        yield text


def _of_windows(line: bytes, number: int) -> str:
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(problem=FileProblem.ENCODING.value, row=number) from None
