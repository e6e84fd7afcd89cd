"""A programme as a table: one date in a row, the columns of programmecells. Read from CSV or XLSX, written as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime

from kaikukortti import tables
from kaikukortti.rules.recurrence import Slot
from kaikukortti.tables import FileProblem, Row, Unreadable
from venues import celltexts, programmecells
from venues.celltexts import CellProblem
from venues.programmecells import MOST_BYTES, MOST_ENTRIES, NEEDED, Column, Contents, Entry, Problem

MARK = b"\xef\xbb\xbf"  # Excel takes a CSV for UTF-8 by it
SEPARATOR = ";"
_QUOTED = "'"  # stands before a text that a spreadsheet would take for a formula


def read(data: bytes) -> Contents:
    """Return the dates of a table; its first row names the columns. Raises tables.Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(problem=FileProblem.TOO_LARGE.value, most=MOST_BYTES // (1024 * 1024))
    head, *rows = tables.read(data, most_rows=MOST_ENTRIES + 1)
    names = [cell.lower().replace(" ", "_").replace("-", "_") for cell in head.cells]
    known = {index: Column(name) for index, name in enumerate(names) if name in set(Column)}
    for column in (*NEEDED, *known.values()):
        if list(known.values()).count(column) != 1:
            raise Unreadable(problem="columns", column=column.value)
    unread = tuple(cell for index, cell in enumerate(head.cells) if cell and index not in known)
    return Contents(tuple(_entry(row, known) for row in rows), unread)


def write(rows: Iterable[Mapping[Column, str]]) -> bytes:
    """Return a CSV with a mark for UTF-8 and semicolons; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow([column.value for column in Column])
    for row in rows:
        writer.writerow([_defused(row.get(column, "")) for column in Column])
    return MARK + text.getvalue().encode()


def _defused(text: str) -> str:
    return _QUOTED + text if _is_quoted_in_files(text) else text


def _plain(cell: str) -> str:
    """Return a cell without the mark that `write` set."""
    rest = cell.removeprefix(_QUOTED)
    return rest if _is_quoted_in_files(rest) else cell


def _entry(row: Row, known: Mapping[int, Column]) -> Entry:
    cells = {column: _plain(row.cells[index]) if index < len(row.cells) else "" for index, column in known.items()}
    uid = cells.get(Column.UID, "")[:255]
    title = cells[Column.TITLE_FI]
    try:
        facts, dates = programmecells.read_cells(cells)
        title = facts["title_fi"]
        if not title:
            return Entry(row.number, problem=Problem("title_missing", Column.TITLE_FI))
        starts_at, ends_at = (_moment(cells.get(column, ""), column) for column in (Column.STARTS, Column.ENDS))
        if starts_at is None:
            return Entry(row.number, title=title, problem=Problem("start_missing", Column.STARTS))
    except CellProblem as problem:
        details = dict(problem.details)
        is_secret = problem.code == "identity"
        shown = "" if is_secret else title[: programmecells.TITLE_LENGTH]
        return Entry(row.number, title=shown, problem=Problem(problem.code, details.pop("column", ""), details))
    if Column.ENDS in cells:
        dates["ends"] = True
    return Entry(row.number, uid, title, facts, dates, (Slot(starts_at, ends_at),))


def _moment(cell: str, column: Column) -> datetime | None:
    try:
        return celltexts.read_moment(cell)
    except CellProblem as problem:
        raise CellProblem(problem.code, **{**problem.details, "column": column.value}) from None


def _is_quoted_in_files(text: str) -> bool:
    """Return whether a text gets an apostrophe: a formula, also behind white space, or a text that begins with one."""
    return tables.is_formula(text.lstrip()) or text.startswith((_QUOTED, "\t", "\r", "\n"))
