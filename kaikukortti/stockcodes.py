"""Rows of a table as codes of stock cards: which column holds what, which cell is in the way.

Whether a code is a number of the area is `judge`; whether a card has it already is `stockimport`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from kaikukortti import tables
from kaikukortti.rules import identitycode, legacy, number
from kaikukortti.rules.card import CardKind
from kaikukortti.tables import FileProblem, Row

MOST_CODES = 100_000
SHOWN = 24
# What people call the columns and the kinds, in fi, sv and en.
NUMBER_WORDS = frozenset(
    "numero;kortin numero;korttinumero;kortin nro;korttinro;nro;koodi;kortin koodi;korttikoodi;tunnus;kortin tunnus"
    ";nummer;kortnummer;kortets nummer;kod;kortkod;kortets kod;number;card number;card no;no;code;card code".split(";")
)
KIND_WORDS = frozenset(
    "laji;kortin laji;tyyppi;kortin tyyppi;korttityyppi;typ;korttyp;kortets typ;slag;kind;card kind;kind of card"
    ";type;card type".split(";")
)
KINDS = {
    CardKind.PERSONAL: "henkilökohtainen;henkilökohtainen kortti;henkilökortti;personlig;personligt;personligt kort"
    ";personal;personal card",
    CardKind.COMMUNITY: "yhteisö;yhteisökortti;yhteisön kortti;yhteisön kaikukortti;enhet;enhetens kort"
    ";enhetens kaikukort;gruppkort;community;community card",
}
KIND_OF_WORD = {word: kind for kind, words in KINDS.items() for word in words.split(";")}

_SHORTENED = re.compile(r"\d[.,]?\d*e\+?\d+", re.IGNORECASE)  # what a spreadsheet makes of a long number


@dataclass(frozen=True)
class Problem:
    """What has to be put right in a cell: `row` from 1, `column` by its letter. `code` chooses the sentence.

    `shown` is the cell's text, cut; empty where it must not be said again. `other_row` is the first of two alike.
    """

    code: str
    row: int
    column: str
    shown: str = ""
    other_row: int = 0


@dataclass(frozen=True)
class Line:
    """A code as it stands in the file, not judged yet."""

    row: int
    text: str
    kind: CardKind = CardKind.PERSONAL


@dataclass(frozen=True)
class Sheet:
    """A file's codes. `unread` are the letters of the columns that nobody asked for."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    column: str = "A"
    unread: tuple[str, ...] = field(default=())


def read(data: bytes) -> Sheet:
    """Return the codes of a CSV or XLSX file: a column of numbers and, if there is one, a column of kinds.

    Without a heading the first column is the number, the second the kind. Raises tables.Unreadable.
    """
    rows = _read_rows(data)
    number_at, kind_at, has_heading = _columns(rows[0])
    body = rows[1:] if has_heading else rows
    if len(body) > MOST_CODES:
        raise _too_many()
    if not body:
        raise tables.Unreadable(problem=FileProblem.EMPTY.value)
    lines: list[Line] = []
    problems: list[Problem] = []
    for row in body:
        found = list(_find_problems(row, number_at, kind_at))
        problems += found
        if all(problem.column != tables.column_letter(number_at) for problem in found):
            lines.append(Line(row.number, _cell(row, number_at), _kind(_cell(row, kind_at)) or CardKind.PERSONAL))
    width = max(len(row.cells) for row in rows)
    unread = tuple(tables.column_letter(at) for at in range(width) if at not in (number_at, kind_at))
    return Sheet(tuple(lines), tuple(problems), tables.column_letter(number_at), unread)


def judge(text: str, *, prefix: str, prefixes: Collection[str], masks: str) -> tuple[str, str]:
    """Return (number, "") for a code of the area, as the door looks it up; else ("", code of the problem).

    A text that begins like a number of the area and is as long as one has to have a sound check symbol.
    """
    reading = number.read(text, prefixes)
    if isinstance(reading, number.Own):
        return (reading.number, "") if reading.number.startswith(prefix) else ("", "other_area")
    plain = legacy.compact(text)
    looks_own = plain[:2] in prefixes and len(plain) == number.LENGTH
    if not looks_own and legacy.fits(masks, plain):
        return number.candidate(text), ""
    if isinstance(reading, number.Malformed) and plain[:2] in prefixes:
        return "", reading.problem.value
    return "", "shortened" if _SHORTENED.fullmatch(text) else "shape"


def shown(text: str) -> str:
    """Return a cell's text as it may be said again: cut."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _read_rows(data: bytes) -> list[Row]:
    """Return the rows, a heading above the codes included."""
    try:
        return tables.read(data, most_rows=MOST_CODES + 1)
    except tables.Unreadable as error:
        raise _too_many() if error.details["problem"] == FileProblem.TOO_MANY_ROWS else error


def _too_many() -> tables.Unreadable:
    return tables.Unreadable(problem=FileProblem.TOO_MANY_ROWS.value, most=MOST_CODES)


def _columns(first: Row) -> tuple[int, int, bool]:
    """Return where number and kind stand, and whether the first row is a heading."""
    words = [_word(cell) for cell in first.cells]
    number_at = next((at for at, word in enumerate(words) if word in NUMBER_WORDS), None)
    if number_at is None:
        return 0, 1, False
    return number_at, next((at for at, word in enumerate(words) if word in KIND_WORDS), -1), True


def _find_problems(row: Row, number_at: int, kind_at: int) -> Iterator[Problem]:
    """Yield what is wrong with a row's cells as they stand. An identity code is named and never said again."""
    for at, cell in enumerate(row.cells):
        letter = tables.column_letter(at)
        if identitycode.holds_one(cell):
            yield Problem("identity", row.number, letter)
        elif tables.is_formula(cell):
            yield Problem("formula", row.number, letter)
        elif at == kind_at and cell and _kind(cell) is None:
            yield Problem("kind", row.number, letter, shown(cell))
    if not _cell(row, number_at):
        yield Problem("empty", row.number, tables.column_letter(number_at))


def _cell(row: Row, at: int) -> str:
    cells: Sequence[str] = row.cells
    return cells[at] if 0 <= at < len(cells) else ""


def _kind(cell: str) -> CardKind | None:
    return KIND_OF_WORD.get(_word(cell))


def _word(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", cell).casefold().split()).rstrip(".:")
